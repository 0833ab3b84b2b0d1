/** What `plan` says of the project and of the test files: on real files, with a `docker` that answers as told. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { type Host, SpawnError } from "../../lib/host/host.ts";
import { fakeHost } from "../fakes/host.ts";

const CONFIG = {
  name: "vx11",
  services: Object.fromEntries(["madre", "tentaculo_link", "swich", "mcp"].map((name) => [name, { image: "a" }])),
};

interface Setting {
  files: string[];
  args?: string[];
  /** The text of c.yaml, which `--config` names. */
  config?: string;
  /** What `docker compose config` prints; null: there is no docker. */
  compose?: string | null;
  /** What `docker context inspect` prints; null: it fails so. */
  context?: string | null;
  env?: Record<string, string>;
}

const USUAL = '["default","unix:///var/run/docker.sock"]';
const NO_CONTEXT = "echo 'context \"lab\": context not found: open /root/.docker/x: no such file' >&2; exit 1";

async function planned(
  { args = [], config, compose = JSON.stringify(CONFIG), context = USUAL, env = {}, files }: Setting,
) {
  const dir = await Deno.makeTempDir({ prefix: "vx11-plan-" });
  const real = denoHost();
  const spawn: Host["spawn"] = ([, verb], options) => {
    if (compose === null) throw new SpawnError("not found", "no docker");
    const printed = verb === "context" ? context : compose;
    const words = printed === null ? ["sh", "-c", NO_CONTEXT] : ["printf", "%s", printed];
    return real.spawn(words, { ...options, cwd: dir });
  };
  const { clock, kernel } = real;
  try {
    for (const file of files) {
      await Deno.mkdir(join(dir, file, ".."), { recursive: true });
      await Deno.writeTextFile(join(dir, file), "");
    }
    if (config !== undefined) await Deno.writeTextFile(join(dir, "c.yaml"), config);
    const before = [...await real.files.walk(dir, () => {})];
    const host = fakeHost({
      args: ["plan", ...args, ...(config === undefined ? [] : ["--config", "c.yaml"])],
      cwd: dir,
      env,
      host: { files: real.files, spawn, clock, kernel },
    });
    const code = await main(host, { name: "vx11-stability", version: "0.1.0" });
    assertEquals([code, await real.files.walk(dir, () => {})], [0, before], host.written.err);
    return { text: host.written.out, dir };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const FILES = [
  "compose.yml",
  "test_switch_root.py",
  "switch/tests/test_switch_in.py",
  ...["test_swich_x.py", "sub/test_switch_ok.py", "test_api.py", "conftest.py", "test_mcp_a.py"].map((name) =>
    `tests/${name}`
  ),
];

Deno.test("plan names missing services with what follows, the files of each module, near misses, and the rest", async () => {
  const { text } = await planned({ files: FILES, args: ["--modules", "switch,mcp,shubniggurath"] });
  for (
    const line of [
      "     tests: test_switch.py, test_switch_*.py: 1 file (sub/test_switch_ok.py)",
      "     tests: test_shub*.py: no file matches",
      'switch: the project has no service "switch": the module is FAIL, start_failed. Did you mean "swich"?',
      'hermes: the project has no service "hermes": modules that need it are FAIL, dependency_failed',
      'shubniggurath: the project has no service "shubniggurath": optional, the module is skipped',
      "switch: test_swich_x.py is not run: no pattern matches it; test_switch_*.py comes close",
      "switch: test_switch_root.py is not run: test_switch_*.py matches it, but it is not below the tests dir",
      "switch: switch/tests/test_switch_in.py is not run: test_switch_*.py matches it, but it is not below the tests dir",
      "Test files that no module's pattern matches: test_api.py",
    ]
  ) assertStringIncludes(text, `\n${line}\n`);
});

Deno.test("plan names the engine that the user has chosen, and where it is", async () => {
  const engineIn = (text: string) => text.match(/^Engine: .*$/m)?.[0] ?? null;
  const files = ["compose.yml"];
  const address = "tcp://lab:2375";
  const lab = { files, context: `["lab","${address}"]` };
  const byHost = { files, context: `["default","${address}"]`, env: { DOCKER_HOST: address } };
  const none = { files, context: null, args: ["--context", "lab"] };
  assertEquals(
    await Promise.all(
      [{ files }, lab, byHost, none, { files, compose: null }].map(async (setting) =>
        engineIn((await planned(setting)).text)
      ),
    ),
    [
      null,
      `Engine: ${address} (docker context "lab")`,
      `Engine: ${address} (DOCKER_HOST)`,
      'Engine: unknown (docker context "lab": context "lab": context not found)',
      null,
    ],
  );
  const json = async (setting: Setting) =>
    JSON.parse((await planned({ ...setting, args: [...setting.args ?? [], "--json"] })).text).engine;
  assertEquals(await json(lab), { context: "lab", address, unknown: null });
  assertEquals(await json({ files }), { context: null, address: "unix:///var/run/docker.sock", unknown: null });
  assertEquals(await json(none), { context: null, address: null, unknown: 'context "lab": context not found' });
  const processes = "services:\n  madre: { command: [sleep, '9'] }\n  tentaculo_link: { command: [sleep, '9'] }\n";
  assertEquals(await json({ files, args: ["--engine", "process"], config: processes }), null);
});

Deno.test("plan --json has the same as values", async () => {
  const { text } = await planned({ files: FILES, args: ["--modules", "switch,mcp", "--json"] });
  const value = JSON.parse(text);
  assertEquals([value.compose_project, value.compose_unread, value.tests_unread], ["vx11", null, null]);
  assertEquals(value.missing_services.map((each: { service: string }) => each.service), ["switch", "hermes"]);
  assertEquals(value.test_files.switch, ["sub/test_switch_ok.py"]);
  assertEquals(value.near_misses, [{ file: "test_swich_x.py", module: "switch", pattern: "test_switch_*.py" }]);
  assertEquals(value.outside_tests_dir.length, 2);
  assertEquals(value.unclaimed_tests, ["test_api.py"]);
});

Deno.test("plan lists the commands of modules that are tested, beside their files and without any", async () => {
  const config = `modules:
  switch: { commands: [{ name: smoke, run: [x] }, { name: e2e, run: [x] }] }
  mcp: { tests: [], commands: [{ name: lint, run: [x] }] }
  hermes: { commands: [{ name: other, run: [x] }] }
`;
  const files = ["compose.yml", "tests/test_switch_a.py"];
  const { text } = await planned({ files, config, args: ["--modules", "switch,mcp"] });
  assertStringIncludes(
    text,
    "\n     tests: test_switch.py, test_switch_*.py: 1 file (test_switch_a.py)\n     commands: smoke, e2e\n",
  );
  assertEquals(text.match(/^ +commands: .*$/gm), ["     commands: smoke, e2e", "     commands: lint"]);
  const json = await planned({ files, config, args: ["--modules", "switch,mcp", "--json"] });
  const value = JSON.parse(json.text);
  assertEquals(value.declared_tests, { commands: { switch: ["smoke", "e2e"], hermes: ["other"], mcp: ["lint"] } });
  assertEquals(value.test_files.switch, ["test_switch_a.py"]);
});

const IN_SERVICES = `extends: none
modules:
  web: { services: [mcp], commands: [{ name: smoke, run: [x], in: mcp }, { name: lint, run: [x] }] }
  other: { services: [swich], commands: [{ name: a, run: [x], in: madre }, { name: b, run: [x], in: mpc }] }
`;

Deno.test("plan says in which service a command runs, and which of these are not up then", async () => {
  const setting = { files: ["compose.yml"], config: IN_SERVICES };
  const { text } = await planned(setting);
  assertEquals(text.match(/^ +commands: .*$/gm), [
    "     commands: smoke (in mcp), lint",
    "     commands: a (in madre), b (in mpc)",
  ]);
  const [not, none] = [
    'a test is to run in service "madre", which nothing starts for this module',
    'a test is to run in service "mpc", which the project does not have',
  ];
  for (const why of [not, none]) assertStringIncludes(text, `\nother: ${why}: the module is FAIL, start_failed\n`);
  const value = JSON.parse((await planned({ ...setting, args: ["--json"] })).text);
  assertEquals(value.test_services, { web: { smoke: "mcp" }, other: { a: "madre", b: "mpc" } });
  assertEquals(value.misplaced_tests, [{ module: "other", why: not }, { module: "other", why: none }]);
});

Deno.test("plan says in a container of which image a command runs", async () => {
  const setting = {
    files: ["compose.yml"],
    config: IN_SERVICES.replace("run: [x], in: mcp", "run: [x], image: hurl:5"),
  };
  const { text } = await planned(setting);
  assertEquals(text.match(/^ +commands: .*$/gm)?.[0], "     commands: smoke (image hurl:5), lint");
  const value = JSON.parse((await planned({ ...setting, args: ["--json"] })).text);
  assertEquals(value.test_images, { web: { smoke: "hurl:5" } });
});

Deno.test("plan misses no test files where none are looked for", async () => {
  const { text } = await planned({ files: ["compose.yml"], config: IN_SERVICES });
  assertEquals(text.includes("No test file was read"), false, text);
  const some = IN_SERVICES.replace("{ services: [mcp],", "{ services: [mcp], tests: [test_*.py],");
  assertStringIncludes(
    (await planned({ files: ["compose.yml"], config: some })).text,
    "\nNo test file was read: there is",
  );
});

Deno.test("plan plans without docker, without a Compose file, with one that cannot be read, and without tests", async () => {
  const args = ["--modules", "mcp", "--quiet"];
  const steps = "4. mcp: brought up, tested, stopped\n";
  const without = async (setting: Setting) => {
    const { text } = await planned({ args, ...setting });
    assertStringIncludes(text, steps);
    return text.slice(text.indexOf(steps) + steps.length);
  };
  const tests = ["tests/test_mcp_a.py"];
  assertEquals(
    await without({ files: ["compose.yml", ...tests], compose: null }),
    "The Compose project was not read: Cannot use Docker Compose: `docker` is not on PATH\n",
  );
  assertStringIncludes(await without({ files: tests }), "The Compose project was not read: Cannot find a compose file");
  assertStringIncludes(await without({ files: ["compose.yml", ...tests], compose: "no json" }), "was not read: Cannot");
  const all = JSON.stringify({ name: "a", services: { ...CONFIG.services, switch: {}, hermes: {} } });
  assertEquals(
    await without({ files: ["compose.yml"], compose: all }),
    "No test file was read: there is no such folder\n",
  );
  assertEquals(await without({ files: ["compose.yml", ...tests], compose: all }), "", "nothing to say");
});

Deno.test("plan names no more than ten files of a kind in its text", async () => {
  const many = Array.from({ length: 12 }, (_, index) => `tests/test_other${index}.py`);
  const { text } = await planned({ files: ["compose.yml", ...many], args: ["--modules", "mcp"] });
  assertStringIncludes(text, "test_other7.py, 2 more\n");
});

Deno.test("plan says of a project that is not VX11's, and has no config file, how to get one", async () => {
  const compose = JSON.stringify({ name: "shop", services: { web: { image: "a" } } });
  const hint = "`vx11-stability init` drafts one for it";
  assertStringIncludes((await planned({ files: ["compose.yml"], compose })).text, hint);
  const config = "extends: none\nmodules: { a: { services: [web] } }\n";
  for (const setting of [{ compose, config }, {}]) {
    assertEquals((await planned({ files: ["compose.yml"], ...setting })).text.includes(hint), false);
  }
});
