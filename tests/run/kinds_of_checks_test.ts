/** Checks of other kinds than a page, over whole runs. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { builtinModules } from "../../lib/modules.ts";
import type { TlsKeys } from "../../lib/health/tls/keys.ts";
import type { HealthCheck } from "../../lib/model/module.ts";
import type { FakeEngine } from "../fakes/engine.ts";
import { assertUsage } from "../fakes/failure.ts";
// Loaded by the first check of a log, which takes real time, and the clock here waits for none.
import "../../lib/std/vm.ts";
import { AUDIT_DIR, reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

const TCP = { service: "switch", kind: "tcp", port: 8002, declared: true } as const;
const PAGE = { service: "switch", kind: "http", port: 8002, path: "/health", declared: true } as const;

/** The module `switch` with these checks. */
function checkedBy(health: HealthCheck[], options: WorldOptions = {}): World {
  const it = world(options);
  const modules = new Map(builtinModules());
  const spec = modules.get("switch");
  if (spec !== undefined) modules.set("switch", { ...spec, health });
  Object.assign(it.config, { settings: { ...it.config.settings, modules } });
  return it;
}

/** How the port of switch takes connections. */
function connecting(it: World, connect: () => Promise<{ lateMs: number }>): void {
  const reach = it.engine.reach.bind(it.engine);
  it.engine.reach = async (look) => {
    const place = await reach(look);
    return "why" in place ? place : { ...place, connect };
  };
}

Deno.test("a port that takes connections is ready, and stays so", async () => {
  const it = checkedBy([TCP]);
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  const asked = it.journal().find((line) => line.type === "endpoint" && line.module === "switch");
  assertEquals(asked?.type === "endpoint" && [asked.kind, asked.url], ["tcp", "tcp://127.0.0.1:8002"]);
});

Deno.test("tests are given the address of a page, and that of a port if there is no page", async () => {
  for (const [health, url] of [[[TCP], "tcp://127.0.0.1:8002"], [[TCP, PAGE], "http://127.0.0.1:8002"]] as const) {
    const it = checkedBy([...health]);
    await it.run();
    assertEquals(it.testEnvs.get("test_switch_a.py")?.["VX11_SWITCH_URL"], url);
  }
});

Deno.test("a port that never takes a connection is health_timeout, with its address and why", async () => {
  const it = checkedBy([TCP], { config: { timeoutSec: 2 } });
  connecting(it, () => Promise.reject(new Error("Connection refused (os error 111)")));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "at tcp://127.0.0.1:8002 gave: connection refused");
});

Deno.test("a port that stops taking connections after it was ready is health_lost", async () => {
  const it = checkedBy([TCP]);
  let asked = 0;
  connecting(it, () => ++asked < 3 ? Promise.resolve({ lateMs: 0 }) : Promise.reject(new Error("Connection refused")));
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL health_lost");
});

Deno.test("one check that fails does not hide behind another of the same service that passes", async () => {
  const it = checkedBy([PAGE, TCP], { config: { timeoutSec: 2 } });
  connecting(it, () => Promise.reject(new Error("Connection refused")));
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL health_timeout");
});

Deno.test("a declared check of the container's own is one, and an error if it has none", async () => {
  const declared: HealthCheck[] = [{ service: "switch", kind: "docker", declared: true }];
  const without = await checkedBy(declared).run();
  assertEquals(verdictOn(without, "switch"), "FAIL health_timeout");
  assertStringIncludes(reasonsOn(without, "switch")[0] ?? "", 'Service "switch" has no health check of its own');
  const state = { health: "starting" as const, checks: { passed: 0, failed: 0 } };
  const check = checkedBy(declared, { scripts: { switch: { state, check: () => null } } });
  assertEquals(verdictOn(await check.run(), "switch"), "PASS");
});

const RUNS = { service: "switch", kind: "running", declared: true } as const;

Deno.test("a service that runs is ready, and is not probed", async () => {
  const it = checkedBy([RUNS]);
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(it.journal().some((line) => line.type === "probe" && line.module === "switch"), false);
});

Deno.test("a service that does not run is health_timeout, with the state that it is in", async () => {
  const it = checkedBy([RUNS], { config: { timeoutSec: 2 }, scripts: { switch: { state: { status: "paused" } } } });
  const result = await it.run();
  assertStringIncludes(verdictOn(result, "switch"), "health_timeout");
  assertStringIncludes(reasonsOn(result, "switch").join("\n"), "at its state gave: it is paused, and not running");
});

Deno.test("the end of a service that only has to run is seen, though nothing probes it", async () => {
  const it = checkedBy([RUNS]);
  it.onTest = (file) => {
    if (file.includes("switch")) it.engine.end(it.engine.container("switch")?.state.id ?? "?", 3);
  };
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL exited");
});

const JOB = { service: "switch", kind: "completed", declared: true } as const;
const DONE = { status: "exited", pid: null, exitCode: 0 } as const;

Deno.test("a job that ended with 0 is PASS, whether it ended before the first look or after it", async () => {
  const atOnce = checkedBy([JOB], { scripts: { switch: { state: DONE } } });
  const result = await atOnce.run();
  assertEquals([verdictOn(result, "switch"), reasonsOn(result, "switch")], ["PASS", []]);
  assertEquals(atOnce.journal().some((line) => line.type === "ready" && line.service === "switch"), true);
  const later = checkedBy([JOB]);
  let looked = 0;
  const look = later.engine.look.bind(later.engine);
  later.engine.look = () => {
    const { id, status } = later.engine.container("switch")?.state ?? {};
    if (status === "running" && ++looked === 3) later.engine.end(id ?? "?", 0);
    return look();
  };
  assertEquals(verdictOn(await later.run(), "switch"), "PASS");
  assertEquals(later.journal().filter(({ type }) => type === "ready").length > 0, true);
});

Deno.test("a job that ends with another code is `exited`, and what needs it is not started", async () => {
  const it = checkedBy([JOB], {
    config: { selected: ["switch", "hermes"] },
    scripts: { switch: { state: { ...DONE, exitCode: 3 } } },
  });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL exited");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "exit code 3");
  assertEquals(verdictOn(result, "hermes"), "FAIL dependency_failed");
});

Deno.test("a job that never ends is health_timeout", async () => {
  const result = await checkedBy([JOB], { config: { timeoutSec: 2 } }).run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(
    reasonsOn(result, "switch")[0] ?? "",
    "at its completion gave: it is running, and has not ended with 0",
  );
});

Deno.test("a service that ends with 0 and has no check fails, and the reason says how to declare a job", async () => {
  for (const [exitCode, isSaid] of [[0, true], [1, false]] as const) {
    const result = await checkedBy([], { scripts: { switch: { state: { ...DONE, exitCode } } } }).run();
    assertEquals(verdictOn(result, "switch"), "FAIL exited");
    assertEquals(reasonsOn(result, "switch").join().includes("declare that: a check of kind completed"), isSaid);
  }
});

const COMMAND = ["pg_isready", "-U", "my app"];
const ASKS = { service: "switch", kind: "exec", command: COMMAND, declared: true } as const;

/** How the command ends, from the first time that it is run. */
function executing(it: World, exec: FakeEngine["exec"]): void {
  it.engine.exec = exec;
}

Deno.test("a command that ends with 0 is a check, which is made again at most once a second", async () => {
  const it = checkedBy([ASKS]);
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(
    new Set(it.engine.orders.filter((order) => order.startsWith("exec"))),
    new Set(["exec switch pg_isready -U my app"]),
  );
  const lines = it.journal().flatMap((line) => "module" in line && line.module === "switch" ? [line] : []);
  const [asked] = lines.flatMap((line) => line.type === "endpoint" ? [line] : []);
  assertEquals([asked?.what, asked?.watched], ["`pg_isready -U 'my app'` in the container", "answers"]);
  const probes = lines.flatMap((line) => line.type === "probe" ? [line.ms] : []);
  assertEquals(probes.length >= 3, true, `${probes.length} probes`);
  // The last one belongs to the end of the window, whenever that comes.
  assertEquals(probes.slice(1, -1).every((ms, nth) => ms - (probes[nth] ?? 0) >= 1000), true, probes.join(" "));
});

Deno.test("a command that never ends with 0 is health_timeout, with the code and the last line of its output", async () => {
  const it = checkedBy([ASKS], { config: { timeoutSec: 2 } });
  executing(it, () => Promise.resolve({ code: 2, output: "trying\n:5432 - no response\n\n" }));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(
    reasonsOn(result, "switch")[0] ?? "",
    "at `pg_isready -U 'my app'` in the container gave: exit code 2: :5432 - no response",
  );
});

Deno.test("a command that fails after it had passed is health_lost", async () => {
  const it = checkedBy([ASKS]);
  let run = 0;
  executing(it, () => Promise.resolve({ code: ++run < 3 ? 0 : 1, output: "" }));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_lost");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "the last with: exit code 1");
});

const LINE = { service: "switch", kind: "log", line: "ready on \\d+", declared: true } as const;

/** The lines that the service prints at each of its starts, one list for each. */
function printing(it: World, ...starts: string[][]): { followed: number; ended: number } {
  const seen = { followed: 0, ended: 0 };
  it.engine.followed.set("switch", ({ state }, onLines, signal) => {
    seen.followed++;
    const lines = starts[state.restartCount] ?? [];
    if (lines.length > 0) onLines(lines);
    return new Promise((resolve) => {
      const end = () => {
        seen.ended++;
        resolve("closed");
      };
      if (signal.aborted) end();
      else signal.addEventListener("abort", end);
    });
  });
  return seen;
}

Deno.test("a service that prints the line is ready, and its output is followed once", async () => {
  const it = checkedBy([LINE]);
  const seen = printing(it, ["begin", "ready on 8002"]);
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(seen, { followed: 1, ended: 1 });
  const lines = it.journal().filter((line) => "module" in line && line.module === "switch");
  assertEquals(lines.some(({ type }) => type === "probe"), false);
  assertEquals(lines.flatMap((line) => line.type === "endpoint" ? [line.what] : []), [
    "a log line that matches /ready on \\d+/",
  ]);
});

Deno.test("a service that never prints the line is health_timeout, with what it printed last", async () => {
  const it = checkedBy([LINE], { config: { timeoutSec: 2 } });
  const seen = printing(it, ["begin", "no license"]);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(
    reasonsOn(result, "switch")[0] ?? "",
    "at a log line that matches /ready on \\d+/ gave: none of the 2 lines since its start matches; the last: no license",
  );
  assertEquals(seen, { followed: 1, ended: 1 });
});

Deno.test("a line of an earlier start does not count: it has to come again", async () => {
  const starts: [string, string][] = [["ready on 1", "FAIL restarted"], ["begin", "FAIL restarted health_timeout"]];
  for (const [second, verdict] of starts) {
    const it = checkedBy([LINE], { config: { timeoutSec: 2 } });
    const seen = printing(it, ["begin"], [second]);
    const follow = it.engine.followed.get("switch");
    if (follow === undefined) throw new Error("it is followed");
    it.engine.followed.set("switch", (look, onLines, signal) => {
      const following = follow(look, onLines, signal);
      // It ends before it has printed the line, which is then seen of the one that has ended.
      if (look.state.restartCount === 0) {
        it.engine.restart(look.state.id, 1);
        onLines(["ready on 1"]);
      }
      return following;
    });
    assertEquals(verdictOn(await it.run(), "switch"), verdict);
    assertEquals(seen, { followed: 2, ended: 2 });
  }
});

Deno.test("a follower that cannot be started is said so, and the next attempt passes", async () => {
  const it = checkedBy([LINE]);
  const usual = printing(it, ["ready on 1"]);
  const follow = it.engine.followed.get("switch");
  let tries = 0;
  it.engine.followed.set("switch", (look, onLines, signal) => {
    if (++tries < 3 || follow === undefined) return Promise.resolve("the logging driver does not support reading");
    return follow(look, onLines, signal);
  });
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals([tries, usual.followed], [3, 1]);
  const never = checkedBy([LINE], { config: { timeoutSec: 2 } });
  never.engine.followed.set("switch", () => Promise.resolve("the logging driver does not support reading"));
  const result = await never.run();
  assertStringIncludes(
    reasonsOn(result, "switch")[0] ?? "",
    "gave: its output cannot be followed: the logging driver does not support reading",
  );
});

const TOKEN = "plain word 7";
const ASKED = {
  ...PAGE,
  method: "POST",
  headers: { Authorization: "Bearer ${THE_NAME}" },
  status: ["2xx"],
  body: "ready",
};

/** How the page answers each request, which it is given. */
function answering(it: World, answer: (request: string) => string): void {
  it.host.dial = () => {
    const said = Promise.withResolvers<string>();
    return Promise.resolve({
      readable: new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode(answer(await said.promise)));
          controller.close();
        },
      }),
      write: (bytes) => Promise.resolve(said.resolve(new TextDecoder().decode(bytes))),
      close: () => Promise.resolve(),
    });
  };
}

Deno.test("a page is requested as declared, and what its headers hold of the environment is in no file", async () => {
  const it = checkedBy([ASKED], { env: { THE_NAME: TOKEN } });
  const requests: string[] = [];
  it.engine.prints = `asked with ${TOKEN}\n`;
  answering(it, (request) => {
    requests.push(request);
    // The last ones are refused, in words that a proxy may answer with.
    return requests.length < 4 ? "HTTP/1.1 204 ok\r\n\r\n" : `${TOKEN} is refused\r\n`;
  });
  const result = await it.run();
  assertStringIncludes(verdictOn(result, "switch"), "FAIL");
  assertStringIncludes(requests[0] ?? "", "POST /health HTTP/1.1\r\n");
  assertStringIncludes(requests[0] ?? "", `\r\nAuthorization: Bearer ${TOKEN}\r\n`);
  const written = [...it.files].filter(([path]) => path.startsWith(AUDIT_DIR));
  assertEquals(written.filter(([_, text]) => text.includes(TOKEN)).map(([path]) => path), []);
  assertEquals(JSON.stringify(it.progress).includes(TOKEN), false);
  assertStringIncludes(JSON.stringify(written), "[secret THE_NAME]");
});

Deno.test("an answer without the text is health_timeout, and says so", async () => {
  const it = checkedBy([{ ...ASKED, headers: {} }], { config: { timeoutSec: 2 } });
  answering(it, () => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwaits");
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(
    reasonsOn(result, "switch")[0] ?? "",
    "at POST http://127.0.0.1:8002/health gave: answered 200, without `ready` in its body",
  );
});

function byHttps(ca: string): HealthCheck & TlsKeys {
  return { ...PAGE, kind: "https", ca };
}

const FLAWS: [string, HealthCheck, Record<string, string>, string, string][] = [
  [
    "a variable that is not set",
    ASKED,
    {},
    "headers.Authorization names the variable THE_NAME, which is not set",
    "Set THE_NAME in the environment of this program",
  ],
  [
    "an empty variable",
    ASKED,
    { THE_NAME: " " },
    "headers.Authorization names the variable THE_NAME, which is not set",
    "Set THE_NAME in the environment of this program",
  ],
  [
    "a variable of two lines",
    ASKED,
    { THE_NAME: "a\nb" },
    "headers.Authorization names the variable THE_NAME, which has a character that HTTP forbids",
    "Set THE_NAME in the environment of this program",
  ],
  [
    "a file of ca that is not there",
    byHttps("certs/ca.pem"),
    {},
    'ca is "certs/ca.pem", and there is no file "/srv/vx11/certs/ca.pem"',
    "Give the path of a PEM file, relative to the project dir",
  ],
  [
    "a file of ca without a certificate",
    byHttps("tests/test_switch_a.py"),
    {},
    'ca is "tests/test_switch_a.py", which has no certificate in PEM',
    "Give the authority's certificate in PEM",
  ],
  [
    "a folder as ca",
    byHttps("tests"),
    {},
    'ca is "tests", which is a folder',
    "Give the path of a PEM file, relative to the project dir",
  ],
];
for (const [what, check, env, expected, next] of FLAWS) {
  Deno.test(`${what} ends a run before anything is started`, async () => {
    const it = checkedBy([TCP, check], { env, config: { configFile: "c.yaml" } });
    await assertUsage(() => it.run(), `Config "c.yaml": modules.switch.health[1].${expected}`, next);
    assertEquals(it.engine.orders, []);
    assertEquals([...it.files.keys()].filter((path) => path.startsWith(AUDIT_DIR)), []);
  });
}

Deno.test("a check of a module that is not planned needs nothing", async () => {
  const it = checkedBy([ASKED], { config: { selected: ["baseline"] } });
  assertEquals(verdictOn(await it.run(), "baseline"), "PASS");
});
