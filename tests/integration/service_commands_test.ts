/** Commands as tests that run in a service's container, by the program as a user runs it, on a host without Python. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { findCompose } from "../../lib/engine/compose/check.ts";
import { composeEngine } from "../../lib/engine/compose/compose.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Child, Host } from "../../lib/host/host.ts";
import { IMAGE } from "../../scripts/sandbox_image.ts";
import { eventually, lookAt } from "../contract/rig.ts";
import { command, docker, image, integrationTest } from "./environment.ts";
import { auditDirs, readReport, start } from "./program.ts";
import { removeProject } from "./project.ts";

const PAGE = "mkdir -p /tmp/w; echo ok > /tmp/w/up; exec httpd -f -p 8000 -h /tmp/w";

function service(script: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const entrypoint = ["/bin/sh", "-c", script];
  return { image: IMAGE, pull_policy: "never", stop_grace_period: "0s", entrypoint, ...more };
}

const SERVICES = {
  db: service("exec nc -ll -p 5432 -e cat"),
  web: service(PAGE, { user: "65534:65534", working_dir: "/tmp", environment: { COLOUR: "teal" } }),
  // A shell ends on SIGTERM if it has a handler for it, even as process 1.
  mortal: service(`trap 'exit 7' TERM; ${PAGE.replace("exec ", "")} & wait`),
};

const sh = (name: string, script: string, more: Record<string, unknown> = {}) => (
  { name, run: ["sh", "-c", script], in: "web", ...more }
);

const CASE = "<testsuite><testcase name='page'/><testcase name='login'>";
const FAILED = `${CASE}<failure message='expected 401'/></testcase></testsuite>`;
/** Whether anything of the commands is left in the container. */
const NONE_LEFT = "! cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep 'sle[e]p 4'";

const COMMANDS = [
  sh("passes", 'test "$(id -u) $PWD $COLOUR $MORE $VX11_MODE" = "65534 /tmp teal a/b low_power"', {
    env: { MORE: "a/b" },
  }),
  sh("asks", 'test "$VX11_DB_URL" = tcp://db:5432 && nc -w 1 db 5432 </dev/null && wget -qO- "$VX11_WEB_URL/up"'),
  sh("fails", "echo one >&2; echo expected 3 >&2; exit 3"),
  sh("hangs", "trap '' TERM; echo begun; setsid sleep 411 & setsid env -i sleep 412 & sleep 413", { timeout: 1 }),
  sh("leaves", "setsid sleep 421 & sleep 422 & exit 0"),
  sh("sees-none", NONE_LEFT),
  sh("prints", "head -c 20000000 /dev/zero | tr '\\0' x; echo; echo the last word; exit 4"),
  sh("missing", "", { run: ["vx11-missing", "a"] }),
  sh("nowhere", "true", { cwd: "/vx11/nowhere" }),
  sh("writes", `mkdir -p out; echo "${FAILED}" >out/j.xml`, { junit: "out/j.xml" }),
  sh("stale", "true", { junit: "/tmp/out/j.xml" }),
  sh("rewrites", `echo "${FAILED}" >j.xml`, { cwd: "out", junit: "j.xml" }),
  sh("cuts", `echo "${CASE}" >cut.xml`, { junit: "cut.xml" }),
  sh("none", "true", { junit: "none.xml" }),
];

async function inProject(work: (dir: string, name: string) => Promise<void>): Promise<void> {
  await image();
  const dir = await Deno.makeTempDir({ prefix: "vx11-commands-" });
  const name = basename(dir).toLowerCase();
  try {
    await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services: SERVICES }));
    await work(dir, name);
  } finally {
    await removeProject(name);
    await Deno.remove(dir, { recursive: true });
  }
}

async function configure(dir: string, web: unknown[], mortal: unknown[] = []): Promise<void> {
  const health = (service: string) => [{ service, port: 8000, path: "/up" }];
  const modules = {
    db: { services: ["db"], health: [{ service: "db", kind: "tcp", port: 5432 }] },
    web: { services: ["web"], depends_on: ["db"], health: health("web"), commands: web },
    mortal: { services: ["mortal"], health: health("mortal"), commands: mortal },
  };
  const thresholds = { min_probes: 3, probe_interval_ms: 50 };
  const text = { extends: "none", thresholds, rules: { no_tests: "off" }, modes: { low_power: [] }, modules };
  await Deno.writeTextFile(join(dir, "vx11-stability.yaml"), JSON.stringify(text));
}

/** A PATH that has docker alone. */
async function bareEnv(dir: string): Promise<Record<string, string>> {
  const bin = join(dir, ".bin");
  await Deno.mkdir(bin, { recursive: true });
  const { stdout } = await command("sh", ["-c", "command -v docker"]);
  await Deno.symlink(stdout.trim(), join(bin, "docker")).catch(() => {});
  return { PATH: bin, HOME: Deno.env.get("HOME") ?? "/", TMPDIR: Deno.env.get("TMPDIR") ?? "/tmp" };
}

async function report(dir: string) {
  return await readReport((await auditDirs(dir)).at(-1) ?? "");
}

integrationTest(
  "each command in a container comes to what it is, and leaves nothing there",
  () =>
    inProject(async (dir) => {
      const dies = { name: "dies", run: ["sh", "-c", "echo bye; kill 1; sleep 9"], in: "mortal" };
      await configure(dir, COMMANDS, [dies]);
      const args = ["--modules", "web,mortal", "--mode", "low_power"];
      const { stderr } = await (await start(args, { cwd: dir, clearEnv: true, env: await bareEnv(dir) })).finished;
      const { modules } = await report(dir);
      const web = modules["web"];
      assert(web !== undefined, stderr);
      const about = (name: string) =>
        web.reasons.filter(({ text }) => text.includes(`${name}:`) || text.includes(`of ${name} `)).map((
          { code, text },
        ) => `${code} ${text}`).join("; ");
      const passed = Object.entries(web.test_results).filter(([, each]) => each.passed).map(([name]) => name);
      assertEquals(passed, ["passes", "asks", "leaves", "sees-none"], JSON.stringify(web.reasons, null, 1));
      assertMatch(about("fails"), /^tests_failed fails: 1 of 1 test failed \(exit code 3\): expected 3; output: raw\//);
      assertMatch(
        web.reasons.map(({ text }) => text).join("\n"),
        /hangs did not end within 1.* and was killed with its children/,
      );
      assertMatch(about("prints"), /exit code 4\): the last word;/);
      assertMatch(
        about("missing"),
        /exit code 127 \(it could not be started\): the image has no vx11-missing: name a program that it has;/,
      );
      assertMatch(about("nowhere"), /exit code 127 .*the container has no folder \/vx11\/nowhere/);
      assertMatch(about("writes"), /1 of 2 tests failed \(exit code 0\), first: login: expected 401;/);
      assertMatch(
        about("stale"),
        /^metrics_missing .*\/tmp\/out\/j.xml is the file that was there before the command began/,
      );
      assertMatch(about("rewrites"), /1 of 2 tests failed/);
      assertMatch(about("cuts"), /^metrics_missing .*cut.xml is cut, or no XML: see raw\//);
      assertMatch(about("none"), /^metrics_missing .*it left no file none.xml\./);
      const audit = (await auditDirs(dir)).at(-1) ?? "";
      const big = await Deno.stat(join(audit, web.test_results["prints"]?.output ?? ""));
      assert(big.size > 15 * 2 ** 20 && big.size < 17 * 2 ** 20, `${big.size} bytes`);
      assertStringIncludes(await Deno.readTextFile(join(audit, web.test_results["hangs"]?.output ?? "")), "begun\n");
      assertMatch(
        modules["mortal"]?.reasons.map(({ text }) => text).join("\n") ?? "",
        /dies: the command was cut short: the container of "mortal" ended before it was seen to end: bye;/,
      );
      assertEquals(modules["mortal"]?.status, "FAIL");
    }),
);

async function processesOf(id: string): Promise<string> {
  return (await command("docker", ["top", id, "-o", "pid,args"])).stdout;
}

const LONG = sh("long", "setsid sleep 431 & exec sleep 432");

integrationTest(
  "a command in a container that was there before is ended by an interrupt, and after a kill by `clean`",
  () =>
    inProject(async (dir, name) => {
      await configure(dir, [LONG]);
      await docker("compose", "--project-directory", dir, "up", "--detach");
      const id = await docker(
        "ps",
        "--quiet",
        "--filter",
        `label=com.docker.compose.project=${name}`,
        "--filter",
        "name=web",
      );
      const begun = async () => {
        const running = await start(["--modules", "web"], { cwd: dir });
        await eventually("both run", async () => {
          const seen = await processesOf(id);
          return (seen.includes("sleep 431") && seen.includes("sleep 432")) || undefined;
        });
        return running;
      };
      const interrupted = await begun();
      interrupted.kill("SIGINT");
      assertEquals((await interrupted.finished).code, 130);
      assertEquals((await processesOf(id)).includes("sleep"), false);

      const killed = await begun();
      killed.kill("SIGKILL");
      await killed.finished;
      assertStringIncludes(await processesOf(id), "sleep 431");
      const { code, stderr } = await (await start(["clean"], { cwd: dir })).finished;
      assertEquals(code, 0, stderr);
      assertEquals((await processesOf(id)).includes("sleep"), false);
    }),
);

integrationTest(
  "a command in a container is ended from within it if this host does not show its processes",
  () =>
    inProject(async (dir) => {
      const host = denoHost();
      const blind = { ...host, kernel: { read: () => null, list: () => [], link: () => null } };
      const wanted = { projectDir: dir, composeFiles: [], env: {}, metricsSource: "auto" as const };
      const engine = composeEngine(blind, await findCompose(host, wanted));
      try {
        const options = { recreate: false, timeoutMs: 60_000, logFile: (each: string) => join(dir, each) };
        assertEquals(await engine.up(["web"], options), { ok: true });
        const look = await lookAt(engine, "web");
        const run = (script: string) =>
          engine.run(look, { words: ["sh", "-c", script], env: {}, cwd: ".", family: "/tmp/vx11-it-blind" });
        const marked = run("setsid sleep 441 & exec sleep 442");
        const printed = new Response(marked.output[0]).text();
        await eventually("it runs", async () => (await processesOf(look.state.id)).includes("sleep 441") || undefined);
        assertEquals(await marked.endAll(), null);
        assertEquals([await printed, (await processesOf(look.state.id)).includes("sleep")], ["", false]);
        // Nothing within the container shows what has no mark: it is named.
        const bare = run("env -i sleep 443 & exit 0");
        await new Response(bare.output[0]).text();
        assertEquals(await bare.end, { how: "ended", code: 0, signal: null });
        const left = await bare.endAll();
        assert(typeof left === "object" && left?.pids.length === 1, JSON.stringify(left));
      } finally {
        await engine.close();
      }
    }),
);

integrationTest(
  "a command whose connection breaks, or whose container is paused or removed, has not passed",
  () =>
    inProject(async (dir) => {
      const host = denoHost();
      const children: Child[] = [];
      const spied: Host = {
        ...host,
        spawn(words, options) {
          const child = host.spawn(words, options);
          if (words.includes("dial-stdio")) children.push(child);
          return child;
        },
      };
      const wanted = { projectDir: dir, composeFiles: [], env: {}, metricsSource: "auto" as const };
      const engine = composeEngine(spied, await findCompose(host, wanted));
      try {
        const options = { recreate: false, timeoutMs: 60_000, logFile: (each: string) => join(dir, each) };
        assertEquals(await engine.up(["web"], options), { ok: true });
        const look = await lookAt(engine, "web");
        const { id } = look.state;
        const begun = async (script: string) => {
          children.length = 0;
          const run = engine.run(look, {
            words: ["sh", "-c", script],
            env: {},
            cwd: ".",
            family: "/tmp/vx11-it-broken",
          });
          const printed = new Response(run.output[0]).text();
          await eventually("it runs", async () => (await processesOf(id)).includes("sleep 45") || undefined);
          return { run, printed };
        };
        const broken = await begun("echo one; sleep 451; exit 0");
        for (const child of children) child.killGroup("SIGKILL");
        assertEquals(await broken.run.end, { how: "unknown", why: "the connection to the engine ended while it ran" });
        assertEquals(await broken.run.endAll(), null);
        assertEquals([await broken.printed, (await processesOf(id)).includes("sleep")], ["one\n", false]);

        const frozen = await begun("exec sleep 452");
        await docker("pause", id);
        const left = await frozen.run.endAll();
        assert(typeof left === "object" && left?.pids.length === 1, JSON.stringify(left));
        await frozen.printed;
        const refused = engine.run(look, { words: ["true"], env: {}, cwd: ".", family: "/tmp/vx11-it-paused" });
        assertEquals(await refused.end, { how: "not started", why: "its container is paused", code: null });
        await docker("unpause", id);
        await eventually("it is gone", async () => !(await processesOf(id)).includes("sleep") || undefined);

        const removed = await begun("exec sleep 453");
        await docker("rm", "--force", id);
        assertEquals(await removed.run.end, { how: "container ended" });
        assertEquals(await removed.run.endAll(), null);
        await removed.printed;
        assertEquals(
          await engine.readFile(look, "/etc/passwd", 10).catch((error) => error.message),
          `No such container: ${id}`,
        );
      } finally {
        await engine.close();
      }
    }),
);
