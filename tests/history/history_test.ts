/** `history` on folders of runs: the list, the trends, the page over them, and what is no run. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Files } from "../../lib/host/host.ts";
import { GENERATOR } from "../../lib/history/html.ts";
import { failingRun, interruptedRun, stableRun, warnRun } from "../fakes/records.ts";
import { fakeHost } from "../fakes/host.ts";
import { manualReport } from "../fakes/manual_report.ts";
import { assertGolden } from "../golden.ts";
import { jsonText } from "../fakes/texts.ts";

const STABLE = jsonText(stableRun());
const on = (day: number, text: string) => text.replaceAll("2025-12-22T21:5", `2025-12-${day}T21:5`);

/** Folders as runs leave them, and what else may lie about. */
const FILES = {
  "vx11_stability_20251222T215059Z/REPORT.json": STABLE,
  "vx11_stability_20251222T215059Z/REPORT.md": "",
  "vx11_stability_20251223T215059Z/REPORT.json": on(23, jsonText(warnRun())),
  "vx11_stability_20251223T215059Z/REPORT.html": "",
  "vx11_stability_20251224T215059Z/REPORT.json": on(24, jsonText(failingRun())),
  "a run of another name/REPORT.json": on(25, jsonText(interruptedRun())),
  "vx11_stability_20251226T215059Z/REPORT.json": on(26, STABLE),
  "index.html": `<!doctype html>\n${GENERATOR}\nold`,
  "notes/todo.txt": "",
  "broken/REPORT.json": "{",
  "older/REPORT.json": STABLE.replace('"schema_version": 2', '"schema_version": 1'),
  "killed/journal.ndjson": "",
  ".hidden/REPORT.json": STABLE,
};

type Outcome = { code: number; out: string; err: string };

async function inDir(
  tree: Record<string, string>,
  test: (history: (...args: string[]) => Promise<Outcome>, dir: string) => Promise<void>,
  files: Partial<Files> = {},
) {
  const dir = await Deno.makeTempDir({ prefix: "vx11-history-" });
  try {
    for (const [name, text] of Object.entries(tree)) {
      const path = join(dir, "docs/audit", name);
      await Deno.mkdir(join(path, ".."), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    await test(async (...args) => {
      const host = fakeHost({
        args: ["history", ...args],
        cwd: dir,
        host: { files: { ...denoHost().files, ...files } },
      });
      const code = await main(host, { name: "vx11-stability", version: "0.1.0" });
      return { code, ...host.written };
    }, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("history lists the runs of docs/audit, newest last, with trends, and tells what is none", async () => {
  await inDir(FILES, async (history, dir) => {
    const { code, err, out } = await history();
    assertEquals([code, err], [0, ""]);
    await assertGolden("history.txt", out.replaceAll(dir, "/work"));
    assertEquals(await history(join(dir, "docs/audit")), { code, err, out });
  });
});

Deno.test("history writes a page over the runs that links to their reports and loads nothing", async () => {
  await inDir(FILES, async (history, dir) => {
    await history();
    const page = await Deno.readTextFile(join(dir, "docs/audit/index.html"));
    await assertGolden("history.html", page.replaceAll(dir, "/work"));
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? "");
    assert(links.length >= 6, links.join());
    for (const link of links) {
      assert(await exists(join(dir, "docs/audit", decodeURIComponent(link))), link);
    }
    assert(!/<script|src=|url\(|https?:/.test(page), page);
  });
});

Deno.test("history --json has the same as values", async () => {
  await inDir(FILES, async (history) => {
    const { out } = await history("--json");
    const value = JSON.parse(out);
    assertEquals(value.runs.map(({ folder }: { folder: string }) => folder), [
      "vx11_stability_20251222T215059Z",
      "vx11_stability_20251223T215059Z",
      "vx11_stability_20251224T215059Z",
      "a run of another name",
      "vx11_stability_20251226T215059Z",
    ]);
    assertEquals(value.runs[3].cut_short, "interrupted by SIGINT");
    assertEquals(value.left_out.map(({ folder }: { folder: string }) => folder), [
      "broken",
      "killed",
      "notes",
      "older",
    ]);
    const of = value.trends.find(({ module }: { module: string }) => module === "switch");
    assertEquals(of.statuses, ["PASS", "WARN", null, "SKIP", "PASS"]);
    assertEquals(of.values.mem_peak_mib[2], null, "a run that did not have it");
  });
});

Deno.test("history leaves runs of other hosts out of the trends, and says so", async () => {
  const tree = { "a/REPORT.json": STABLE.replaceAll('"lab1"', '"lab2"'), "b/REPORT.json": on(23, STABLE) };
  await inDir(tree, async (history) => {
    const { out } = await history();
    assertStringIncludes(out, "The trends cover the last 1 run on host lab1, engine compose");
    assertEquals(JSON.parse((await history("--json")).out).trend_runs, ["b"]);
  });
});

const BEFORE = "2025-11-02T21:50:59.435007";
const ORIGINAL = JSON.stringify({ ...manualReport({ status: "WARN", errors: [] }), timestamp: BEFORE });

Deno.test("history lists runs of the Python harness, apart from the trends", async () => {
  const tree = { "old/REPORT.json": ORIGINAL, "new/REPORT.json": STABLE, "x/a": "", "y/REPORT.json": "{}" };
  await inDir(tree, async (history) => {
    const { code, out } = await history();
    assertEquals(code, 0);
    assertMatch(out, /^old +2025-11-02 21:50:59 +1 +1 PASS, 1 WARN; Python harness, health p95 up to 48\.2 ms$/m);
    assertMatch(out, /^2 folders here are no runs; --json names them$/m);
    assert(!out.includes("Left out"), out);
    const { left_out, runs, trend_runs } = JSON.parse((await history("--json")).out);
    assertEquals(runs[0].started_at, `${BEFORE}Z`);
    assertEquals(runs[0].modules.map(({ p95_ms }: { p95_ms: number | null }) => p95_ms), [48.2, null]);
    assertEquals(trend_runs, ["new"]);
    assertEquals(left_out.map(({ folder }: { folder: string }) => folder), ["x", "y"]);
  });
  await inDir({ "old/REPORT.json": ORIGINAL }, async (history) => {
    const { code, out } = await history();
    assertEquals([code, out.includes("Python harness"), out.includes("MODULE")], [0, true, false]);
    assertMatch((await history("docs/audit/old")).err, /it is the folder of one run/);
  });
});

Deno.test("history mixes no figure of what ran already with those of what a run started", async () => {
  const inPlace = STABLE.replaceAll('"in_place": false', '"in_place": true');
  await inDir({ "a/REPORT.json": STABLE, "b/REPORT.json": on(23, inPlace) }, async (history) => {
    const { out } = await history();
    assertMatch(out, /^Figures of services that ran already .* are left out of the trends: hermes, switch$/m);
    const { trends } = JSON.parse((await history("--json")).out);
    const { statuses, values } = trends.find(({ module }: { module: string }) => module === "switch");
    assertEquals([statuses, values.ready_ms, values.p95_ms, values.mem_peak_mib], [
      ["PASS", "PASS"],
      [312.3, null],
      [19, null],
      [23, null],
    ]);
  });
});

Deno.test("history shows markup in names and texts, and never obeys it", async () => {
  const hostile = STABLE.replaceAll('"switch"', '"<img src=x onerror=alert(1)>\\u001b[31m\\u202e"');
  await inDir(
    { '"><script>x/REPORT.json': hostile, "javascript:alert(1)/REPORT.json": hostile },
    async (history, dir) => {
      const { code, out } = await history();
      assertEquals(code, 0);
      const page = await Deno.readTextFile(join(dir, "docs/audit/index.html"));
      // deno-lint-ignore no-control-regex -- they are what must not be there
      for (const text of [out, page]) assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text), text);
      assert(!/<script|<img/.test(page), page);
      assert(!/href="(?!\.\/)/.test(page), page);
    },
  );
});

Deno.test("history of a folder without runs says so, and writes no page", async () => {
  await inDir({ "notes/x.txt": "" }, async (history, dir) => {
    const { code, out } = await history();
    assertEquals(code, 0);
    assertMatch(
      out,
      /^No run in .*docs\/audit\n\n1 folder here is no run; --json names it\n$/,
    );
    assertEquals(await exists(join(dir, "docs/audit/index.html")), false);
  });
});

Deno.test("history goes on where a folder cannot be read", async () => {
  const readText = (path: string) =>
    path.includes("/b/")
      ? Promise.reject(new Error("Permission denied (os error 13)"))
      : denoHost().files.readText(path);
  await inDir({ "a/REPORT.json": STABLE, "b/REPORT.json": STABLE }, async (history) => {
    const { code, out } = await history();
    assertEquals(code, 0);
    assertStringIncludes(out, "Left out: b: Permission denied (os error 13)");
  }, { readText });
});

Deno.test("history whose page cannot be written tells the list and ends with 3", async () => {
  const writeAtomic = () => Promise.reject(new Error("Read-only file system (os error 30)"));
  await inDir({ "a/REPORT.json": STABLE }, async (history) => {
    const { code, err, out } = await history();
    assertEquals(code, 3);
    assertStringIncludes(out, "2 PASS");
    assertMatch(err, /Cannot write ".*index\.html": Read-only file system/);
  }, { writeAtomic });
});

Deno.test("history writes over its own page, and never over another one", async () => {
  const tree = { "a/REPORT.json": STABLE };
  await inDir(tree, async (history, dir) => {
    const page = () => Deno.readTextFile(join(dir, "docs/audit/index.html"));
    assertEquals((await history()).code, 0);
    const [first] = [await page(), await Deno.mkdir(join(dir, "docs/audit/b"))];
    await Deno.writeTextFile(join(dir, "docs/audit/b/REPORT.json"), on(23, STABLE));
    assertEquals((await history()).code, 0);
    assert(await page() !== first, "it has the second run, too");
  });
  await inDir({ ...tree, "index.html": "<h1>My own</h1>" }, async (history, dir) => {
    const { code, err, out } = await history();
    assertEquals(code, 3);
    assertStringIncludes(out, "2 PASS");
    assert(!out.includes("Page:"), out);
    assertMatch(err, /Cannot write ".*index\.html": it is there already, and not written by this program\n.*move it/);
    assertEquals(await Deno.readTextFile(join(dir, "docs/audit/index.html")), "<h1>My own</h1>");
  });
});

const REFUSED: [string, string[], RegExp][] = [
  [
    "a folder that is not there",
    ["nowhere"],
    /Cannot list the runs of ".*nowhere": there is no such folder\nName a folder/,
  ],
  ["a file", ["docs/audit/index.html"], /it is a file/],
  ["the folder of one run", ["docs/audit/killed"], /it is the folder of one run; name the folder above it/],
  ["two folders", ["a", "b"], /Cannot use "b" after history a/],
  ["an option of run", ["--strict"], /--strict is not an option of history/],
];
for (const [what, args, says] of REFUSED) {
  Deno.test(`history refuses ${what}`, async () => {
    await inDir(FILES, async (history) => {
      const { code, err, out } = await history(...args);
      assertEquals([code, out], [2, ""]);
      assertMatch(err, says);
    });
  });
}
