/** Whole runs in which everything prints secrets: no file of the audit dir has them, and what is judged stays the same. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { processProject } from "../fakes/program.ts";
import { PYTHON } from "../fakes/python.ts";
import { hasLine, until } from "../fakes/wait.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { Failure } from "../../lib/model/failure.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { AUDIT_DIR, reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

const TOKEN = "tok-4711-xyzzy";
const PASSWORD = "p@ss/w0rd&co";
const OWN = "ghp_0123456789";
const TEST_ONLY = "test-only-value";
const LINE = "MIIEvQIBADANBgkq";
const KEY = `-----BEGIN KEY-----\n${LINE}\nhkiG9w0BAQEFAASC\n-----END KEY-----`;

/** All that must not be found, in any of its forms. */
const FORMS = [TOKEN, PASSWORD, encodeURIComponent(PASSWORD), "p@ss/w0rd&amp;co", btoa(TOKEN), OWN, LINE, TEST_ONLY];

function printing(options: WorldOptions = {}): World {
  // The last line is cut short within the secret where it goes to the journal.
  const all = `${FORMS.join(" ")}\n${KEY}\n${"y".repeat(497)}${TOKEN}\n`;
  const it = world({
    ...options,
    env: { GITHUB_TOKEN: OWN, PWD: "/srv/vx11" },
    prints: all,
    config: { testEnv: { TEST_API_KEY: TEST_ONLY }, ...options.config },
  });
  it.engine.variables.push(
    ["API_TOKEN", TOKEN],
    ["DATABASE_URL", `postgres://app:${encodeURIComponent(PASSWORD)}@db/x`],
    ["TLS_KEY", KEY],
    // Words that the evidence is made of are taken for no secrets.
    ["AUTH_SERVICE", "switch"],
    ["STATE_TOKEN", "running"],
  );
  it.engine.prints = all;
  it.engine.describe = (id) => Promise.resolve(JSON.stringify({ id, Cmd: [TOKEN, KEY] }));
  it.onTest = (file, xml) => {
    if (file !== "test_switch_a.py") return;
    const failed = `<testcase name="t"><failure message="assert ${
      "x".repeat(280)
    } ${TOKEN}">${KEY}</failure></testcase>`;
    it.files.set(xml, `<testsuite tests="3" failures="1" errors="0" skipped="0">${failed}p@ss/w0rd&amp;co</testsuite>`);
  };
  return it;
}

function leaks({ files }: World): string[] {
  return [...files].filter(([path]) => path.startsWith(AUDIT_DIR)).flatMap(([path, text]) =>
    FORMS.filter((form) => text.includes(form)).map((form) => `${path}: ${form}`)
  );
}

Deno.test("secrets that logs, tests and errors print are in no file of the audit dir", async () => {
  const it = printing({ tests: { "test_switch_a.py": 1 } });
  let gets = 0;
  it.onGet = (service) => {
    if (service === "switch" && ++gets === 3) throw new Error(`cannot use postgres://app:${PASSWORD}@db/x, ${TOKEN}`);
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_lost tests_failed");
  assertEquals(leaks(it), []);
  const text = (path: string) => it.files.get(`${AUDIT_DIR}/${path}`) ?? "";
  const raw = ["switch_test_switch_a.py.txt", "switch_test_switch_a.py.xml", "switch_vx11-switch.log"];
  for (const name of [...raw, "vx11-switch.inspect.json"]) {
    assertStringIncludes(text(`raw/${name}`), "[secret API_TOKEN]", name);
  }
  for (const name of ["journal.ndjson", "samples.ndjson", "REPORT.json"]) {
    assertStringIncludes(text(name), "[secret API_TOKEN]", name);
  }
  assertStringIncludes(text("raw/switch_test_switch_a.py.txt"), "[secret GITHUB_TOKEN]");
  assertStringIncludes(text("raw/switch_test_switch_a.py.txt"), "[secret TEST_API_KEY]");
  assertStringIncludes(text("journal.ndjson"), "[secret DATABASE_URL]");
  assert(!text("journal.ndjson").includes("yytok"));
});

Deno.test("what the engine's own errors hold is told without it, while the run goes on too", async () => {
  const it = printing({ tests: { "test_switch_a.py": 1 } });
  it.engine.onOrder = (order) => {
    if (order.startsWith("logs switch")) throw new EngineError(`no logs for ${TOKEN}`);
  };
  await it.run();
  const said = JSON.stringify(it.progress);
  assertStringIncludes(said, "could not be kept: no logs for [secret API_TOKEN]");
  assertEquals([FORMS.filter((form) => said.includes(form)), leaks(it)], [[], []]);
});

Deno.test("a secret that is a word of the evidence itself changes no verdict, also not one given again", async () => {
  const it = printing();
  it.onTest = () => {};
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS", reasonsOn(result, "switch").join());
  const again = judge(foldJournal(it.journal()));
  assertEquals(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(result.judged)));
});

Deno.test("what a start and the core's failure say is cleaned, on the terminal too", async () => {
  const it = printing({ scripts: { madre: { upFails: `bind: ${TOKEN} refused by ${PASSWORD}` } } });
  const { failure } = await it.run();
  assertStringIncludes(failure?.what ?? "", "[secret API_TOKEN] refused by [secret DATABASE_URL]");
  assertEquals([FORMS.filter((form) => JSON.stringify(failure).includes(form)), leaks(it)], [[], []]);
});

Deno.test("what keeps a run from its first step is told without the secrets of the services", async () => {
  const it = printing();
  it.engine.look = () => Promise.reject(new EngineError(`no look at it with ${TOKEN}`));
  const error = await assertRejects(() => it.run(), Failure);
  assertStringIncludes(error.data.what, "The engine does not answer: no look at it with [secret API_TOKEN]");
  assertEquals(error.message.includes(TOKEN), false);
});

Deno.test("secrets of processes and of their tests are in no file, as they come in pieces", async () => {
  const service = `
import http.server, os, sys, time
secret = os.environ["SERVICE_TOKEN"]
for part in (secret[:7], secret[7:]):
    sys.stdout.write(part); sys.stdout.flush(); time.sleep(0.05)
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): print(secret, os.environ["PARENT_PASSWORD"], flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
`;
  const command = JSON.stringify([PYTHON, "-IS", "talker.py", "--token", TOKEN]);
  await using project = await processProject(() => `
engine: process
thresholds: { min_probes: 5, probe_interval_ms: 20, sample_interval_ms: 100 }
services:
  madre: { command: ${command}, port: auto, env: { SERVICE_TOKEN: ${TOKEN} } }
  tentaculo_link: { command: ${command}, port: auto, env: { SERVICE_TOKEN: ${TOKEN} } }
  switch: { command: ${command}, port: auto, env: { SERVICE_TOKEN: ${TOKEN} } }
`);
  await Deno.writeTextFile(`${project.dir}/talker.py`, service);
  const test = `import os\ndef test_it():\n    assert os.environ["PARENT_PASSWORD"] == "${TOKEN} and more"\n`;
  await Deno.writeTextFile(`${project.dir}/tests/test_switch_a.py`, test);
  const env = { PARENT_PASSWORD: PASSWORD };
  const args = ["--pytest", `${PYTHON} -m pytest`, "--config", "config.yaml", "--modules", "switch"];
  const { code, stdout, stderr } = await project.runWith(env, ...args);
  assertEquals(code, 1, stderr);
  const dir = await project.auditDir();
  const texts = new Map([["stdout", stdout], ["stderr", stderr]]);
  for (const folder of ["", "raw/"]) {
    for await (const { isFile, name } of Deno.readDir(`${dir}/${folder}`)) {
      if (isFile) texts.set(folder + name, await Deno.readTextFile(`${dir}/${folder}${name}`));
    }
  }
  const bad = [...texts].filter(([, text]) => text.includes(TOKEN) || text.includes(PASSWORD)).map(([name]) => name);
  assertEquals(bad, []);
  assertStringIncludes(texts.get("raw/switch_switch.log") ?? "", "[secret SERVICE_TOKEN] [secret PARENT_PASSWORD]\n");
  assertStringIncludes(texts.get("raw/switch_test_switch_a.py.xml") ?? "", "[secret PARENT_PASSWORD]");
});

Deno.test("what pytest writes after its run was killed is not in the audit dir", async () => {
  await using project = await processProject((service) => `
engine: process
services:
  madre: { command: ${service()}, port: auto, env: { SERVICE_TOKEN: ${TOKEN} } }
  tentaculo_link: { command: ${service()}, port: auto }
  switch: { command: ${service()}, port: auto }
`);
  const { dir } = project;
  const test = `import os, time
def test_it():
    with open("pid", "w") as file: file.write(f"{os.getpid()}\\n")
    while not os.path.exists("go"): time.sleep(0.01)
    assert "${TOKEN}" == ""
`;
  await Deno.writeTextFile(`${dir}/tests/test_switch_a.py`, test);
  await Deno.mkdir(`${dir}/tmp`);
  // Nobody reads what it prints, on which its terminal would end it.
  const args = ["--pytest", `${PYTHON} -m pytest -p no:terminal`, "--config", "config.yaml", "--modules", "switch"];
  const program = project.startWith({ TMPDIR: `${dir}/tmp` }, ...args, "--timeout-sec", "600");
  const ended = program.output();
  await until("the test runs", () => hasLine(`${dir}/pid`));
  program.kill("SIGKILL");
  await ended;
  await Deno.writeTextFile(`${dir}/go`, "");
  const pid = Number(await Deno.readTextFile(`${dir}/pid`));
  await until("pytest has ended", () => !denoHost().processAlive(pid));
  const [audit, left] = [await filesBelow(await project.auditDir()), await filesBelow(`${dir}/tmp`)];
  await project.run("clean", "--config", "config.yaml");
  assertEquals([...audit].filter(([, text]) => text.includes(TOKEN)).map(([path]) => path), []);
  const written = [...left].filter(([path, text]) =>
    path.endsWith("switch_test_switch_a.py.xml") && text.includes(TOKEN)
  );
  assertEquals(written.length, 1, "pytest wrote its XML");
});

async function filesBelow(dir: string): Promise<Map<string, string>> {
  const { list, kind, readText } = denoHost().files;
  const texts = new Map<string, string>();
  for (const path of (await list(dir)).map((name) => `${dir}/${name}`)) {
    if (await kind(path) === "file") texts.set(path, await readText(path));
    else for (const [below, text] of await filesBelow(path)) texts.set(below, text);
  }
  return texts;
}

Deno.test("a bug that a run ends with is thrown without the secrets of the services", async () => {
  const it = printing();
  it.onTest = () => Promise.reject(new TypeError(`cannot read ${TOKEN}`));
  const error = await assertRejects(() => it.run(), Error);
  assertEquals([error.message.includes(TOKEN), error.stack?.includes(TOKEN)], [false, false]);
  assertStringIncludes(error.stack ?? "", "secrets_test.ts");
});
