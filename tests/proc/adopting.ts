/**
 * A program of its own that has orphans come to it, for what a test cannot do in the program that all tests share: it prints
 * what it saw as JSON. The second argument `alone`: it does without orphans.
 */

import { join } from "@std/path";
import { processEngine } from "../../lib/engine/process/process.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { ProcessSpec } from "../../lib/model/process.ts";
import { SERVICE_DEFAULTS } from "../../lib/config/services.ts";
import { statusOf } from "../../lib/proc/proc.ts";
import { adoptOrphans, endUntold } from "../../lib/proc/orphans.ts";
import { runTestFile } from "../../lib/tests/pytest/file.ts";
import { until } from "../fakes/wait.ts";
import { noted } from "../fakes/noted.ts";

const [scenario = "", how = "", dir = ""] = Deno.args;
const host = denoHost();
const adoption = how === "alone" ? { why: "not asked", close: () => {} } : adoptOrphans(host);

/**
 * A shell that leaves a daemon: in a session of its own, with an empty environment, and without a parent before anybody can
 * look. Its number is in the file. The waiting is for the daemon to have begun, and not for anything that looks.
 */
function leaving(file: string, before = ""): string {
  return `(${before} setsid env -i /bin/sh -c 'echo $$ >${file}.new; mv ${file}.new ${file}; exec sleep 300' ` +
    `>/dev/null 2>&1 </dev/null &); for _ in $(seq 3000); do [ -e ${file} ] && break; sleep 0.01; done`;
}

const pidIn = async (file: string) => Number(await Deno.readTextFile(file));
const parentOf = (pid: number) => Number(/^.*\) \S (\d+) /.exec(host.kernel.read(`/proc/${pid}/stat`) ?? "")?.[1]);

/** Runs a script to its end, as this family; the number of the daemon that it left. */
async function leave(name: string, family?: string, before = ""): Promise<number> {
  const file = join(dir, name);
  const child = host.spawn(["/bin/sh", "-c", leaving(file, before)], family === undefined ? {} : { family });
  await Promise.all([child.exit, child.stdout.cancel(), child.stderr.cancel()]);
  return await pidIn(file);
}

async function ended(pid: number): Promise<boolean> {
  host.kill(pid, "SIGKILL");
  await until("it is gone", () => host.kernel.read(`/proc/${pid}/stat`) === null);
  return true;
}

const scenarios: Record<string, () => Promise<unknown>> = {
  async families() {
    const [a, b, command] = [await leave("a", "test a"), await leave("b", "test b"), await leave("command")];
    const stranger = await leave("stranger", "test a", "prlimit --locks=unlimited");
    const { orphans } = host;
    const all = [a, b, command, stranger];
    const seen = {
      parents: all.map((pid) => parentOf(pid) === host.pid),
      listed: all.map((pid) => orphans.list().includes(pid)),
      isA: all.map((pid) => orphans.isOf(pid, "test a")),
      isUntold: all.map((pid) => orphans.isUntold(pid)),
      ownLimit: /^Max file locks +(\S+)/m.exec(host.kernel.read("/proc/self/limits") ?? "")?.[1],
    };
    const { left, spared, found } = await endUntold(host);
    const afterUntold = all.map((pid) => host.processAlive(pid));
    const child = host.spawn(["sleep", "300"], { family: "test a" });
    orphans.reap(child.pid);
    const listsChildren = orphans.list().includes(child.pid) || orphans.isOf(child.pid, "test a");
    host.endChildren();
    const afterEnd = all.map((pid) => host.processAlive(pid));
    const exit = await child.exit;
    await Promise.all([child.stdout.cancel(), child.stderr.cancel(), ended(command)]);
    return { ...seen, left, spared, found: found.length, afterUntold, listsChildren, exit, afterEnd };
  },
  /** One that ends by itself does not stay as a zombie. */
  async reaped() {
    const pid = await leave("short", "test");
    host.kill(pid, "SIGTERM");
    await until("it is gone, and its number is free", () => host.kernel.read(`/proc/${pid}/stat`) === null);
    return { left: host.orphans.list() };
  },
  async pytest() {
    await Deno.mkdir(join(dir, "raw"));
    const file = join(dir, "daemon");
    // Stands in for pytest, which would leave it as well.
    const run = await runTestFile(host, {
      command: ["/bin/sh", "-c", leaving(file)],
      cwd: dir,
      path: join(dir, "test_x.py"),
      root: dir,
      file: "test_x.py",
      env: {},
      limitMs: 60_000,
      auditDir: dir,
      output: "raw/test_x.txt",
      evidence: { ...host.files, writeText: host.files.writeAtomic, noteTests: noted },
      clean: (text) => text,
      signal: new AbortController().signal,
    });
    const pid = await pidIn(file);
    const isLeft = host.processAlive(pid);
    if (isLeft) await ended(pid);
    return { returnCode: run.returnCode, survivors: run.survivors ?? null, isLeft };
  },
  async service() {
    const services = new Map<string, ProcessSpec>(["app", "other"].map((name) => [name, {
      ...SERVICE_DEFAULTS,
      command: ["/bin/sh", "-c", `${leaving(join(dir, name))}; exec sleep 300`],
    }]));
    const engine = processEngine(host, { name: "test", dir, services, env: {} });
    const logFile = (name: string) => join(dir, `${name}.log`);
    await engine.up(["app", "other"], { recreate: false, timeoutMs: 10_000, logFile });
    for (const name of services.keys()) await until(`${name}'s daemon`, () => exists(join(dir, name)));
    const daemon = await pidIn(join(dir, "app"));
    const others = await pidIn(join(dir, "other"));
    const app = async () => (await engine.look()).find(({ state }) => state.service === "app")!.state;
    const described = (await engine.describe((await app()).id)).includes(`"pid": ${daemon}`);
    const before = await app();
    const [outcome] = await engine.sample([before]);
    const bytes = outcome !== undefined && "sample" in outcome ? outcome.sample.memBytes : 0;
    // Both are a `sleep`: with its daemon it has about twice as much.
    const isCounted = bytes > 1.5 * (statusOf(host.kernel, before.pid ?? 0).rssBytes ?? Infinity);
    const { error, stopped } = await engine.stop(await app(), 5);
    const isLeft = host.processAlive(daemon);
    const othersLeft = host.processAlive(others);
    await engine.close();
    const isAnyLeft = [daemon, others].some((pid) => host.processAlive(pid));
    for (const pid of [daemon, others]) if (host.processAlive(pid)) await ended(pid);
    return { described, isCounted, stopped, error, isLeft, othersLeft, isAnyLeft };
  },
};

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

const result = await scenarios[scenario]?.();
adoption.close();
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify({ why: adoption.why, ...result as object })}\n`));
