/** Whole runs of the program from source, on services that are checked by https, gRPC, and pages with more than a path. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import { denoHost } from "../../lib/host/deno.ts";
import { CERTIFICATE } from "../../lib/standin/certificate.ts";
import { processProject, type Project } from "../fakes/program.ts";
import { PYTHON } from "../fakes/python.ts";

const TOKEN = "plain-words-4711";
const STAND_IN = [...denoHost().self, "stand-in"];

/** The only answers to requests with the token are those that count; it prints what it was asked with. */
const GUARDED = `
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        print("asked with", self.headers["Authorization"], flush=True)
        self.send_response(202 if self.headers["Authorization"] == "Bearer " + os.environ["EXPECTED"] else 401)
        self.send_header("Content-Length", "12"); self.end_headers()
        self.wfile.write(b'{"db": "ok"}')
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
`;

function service(speaks: string, env: Record<string, string> = {}) {
  return { command: STAND_IN, port: "auto", env: { SPEAKS: speaks, ...env } };
}

function module(name: string, check: Record<string, unknown>) {
  return { services: [name], health: [{ service: name, port: 1, ...check }] };
}

const NOT_SERVING = { FAULT_HEALTH_STATUS: "503" };
const GUARD = { path: "/", method: "POST", status: [202], body: '"db": "ok"' };

function config(): string {
  return JSON.stringify({
    extends: "none",
    engine: "process",
    thresholds: { min_probes: 5, probe_interval_ms: 20, sample_interval_ms: 100 },
    rules: { high_latency: "off", near_mem_limit: "off", no_tests: "off" },
    modules: {
      page: module("page", { kind: "https", path: "/health", ca: "standin.pem", body: "page" }),
      named: module("named", { kind: "https", path: "/health", insecure: true, server_name: "x.test" }),
      wrong: module("wrong", { kind: "https", path: "/health", ca: "standin.pem", server_name: "x.test" }),
      rpc: module("rpc", { kind: "grpc", service_name: "shop.v1.Cart" }),
      rpcs: module("rpcs", { kind: "grpc", tls: true, ca: "standin.pem" }),
      down: module("down", { kind: "grpc" }),
      lost: module("lost", { kind: "grpc", tls: true, insecure: true }),
      guarded: module("guarded", { ...GUARD, headers: { Authorization: "Bearer ${MY_WORDS}" } }),
    },
    services: {
      page: service("https", { VX11_SERVICE: "page" }),
      named: service("https"),
      wrong: service("https"),
      rpc: service("grpc"),
      rpcs: service("grpcs"),
      down: service("grpc", NOT_SERVING),
      lost: service("grpcs", { FAULT_FAIL_EVERY: "2" }),
      guarded: { command: [PYTHON, "-IS", "guarded.py"], port: "auto", env: { EXPECTED: TOKEN } },
    },
  });
}

async function project(): Promise<Project> {
  const made = await processProject(config);
  await Deno.writeTextFile(`${made.dir}/standin.pem`, CERTIFICATE);
  await Deno.writeTextFile(`${made.dir}/guarded.py`, GUARDED);
  return made;
}

const RUN = ["run", "--config", "config.yaml", "--timeout-sec", "4", "--jobs", "4"];

interface Judged {
  name: string;
  status: string;
  reasons: { code: string; message: string }[];
}

Deno.test("services that speak https and gRPC, and one that wants a secret, are checked as declared", async () => {
  await using made = await project();
  const { code, stderr, stdout } = await made.runWith({ MY_WORDS: TOKEN }, ...RUN);
  const dir = await made.auditDir();
  const { modules } = JSON.parse(await Deno.readTextFile(`${dir}/REPORT.json`));
  const judged: Judged[] = Object.values(modules);
  const found = Object.fromEntries(
    judged.map(({ name, reasons, status }) => [name, [status, ...reasons.map((each) => each.code)]]),
  );
  assertEquals(found, {
    page: ["PASS"],
    named: ["PASS"],
    wrong: ["FAIL", "health_timeout"],
    rpc: ["PASS"],
    rpcs: ["PASS"],
    down: ["FAIL", "health_timeout"],
    lost: ["FAIL", "health_lost"],
    guarded: ["PASS"],
  }, stderr);
  const said = JSON.stringify(judged);
  assertStringIncludes(said, "its certificate is for localhost, 127.0.0.1, stand-in.internal, and not for x.test");
  assertMatch(said, /at grpc:\/\/127\.0\.0\.1:\d+ gave: answered NOT_SERVING/);
  assertEquals(code, 1);
  const texts: string[] = [stdout, stderr];
  for await (const { path } of walk(dir, { includeDirs: false })) texts.push(await Deno.readTextFile(path));
  assertEquals(texts.filter((text) => text.includes(TOKEN)), []);
  assertStringIncludes(texts.join("\n"), "asked with Bearer [secret MY_WORDS]");
});

Deno.test("a variable or a file that is not there ends the program with 2, before anything is started", async () => {
  await using made = await project();
  const unset = await made.run(...RUN);
  assertEquals(unset.code, 2);
  assertStringIncludes(
    unset.stderr,
    'Config "config.yaml": modules.guarded.health[0].headers.Authorization names the variable MY_WORDS, which is not set',
  );
  await Deno.remove(`${made.dir}/standin.pem`);
  const gone = await made.runWith({ MY_WORDS: TOKEN }, ...RUN);
  assertEquals(gone.code, 2);
  assertStringIncludes(
    gone.stderr,
    'Config "config.yaml": modules.page.health[0].ca is "standin.pem", and there is no file',
  );
  assertEquals(
    await Array.fromAsync(Deno.readDir(made.dir), ({ name }) => name).then((names) => names.includes("docs")),
    false,
  );
  const { code, stdout } = await made.run("plan", "--config", "config.yaml");
  assertEquals(code, 0);
  assertStringIncludes(stdout, 'POST :1/ with Authorization → 202 with `"db": "ok"`');
  assertStringIncludes(stdout, "grpc with TLS :1");
  assertStringIncludes(stdout, "https :1/health");
});
