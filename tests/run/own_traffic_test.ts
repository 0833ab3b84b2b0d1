/** What this program does itself is not the service's: its requests in a real server's log, and the CPU that they cost it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { processProject } from "../fakes/program.ts";
import { PYTHON } from "../fakes/python.ts";

/** Python's own server with its own access log; each page costs it 20 ms of CPU. */
const SERVER = `import http.server, os, sys, time
class Page(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        end = time.process_time() + 0.02
        while time.process_time() < end: pass
        super().do_GET()
print("started", file=sys.stderr, flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
`;

async function measured(...args: string[]) {
  const service = JSON.stringify({ command: [PYTHON, "-c", SERVER], port: "auto" });
  await using project = await processProject(() => `
engine: process
rules: { no_tests: fail }
services: { madre: ${service}, tentaculo_link: ${service}, switch: ${service} }
`);
  await Deno.writeTextFile(`${project.dir}/health`, "ok");
  const { stderr } = await project.run("--config", "config.yaml", "--modules", "switch", ...args);
  const dir = await project.auditDir();
  const read = (name: string) => Deno.readTextFile(`${dir}/${name}`).catch(() => stderr);
  const { modules: { switch: { metrics } } } = JSON.parse(await read("REPORT.json"));
  const logName = (await denoHost().files.list(`${dir}/raw`)).find((name) => /switch.*\.log$/.test(name));
  return {
    stats: Object.values(metrics)[0] as { stats: { cpu_mean_pct: number; cpu_probed_pct: number } },
    markdown: await read("REPORT.md"),
    log: await read(`raw/${logName}`),
  };
}

Deno.test("a server's log tail has no request of ours, and its mean CPU is that of the time when it was left alone", async () => {
  const { log, markdown, stats: { stats } } = await measured("--soak-sec", "5");
  const requests = log.split("\n").filter((line) => line.includes('"GET /health HTTP/1.1" 200'));
  assert(requests.length >= 20, log);
  assert(!markdown.includes("GET /health"), markdown);
  assertMatch(markdown, new RegExp(`left out here: ${requests.length} lines of health requests[^]*started`));
  // 20 ms for each of ten pages a second are 20 %, for each of two 4 %.
  assertEquals(stats.cpu_probed_pct, 0);
  assert(stats.cpu_mean_pct < 10, JSON.stringify(stats));
});

Deno.test("where a service was never left alone, the reports say how much of the time it was probed", async () => {
  const { markdown, stats: { stats } } = await measured();
  assert(stats.cpu_probed_pct > 50, JSON.stringify(stats));
  assert(stats.cpu_mean_pct > 10, JSON.stringify(stats));
  assertMatch(markdown, /CPU: [^\n]*% of the time during health probes at short intervals/);
});
