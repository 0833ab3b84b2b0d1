/** Commands as tests, over whole runs. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import { builtinModules } from "../../lib/modules.ts";
import type { CommandSpec } from "../../lib/tests/commands/spec.ts";
import { SpawnError } from "../../lib/host/host.ts";
import { AUDIT_DIR, reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

type Command = Pick<CommandSpec, "name"> & Partial<CommandSpec>;

/** The module `switch` with these commands, and its file test_switch_a.py unless `tests` says other ones. */
function commanded(commands: readonly Command[], patterns?: readonly string[], options: WorldOptions = {}): World {
  const it = world(options);
  const modules = new Map(builtinModules());
  const spec = modules.get("switch");
  if (spec === undefined) throw new Error("no switch");
  const all = commands.map((each) => ({
    run: ["npm", each.name],
    cwd: ".",
    env: {},
    timeoutSec: null,
    junit: null,
    ...each,
  }));
  modules.set("switch", { ...spec, tests: patterns ?? spec.tests, moreTests: { commands: all } });
  Object.assign(it.config, { settings: { ...it.config.settings, modules } });
  return it;
}

/** pytest is not there. */
function withoutPytest(it: World): World {
  const { spawn } = it.host;
  Object.assign(it.host, {
    spawn(...of: Parameters<typeof spawn>) {
      if (of[0][0] === "pytest") throw new SpawnError("not found", "pytest: No such file");
      return spawn(...of);
    },
  });
  return it;
}

const run = (it: World) =>
  it.journal().filter((line) => line.type === "test").map(({ module, file }) => `${module} ${file}`);
const unavailable = (it: World) =>
  it.journal().flatMap((line) => line.type === "tests_found" && line.module === "switch" ? [line.unavailable] : []);
const notices = (it: World) => it.journal().flatMap((line) => line.type === "notice" ? [line.text] : []);

const XML = "/srv/vx11/out/j.xml";
const CASES = '<testcase name="page"/><testcase name="login"><failure>expected 401</failure></testcase>';

/** A command that writes this XML. */
function writing(xml: string, options: WorldOptions = {}): World {
  const it = commanded([{ name: "e2e", junit: "out/j.xml" }], [], options);
  it.onTest = (file) => {
    if (file !== "e2e") return;
    it.files.set(XML, xml);
    it.modified.set(XML, it.clock.wall());
  };
  return it;
}

Deno.test("pytest's files are run first, then the commands in their order, all with the same variables", async () => {
  const it = commanded([{ name: "b" }, { name: "a", env: { NODE_ENV: "test", VX11_MODE: "own" } }]);
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(run(it), ["switch test_switch_a.py", "switch b", "switch a"]);
  const pytest = it.testEnvs.get("test_switch_a.py");
  assertEquals(pytest?.["VX11_SWITCH_URL"], "http://127.0.0.1:8002");
  assertEquals(it.testEnvs.get("b"), pytest);
  assertEquals(it.testEnvs.get("a"), { ...pytest, NODE_ENV: "test", VX11_MODE: "own" });
});

Deno.test("a module with commands alone has tests, whether there is a pytest or not", async () => {
  for (const it of [commanded([{ name: "smoke" }], []), withoutPytest(commanded([{ name: "smoke" }], []))]) {
    assertEquals(verdictOn(await it.run(), "switch"), "PASS");
    assertEquals([run(it), unavailable(it)], [["switch smoke"], [null]]);
    assertEquals(notices(it).filter((text) => text.includes("pytest")), []);
  }
});

Deno.test("a module with neither is no_tests, and says how its files were looked for", async () => {
  const result = await commanded([], ["test_none_*.py"]).run();
  assertEquals(verdictOn(result, "switch"), "WARN no_tests");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "(test_none_*.py)");
});

Deno.test("a missing pytest keeps its files from being run, and no command", async () => {
  const it = withoutPytest(commanded([{ name: "smoke" }]));
  const result = await it.run();
  const why = "`pytest --version` cannot be run: command not found";
  assertEquals(verdictOn(result, "switch"), "WARN no_tests");
  assertEquals(reasonsOn(result, "switch"), [`1 of 2 test files of "switch" not run: ${why}`]);
  assertEquals([run(it), unavailable(it)], [["switch smoke"], [why]]);
  assertEquals(notices(it), [`Some tests will not be run: ${why}`]);
  assertStringIncludes(it.files.get(`${AUDIT_DIR}/REPORT.md`) ?? "", "- some tests could not be run: \\`pytest");
  const none = withoutPytest(world());
  await none.run();
  assertEquals(notices(none), [`No test will be run: ${why}`]);
  assertStringIncludes(none.files.get(`${AUDIT_DIR}/REPORT.md`) ?? "", "- tests could not be run: \\`pytest");
});

Deno.test("a command that fails is tests_failed, and is named with what it printed last", async () => {
  const it = commanded([{ name: "smoke" }, { name: "lint" }], [], {
    tests: { smoke: 3 },
    prints: "connect ECONNREFUSED: ",
  });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL tests_failed");
  assertEquals(reasonsOn(result, "switch"), [
    "smoke: 1 of 1 test failed (exit code 3): connect ECONNREFUSED: 1 failed, 2 passed in 0.01s; " +
    "output: raw/switch_smoke.txt",
  ]);
});

Deno.test("a command that hangs is ended at its own limit", async () => {
  const it = commanded([{ name: "smoke", timeoutSec: 0.5 }], [], { tests: { smoke: "hangs" } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL tests_timeout");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "smoke did not end within 500 ms and was killed");
});

Deno.test("a command that cannot be started is tests_failed", async () => {
  const result = await commanded([{ name: "smoke", cwd: "e2e" }], []).run();
  assertEquals(verdictOn(result, "switch"), "FAIL tests_failed");
  assertEquals(reasonsOn(result, "switch"), [
    "smoke: the command ended with exit code 127 (it could not be started): there is no folder /srv/vx11/e2e; " +
    "output: raw/switch_smoke.txt",
  ]);
});

Deno.test("the XML that a command writes decides, and junit.xml shows its cases", async () => {
  const it = writing(`<testsuite>${CASES}</testsuite>`);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL tests_failed");
  assertEquals(reasonsOn(result, "switch"), [
    "e2e: 1 of 2 tests failed (exit code 0), first: login: expected 401; output: raw/switch_e2e.txt",
  ]);
  const junit = it.files.get(`${AUDIT_DIR}/junit.xml`) ?? "";
  assertStringIncludes(junit, '<testcase classname="vx11.switch.cycle1.tests" name="page" time="0.000"/>');
  assertStringIncludes(junit, '<failure type="test" message="expected 401">');
});

Deno.test("an XML that is promised and not written proves nothing", async () => {
  const it = commanded([{ name: "e2e", junit: "out/j.xml" }], []);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN metrics_missing");
  assertEquals(reasonsOn(result, "switch"), [
    "It is not known whether all tests of e2e ran: it left no file out/j.xml. Correct `junit` in the config file, " +
    "or leave it out if the command writes no XML",
  ]);
  assertStringIncludes(
    it.files.get(`${AUDIT_DIR}/junit.xml`) ?? "",
    '<skipped message="no test is known to have run">',
  );
});

Deno.test("an XML of an earlier command of the module proves nothing of a later one", async () => {
  const it = commanded([{ name: "first", junit: "out/j.xml" }, { name: "second", junit: "out/j.xml" }], []);
  it.onTest = (file) => {
    if (file !== "first") return;
    it.files.set(XML, "<testsuite><testcase name='a'/></testsuite>");
    it.modified.set(XML, it.clock.wall());
  };
  const result = await it.run();
  assertEquals(reasonsOn(result, "switch").map((text) => text.slice(0, text.indexOf(". "))), [
    "It is not known whether all tests of second ran: out/j.xml is the file that was there before the command began",
  ]);
});

Deno.test("a command of which every test was skipped, or that ran none, is no_tests", async () => {
  const skipped = await writing('<testsuite><testcase><skipped message="no GPU"/></testcase></testsuite>').run();
  assertEquals(verdictOn(skipped, "switch"), "WARN no_tests");
  assertEquals(reasonsOn(skipped, "switch"), ['Every test of "switch" was skipped (1): no GPU']);
  const none = await writing('<testsuite tests="0"/>').run();
  assertEquals(reasonsOn(none, "switch"), ["the command ran no test of e2e (exit code 0)"]);
});

Deno.test("secrets of a command's own variables are in no file of the audit dir", async () => {
  const token = "tok-4711-xyzzy";
  const it = commanded([{ name: "e2e", junit: "out/j.xml", env: { API_TOKEN: token } }], [], {
    tests: { e2e: 1 },
    prints: `${token} `,
  });
  it.onTest = () => {
    it.files.set(XML, `<testsuite><testcase name="a"><failure>${token}</failure></testcase></testsuite>`);
    it.modified.set(XML, it.clock.wall());
  };
  const result = await it.run();
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "a: [secret API_TOKEN]; output");
  const leaks = [...it.files].filter(([path, text]) => path.startsWith(AUDIT_DIR) && text.includes(token));
  assertEquals(leaks.map(([path]) => path), []);
  const again = it.journal().flatMap((line) => line.type === "test" ? [line.again] : []);
  assertEquals(again, [["env", "API_TOKEN=[secret API_TOKEN]", "npm", "e2e"]]);
});

Deno.test("pytest's advice about missing packages counts its own files only", async () => {
  const it = commanded([{ name: "smoke" }], undefined, { tests: { "test_switch_a.py": 2 } });
  it.onTest = (file, xml) => {
    const failure = "<failure message=\"ModuleNotFoundError: No module named 'db'\"/>";
    if (file === "test_switch_a.py") it.files.set(xml, `<testsuite><testcase>${failure}</testcase></testsuite>`);
  };
  await it.run();
  assertStringIncludes(notices(it).join("\n"), "The only test file could not be imported");
});

Deno.test("a command with the name of a test file is refused before anything is started", async () => {
  const it = commanded([{ name: "test_switch_a.py" }]);
  await assertRejects(() => it.run(), Failure, 'Module "switch" has two tests with the name "test_switch_a.py"');
  assertEquals(it.journal(), []);
});
