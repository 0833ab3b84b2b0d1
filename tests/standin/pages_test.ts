/** The pages, against those of the shell program that the containers of config/sandbox run. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { pageFor } from "../../lib/standin/pages.ts";
import { ODD_HEALTH } from "../../lib/standin/health_faults.ts";
import { readSettings } from "../../lib/standin/settings.ts";

const SHELL_SERVICE = new URL("../../config/sandbox/vx11-service.sh", import.meta.url);
const SERVICE = { PORT: "8001", VX11_SERVICE: "operator-frontend", VX11_MODE: "operative_core" };

/** Status and body of the page, as this program answers. */
function page(path: string, env: Record<string, string>, nth = 1, elapsedSec: number | null = 0, agent = "Deno/2") {
  const settings = readSettings((name) => ({ ...SERVICE, ...env })[name]);
  if (typeof settings === "string") throw new Error(settings);
  const answer = pageFor(settings, { path, agent, elapsedSec }, nth);
  return answer.kind !== "page" ? answer.kind : { status: answer.status, body: answer.body };
}

/** The same, as the shell program answers. It keeps its notes in /tmp; here in a folder of the test's. */
async function shellPage(path: string, env: Record<string, string>) {
  const dir = await Deno.makeTempDir({ prefix: "vx11-pages-" });
  try {
    const script = join(dir, "service.sh");
    await Deno.writeTextFile(script, (await Deno.readTextFile(SHELL_SERVICE)).replaceAll("=/tmp/", `=${dir}/`));
    const child = new Deno.Command("sh", {
      args: [script, "page"],
      env: { ...SERVICE, ...env },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`));
    await writer.close();
    const text = new TextDecoder().decode((await child.output()).stdout);
    const [head = "", body = ""] = text.split("\r\n\r\n");
    return { status: Number(head.split(" ")[1]), body };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("pageFor() answers as the sandbox's shell program does", async () => {
  const cases: [string, Record<string, string>][] = [
    ["/", {}],
    ["/health", {}],
    ["/none", {}],
    ["/health", { FAULT_HEALTH_STATUS: "500" }],
    ["/", { FAULT_HEALTH_STATUS: "500" }],
    ["/health", { FAULT_HEALTH_STATUS: "404" }],
    ["/health", { FAULT_FAIL_EVERY: "1" }],
  ];
  await Promise.all(cases.map(async ([path, env]) => {
    const ours = page(path, env);
    assert(typeof ours !== "string");
    // `$(…)` takes the line end off the shell's pages; httpd, which serves the healthy ones, does not.
    assertEquals({ ...ours, body: ours.body.trimEnd() }, await shellPage(path, env), `${path} ${JSON.stringify(env)}`);
  }));
});

Deno.test("pageFor() plays faults on the page that is named, to the callers that are named", () => {
  const env = { FAULT_HEALTH_STATUS: "500", FAULT_HEALTH_PATH: "/", FAULT_HEALTH_AGENT: "Deno" };
  const status = (path: string, agent: string) => {
    const answer = page(path, env, 1, 0, agent);
    return typeof answer === "string" ? answer : answer.status;
  };
  assertEquals(status("/", "Deno/2.7.11"), 500);
  assertEquals(status("/", "Python-urllib/3.13"), 200);
  assertEquals(status("/health", "Deno/2.7.11"), 200);
});

Deno.test("pageFor() fails every n-th answer, is lost from a moment on, and hangs", () => {
  const status = (env: Record<string, string>, nth: number, elapsedSec: number | null) => {
    const answer = page("/health", env, nth, elapsedSec);
    return typeof answer === "string" ? answer : answer.status;
  };
  assertEquals([1, 2, 3, 4, 5, 6].map((nth) => status({ FAULT_FAIL_EVERY: "3" }, nth, 0)), [
    200,
    200,
    503,
    200,
    200,
    503,
  ]);
  assertEquals([null, 0, 1.9, 2, 60].map((sec) => status({ FAULT_LOST_AFTER: "2" }, 1, sec)), [
    200,
    200,
    200,
    503,
    503,
  ]);
  assertEquals(status({ FAULT_HEALTH_HANG: "1" }, 1, 0), "hang");
  for (const odd of ODD_HEALTH) assertEquals(status({ FAULT_HEALTH_ODD: odd }, 1, 0), odd);
});

Deno.test("pageFor() is slow at every n-th request only, where that is asked for", () => {
  const sleepOf = (nth: number) => {
    const settings = readSettings((name) => ({ ...SERVICE, FAULT_HEALTH_SLEEP: "0.6", FAULT_SLOW_EVERY: "3" })[name]);
    assert(typeof settings !== "string");
    const answer = pageFor(settings, { path: "/health", agent: "", elapsedSec: 0 }, nth);
    return answer.kind === "page" ? answer.afterSec : null;
  };
  assertEquals([1, 2, 3, 4, 5, 6].map(sleepOf), [0, 0, 0.6, 0, 0, 0.6]);
});
