/**
 * REPORT.html in a real browser, headless: what people and assistive technology get of it. Screenshots are left in
 * dist/screenshots, to be looked at. Without a Chromium each test is ignored, and its name says so.
 */

import { ensureDir } from "@std/fs";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
// The accessibility checks that browsers' own tools use, as one script for any page; the version is in deno.lock, too.
import axe from "npm:axe-core@4.14.1";
import type { JudgedRun } from "../../lib/model/record.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { noAnswer } from "../fakes/evidence.ts";
import { fuzzedRun } from "../fakes/fuzzed.ts";
import { longRun } from "../fakes/long_run.ts";
import { failingRun, interruptedRun, stableRun, warnRun } from "../fakes/records.ts";
import { Browser, findChromium, type Page } from "./browser.ts";
import { ROOT } from "./environment.ts";
import { htmlText } from "../fakes/texts.ts";

const CHROMIUM = await findChromium();
const SHOTS = join(ROOT, "dist", "screenshots");
/** First paint of 100 cycles of nine modules. */
const FIRST_PAINT_MS = 1000;

const RUNS: Record<string, () => JudgedRun> = {
  stable: stableRun,
  failing: failingRun,
  warn: warnRun,
  interrupted: interruptedRun,
  leak: () => longRun(10, { leak: 6, modules: ["switch", "hermes", "mcp"] }),
  silent: silentRun,
  nine: () => longRun(1, { killEvery: 1 }),
};

/** One that was ready, and then answered no probe any more. */
function silentRun(): JudgedRun {
  const run = longRun(1, { modules: ["switch"] });
  for (const probe of run.evidence.modules[0]?.cycles[0]?.services[0]?.probes ?? []) {
    Object.assign(probe, noAnswer("refused", { ms: probe.ms }));
  }
  return judge(run.evidence);
}

function htmlTest(name: string, fn: (browser: Browser, dir: string) => Promise<void>): void {
  const why = Deno.env.get("VX11_INTEGRATION") !== "1"
    ? "VX11_INTEGRATION is not 1"
    : CHROMIUM === undefined
    ? "there is no chromium on PATH; apt-get install chromium, or set CHROMIUM"
    : undefined;
  if (why !== undefined || CHROMIUM === undefined) {
    return Deno.test({ name: `${name} [skipped: ${why}]`, ignore: true, fn: () => {} });
  }
  Deno.test(name, async () => {
    const dir = await Deno.makeTempDir({ prefix: "vx11-html-test-" });
    try {
      await using browser = await Browser.start(CHROMIUM);
      await fn(browser, dir);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

async function opened(browser: Browser, dir: string, run: JudgedRun): Promise<Page> {
  const path = join(dir, `${crypto.randomUUID()}.html`);
  await Deno.writeTextFile(path, htmlText(run));
  const page = await browser.page();
  await page.size(1200, 900);
  await page.open(path);
  return page;
}

/** Two frames later everything that was asked for is painted. */
const PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

/** Opens everything, and scrolls past it, so that each chart is drawn. */
const SEE_ALL = `(async () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const plot of document.querySelectorAll("[data-chart]")) {
    plot.scrollIntoView({ behavior: "instant" });
    for (let frame = 0; frame < 100 && plot.firstChild === null; frame++) await new Promise(requestAnimationFrame);
  }
  scrollTo(0, 0);
})()`;

async function shot(page: Page, name: string): Promise<void> {
  await ensureDir(SHOTS);
  await page.evaluate(PAINTED);
  await Deno.writeFile(join(SHOTS, `${name}.png`), await page.screenshot());
}

/** No complaint, and nothing asked for but the file itself. */
function assertQuiet(page: Page): void {
  assertEquals(page.errors, []);
  assertEquals(page.requests.filter((url) => !url.startsWith("data:")).length, 1, page.requests.join());
}

htmlTest("the page asks for nothing, complains of nothing, and draws every chart", async (browser, dir) => {
  for (const [name, run] of Object.entries(RUNS)) {
    const page = await opened(browser, dir, run());
    await page.evaluate(SEE_ALL);
    const [charts, drawn] = await page.evaluate(
      `["[data-chart]", "[data-chart] canvas"].map((s) => document.querySelectorAll(s).length)`,
    );
    assertEquals(drawn, charts, name);
    assertQuiet(page);
  }
});

htmlTest("the page fits a phone, in light and dark, and axe-core finds nothing serious", async (browser, dir) => {
  for (const [name, run] of Object.entries(RUNS)) {
    const page = await opened(browser, dir, run());
    for (const scheme of ["light", "dark"] as const) {
      for (const [width, height] of [[1200, 900], [390, 844]] as const) {
        await page.scheme(scheme);
        await page.size(width, height, width < 500);
        await shot(page, `${name}-${scheme}-${width}`);
        await page.evaluate(SEE_ALL);
        assert(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${name} is too wide`);
        await page.evaluate(`${axe.source}; undefined`);
        const { found, passed } = await page.evaluate(
          "axe.run().then(({ passes, violations }) => ({ found: violations, passed: passes.length }))",
        );
        assert(passed > 20, `axe-core had only ${passed} rules to check`);
        const grave = found.filter(({ impact }: { impact: string }) => ["serious", "critical"].includes(impact));
        assertEquals(
          grave.map(({ id, nodes }: Violation) => [id, nodes.map(({ html }) => html)]),
          [],
          `${name} ${scheme}`,
        );
      }
    }
  }
});

interface Violation {
  id: string;
  nodes: { html: string }[];
}

htmlTest("the table of modules is sorted by mouse and by keyboard", async (browser, dir) => {
  const page = await opened(browser, dir, failingRun());
  const names = () => page.evaluate(`[...document.querySelectorAll(".sortable tbody th a")].map((a) => a.textContent)`);
  const sorts = () =>
    page.evaluate(
      `[...document.querySelectorAll(".sortable thead th")].map((th) => th.getAttribute("aria-sort")).join()`,
    );
  const button = (name: string) =>
    `[...document.querySelectorAll(".sortable button")].find((b) => b.textContent === "${name}")`;
  await page.evaluate(`${button("Module")}.click()`);
  assertEquals(await names(), ["hermes", "mcp", "shubniggurath", "spawner"]);
  assert((await sorts()).startsWith("ascending,none"));
  await page.evaluate(`${button("Module")}.focus()`);
  await page.key("Enter");
  assertEquals(await names(), ["spawner", "shubniggurath", "mcp", "hermes"]);
  assert((await sorts()).startsWith("descending,none"));
  // What has no figure stays at the end, both ways.
  for (const _ of ["up", "down"]) {
    await page.evaluate(`${button("RAM peak")}.click()`);
    assertEquals((await names())[0], "hermes");
  }
});

htmlTest("100 cycles of nine modules are painted within a second, and stay quick", async (browser, dir) => {
  const paints: number[] = [];
  const run = longRun(100);
  for (let round = 0; round < 3; round++) {
    const page = await opened(browser, dir, run);
    await page.evaluate(PAINTED);
    paints.push(await page.evaluate(`performance.getEntriesByName("first-contentful-paint")[0].startTime`));
    const before = await page.evaluate(`document.querySelectorAll("canvas").length`);
    assert(before < 8, `${before} charts were drawn before they came into view`);
    const began = performance.now();
    await page.evaluate(`document.querySelector(".sortable button").click(); ${PAINTED}`);
    const sorted = performance.now() - began;
    assert(sorted < 1000, `it took ${sorted} ms to sort`);
    if (round === 0) {
      const seen = performance.now();
      await page.evaluate(SEE_ALL);
      assert(performance.now() - seen < 20_000, `it took ${performance.now() - seen} ms to see all`);
      await shot(page, "hundred-light-1200");
    }
    assertQuiet(page);
  }
  assert(Math.min(...paints) < FIRST_PAINT_MS, `first paint after ${paints.map(Math.round)} ms`);
});

htmlTest(
  "on paper what was closed is open and every chart drawn, and afterwards it is as before",
  async (browser, dir) => {
    const page = await opened(browser, dir, longRun(10, { leak: 6, modules: ["switch", "hermes", "mcp"] }));
    await page.scheme("dark");
    const state = `[...document.querySelectorAll("details")].map((details) => details.open).join()`;
    const before = await page.evaluate(state);
    await page.evaluate(`addEventListener("beforeprint", () => {
    window.onPaper = {
      closed: document.querySelectorAll(".module:not([open])").length,
      undrawn: [...document.querySelectorAll("[data-chart]")].filter((plot) => plot.firstChild === null).length,
      ink: getComputedStyle(document.documentElement).getPropertyValue("--line"),
    };
  })`);
    const pdf = await page.pdf();
    await ensureDir(SHOTS);
    await Deno.writeFile(join(SHOTS, "leak.pdf"), pdf);
    assert(pdf.length > 20_000, `${pdf.length} bytes`);
    assertEquals(await page.evaluate("window.onPaper"), { closed: 0, undrawn: 0, ink: "#2f62b0" });
    assertEquals(await page.evaluate(state), before);
    assertEquals(await page.evaluate(`"paper" in document.documentElement.dataset`), false);
    assertQuiet(page);
  },
);

htmlTest("hostile runs run nothing of their own, and load nothing", async (browser, dir) => {
  for (let seed = 1; seed <= 30; seed++) {
    const run = fuzzedRun(seed);
    const page = await opened(browser, dir, run);
    await page.evaluate(SEE_ALL);
    assertEquals(
      await page.evaluate(`document.querySelectorAll("[data-module]").length`),
      run.modules.length,
      `${seed}`,
    );
    assertEquals(await page.evaluate("document.scripts.length"), 3);
    assertEquals(page.dialogs, 0);
    assertQuiet(page);
    await page.close();
  }
});

htmlTest("the content policy refuses what a hole in the escaping would let in", async (browser, dir) => {
  const asked: string[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    asked.push(request.url);
    return new Response("x");
  });
  const page = await opened(browser, dir, stableRun());
  await page.evaluate(`(async () => {
    const url = "http://127.0.0.1:${server.addr.port}/";
    document.body.insertAdjacentHTML("beforeend", "<img src=" + url + "><b onclick='window.hit = 1'>x</b><style>body{background:url(" + url + ")}</style>");
    const script = document.createElement("script");
    script.textContent = "window.hit = 1";
    document.body.append(script);
    document.querySelector("b[onclick]").click();
    await fetch(url).catch(() => {});
  })()`);
  assertEquals(await page.evaluate("window.hit ?? null"), null);
  assertEquals(asked, []);
  assert(page.errors.length >= 4, page.errors.join("\n"));
});
