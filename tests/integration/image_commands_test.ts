/** Commands as tests that run in containers of images of their own, by the program as a user runs it. */

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
const ABSENT = "vx11-missing-image:1";

function service(script: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const entrypoint = ["/bin/sh", "-c", script];
  return { image: IMAGE, pull_policy: "never", stop_grace_period: "0s", entrypoint, ...more };
}

const SERVICES = {
  db: service("exec nc -ll -p 5432 -e cat", { networks: ["back"] }),
  web: service(PAGE, { networks: ["front", "back"] }),
  shy: service(PAGE.replace("8000", "8137"), { network_mode: "host" }),
};

const sh = (name: string, script: string, more: Record<string, unknown> = {}) => (
  { name, run: ["sh", "-c", script], image: IMAGE, ...more }
);

const CASE = "<testsuite><testcase name='page'/><testcase name='login'>";
const FAILED = `${CASE}<failure message='expected 401'/></testcase></testsuite>`;

const COMMANDS = [
  sh("passes", 'test "$PWD $MORE $VX11_MODE" = "/work a/b low_power" && test -f compose.yaml && test -z "$COLOUR"', {
    env: { MORE: "a/b" },
  }),
  sh(
    "asks",
    'test "$VX11_DB_URL" = tcp://db:5432 && nc -w 1 db 5432 </dev/null && test "$(wget -qO- http://web:8000/up)" = ok && ' +
      'wget -qO- "$VX11_WEB_URL/up"',
  ),
  sh("fails", "echo one >&2; echo expected 3 >&2; exit 3"),
  sh("hangs", "trap '' TERM; echo begun; setsid sleep 511 & sleep 513", { timeout: 2 }),
  sh("leaves", "setsid sleep 521 & sleep 522 & exit 0"),
  sh("prints", "head -c 20000000 /dev/zero | tr '\\0' x; echo; echo the last word; exit 4"),
  sh("missing", "", { run: ["vx11-missing", "a"] }),
  sh("locked", "", { run: ["/etc/passwd"] }),
  sh("nowhere", "true", { cwd: "vx11/nowhere" }),
  sh("absent", "true", { image: ABSENT }),
  sh("killed", "kill -9 $$"),
  sh("writes", `echo "${FAILED}" >j.xml`, { cwd: "out", junit: "j.xml" }),
  sh("stale", "true", { junit: "out/j.xml" }),
  sh("none", "true", { junit: "none.xml" }),
];

async function inProject(work: (dir: string, name: string) => Promise<void>): Promise<void> {
  await image();
  const dir = await Deno.makeTempDir({ prefix: "vx11-images-" });
  const name = basename(dir).toLowerCase();
  const networks = { front: {}, back: {} };
  try {
    await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services: SERVICES, networks }));
    await Deno.mkdir(join(dir, "out"));
    await work(dir, name);
  } finally {
    const left = await ownContainers(name);
    if (left.length > 0) await docker("rm", "--force", "--volumes", ...left);
    await removeProject(name);
    await Deno.remove(dir, { recursive: true });
  }
}

async function ownContainers(name: string): Promise<string[]> {
  const ids = await docker("ps", "--all", "--quiet", "--filter", `label=vx11-stability.project=${name}`);
  return ids.split("\n").filter((id) => id !== "");
}

async function volumes(): Promise<string> {
  return await docker("volume", "ls", "--quiet", "--filter", "dangling=true");
}

async function configure(dir: string, web: unknown[], shy: unknown[] = []): Promise<void> {
  const health = (service: string, port = 8000) => [{ service, port, path: "/up" }];
  const modules = {
    db: { services: ["db"], health: [{ service: "db", kind: "tcp", port: 5432 }] },
    web: { services: ["web"], depends_on: ["db"], health: health("web"), commands: web },
    shy: { services: ["shy"], health: health("shy", 8137), commands: shy },
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
  "each command in a container of its own comes to what it is, and its container is gone",
  () =>
    inProject(async (dir, name) => {
      await configure(dir, COMMANDS, [
        sh("on-host", "wget -qO- http://127.0.0.1:8137/up && wget -qO- $VX11_SHY_URL/up"),
      ]);
      const args = ["--modules", "web,shy", "--mode", "low_power", "--pull", "never"];
      const { stderr } = await (await start(args, { cwd: dir, clearEnv: true, env: await bareEnv(dir) })).finished;
      const { modules } = await report(dir);
      const web = modules["web"];
      assert(web !== undefined, stderr);
      const said = web.reasons.map(({ code, text }) => `${code} ${text}`).join("\n");
      const passed = Object.entries(web.test_results).filter(([, each]) => each.passed).map(([each]) => each);
      assertEquals(passed, ["passes", "asks", "leaves"], said);
      assertMatch(said, /^tests_failed fails: 1 of 1 test failed \(exit code 3\): expected 3; output: raw\//m);
      assertMatch(said, /^tests_timeout hangs did not end within 2.* and was killed with its children/m);
      assertMatch(said, /^tests_failed prints: .*exit code 4\): the last word;/m);
      assertMatch(
        said,
        /^tests_failed missing: .*exit code 127 \(it could not be started\): the image has no vx11-missing;/m,
      );
      assertMatch(said, /^tests_failed locked: .*the image has a \/etc\/passwd that may not be executed;/m);
      assertMatch(said, /^tests_failed nowhere: .*exit code 127 .*there is no folder .*vx11\/nowhere/m);
      assertMatch(
        said,
        /^metrics_missing absent was found but not run: the image "vx11-missing-image:1" is not there: docker pull vx11-missing-image:1$/m,
      );
      assertMatch(said, /^tests_failed killed: .*exit code 137 \(SIGKILL ended it or its container\)/m);
      assertMatch(said, /^tests_failed writes: 1 of 2 tests failed \(exit code 0\), first: login: expected 401;/m);
      assertMatch(said, /^metrics_missing .*out\/j.xml is the file that was there before the command began/m);
      assertMatch(said, /^metrics_missing .*it left no file none.xml\./m);
      assertEquals(modules["shy"]?.test_results["on-host"]?.passed, true, JSON.stringify(modules["shy"]?.reasons));
      const audit = (await auditDirs(dir)).at(-1) ?? "";
      const big = await Deno.stat(join(audit, web.test_results["prints"]?.output ?? ""));
      assert(big.size > 15 * 2 ** 20 && big.size < 17 * 2 ** 20, `${big.size} bytes`);
      assertStringIncludes(await Deno.readTextFile(join(audit, web.test_results["hangs"]?.output ?? "")), "begun\n");
      await assertKept(audit);
      assertEquals([await ownContainers(name), await exists(join(dir, "vx11"))], [[], false]);
      assertStringIncludes(stderr, `the image "${ABSENT}" is not there`);
    }),
);

async function assertKept(audit: string): Promise<void> {
  assertStringIncludes(await Deno.readTextFile(join(audit, "raw/web_writes.xml")), "expected 401");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

const LONG = sh("long", "echo begun; setsid sleep 531 & exec sleep 532");

integrationTest(
  "its container is removed on an interrupt, and after a kill by `clean`",
  () =>
    inProject(async (dir, name) => {
      await configure(dir, [LONG]);
      const begun = async () => {
        const running = await start(["--modules", "web"], { cwd: dir });
        const id = await eventually("it runs", async () => {
          const [own] = await ownContainers(name);
          if (own === undefined) return undefined;
          const { stdout } = await command("docker", ["top", own, "-o", "pid,args"]);
          return stdout.includes("sleep 531") && stdout.includes("sleep 532") ? own : undefined;
        });
        return { id, running };
      };
      const { running: interrupted } = await begun();
      interrupted.kill("SIGINT");
      assertEquals((await interrupted.finished).code, 130);
      assertEquals(await ownContainers(name), []);

      const { id, running: killed } = await begun();
      killed.kill("SIGKILL");
      await killed.finished;
      assertEquals(await ownContainers(name), [id]);
      const own = await docker("inspect", "--format", "{{.Name}}", id);
      const doctor = await (await start(["doctor"], { cwd: dir })).finished;
      assertStringIncludes(doctor.stdout + doctor.stderr, own.slice(1));
      const { code, stderr, stdout } = await (await start(["clean"], { cwd: dir })).finished;
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, own.slice(1));
      assertEquals(await ownContainers(name), []);
      assertEquals(await docker("ps", "--all", "--quiet", "--filter", `label=com.docker.compose.project=${name}`), "");
    }),
);

integrationTest(
  "a container that is removed or killed from outside has not passed, nor one whose connection breaks",
  () =>
    inProject(async (dir, name) => {
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
        const before = await volumes();
        let runs = 0;
        const begun = async () => {
          children.length = 0;
          const family = `/tmp/vx11-it-apart-${name}-${++runs}`;
          const words = ["sh", "-c", "echo one; exec sleep 541"];
          const asked = { image: IMAGE, words, env: {}, cwd: ".", projectDir: dir, family };
          const run = engine.apart?.run(look.state, asked);
          assert(run !== undefined);
          const printed = new Response(run.output[0]).text();
          const id = await eventually("it runs", async () => {
            const [own] = await ownContainers(name);
            const { stdout } = await command("docker", ["top", own ?? "none", "-o", "pid,args"]);
            return stdout.includes("sleep 541") ? own : undefined;
          });
          return { id, printed, run };
        };
        const removed = await begun();
        await docker("rm", "--force", removed.id);
        // The engine may still say how it ended, or have forgotten it.
        const cut = await removed.run.end;
        assert(cut.how === "container ended" || (cut.how === "ended" && cut.code === 137), JSON.stringify(cut));
        assertEquals([await removed.run.endAll(), await removed.printed], [null, "one\n"]);

        const killed = await begun();
        await docker("kill", killed.id);
        const meaning = "SIGKILL ended it or its container";
        assertEquals(await killed.run.end, { how: "ended", code: 137, signal: null, meaning });
        assertEquals([await killed.run.endAll(), await killed.printed], [null, "one\n"]);

        const broken = await begun();
        for (const child of children) child.killGroup("SIGKILL");
        assertEquals(await broken.run.end, { how: "unknown", why: "the connection to the engine ended while it ran" });
        assertEquals([await broken.run.endAll(), await broken.printed], [null, "one\n"]);

        const paused = await begun();
        await docker("pause", paused.id);
        assertEquals([await paused.run.endAll(), await paused.printed], [null, "one\n"]);

        // No look has ever had one of them.
        const other = await begun();
        assertEquals((await engine.look()).map(({ state }) => state.service), ["web"]);
        assertEquals((await engine.apart?.look())?.map(({ family }) => family), [`/tmp/vx11-it-apart-${name}-5`]);
        assertEquals([await other.run.endAll(), await other.printed], [null, "one\n"]);
        assertEquals([await ownContainers(name), await volumes()], [[], before]);
      } finally {
        await engine.close();
      }
    }),
);
