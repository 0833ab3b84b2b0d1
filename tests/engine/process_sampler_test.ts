import { assert, assertEquals, assertMatch } from "@std/assert";
import { processSampler } from "../../lib/engine/process/sampler.ts";
import { newTree } from "../../lib/proc/tree.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Sample } from "../../lib/model/evidence.ts";
import { fakeHost } from "../fakes/host.ts";
import { MIB } from "../fakes/evidence.ts";
import { PYTHON } from "../fakes/python.ts";
import { until } from "../fakes/wait.ts";
import type { World } from "./process_world.ts";
import { processesOf, processWorld, sh, STAYS } from "./process_world.ts";

async function sampleOf(it: World, service: string): Promise<Sample> {
  const [outcome] = await it.engine.sample([await it.state(service)]);
  assert(outcome !== undefined && "sample" in outcome, JSON.stringify(outcome));
  return outcome.sample;
}

/** A main process of some 30 MB, and a child that says so at 50. */
const TWO = sh(
  `${PYTHON} -IS -c 'import time; x = b"x" * 40000000; print("full", flush=True); time.sleep(300)' &
  exec ${PYTHON} -IS -c 'import time; x = b"x" * 20000000; print("also", flush=True); time.sleep(300)'`,
);

Deno.test("a sample's memory is the sum of the resident sets of the tree, as smaps_rollup has them", async () => {
  await using it = await processWorld({ switch: { command: TWO } });
  await it.up("switch");
  await it.untilLog("switch", "full");
  await it.untilLog("switch", "also");
  // Stopped, they are read at the same moment by both.
  const pids = processesOf(it.dir);
  for (const pid of pids) Deno.kill(pid, "SIGSTOP");
  const expected = pids.map((pid) =>
    Number(/^Rss:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`))?.[1]) * 1024
  );
  const { memBytes, memCacheBytes, memPeakKernelBytes, source, cpuPct } = await sampleOf(it, "switch");
  for (const pid of pids) Deno.kill(pid, "SIGCONT");
  const sum = expected.reduce((all, each) => all + each, 0);
  assert(pids.length >= 2 && sum > 55 * MIB, `${pids.length} processes with ${sum} bytes`);
  const off = Math.abs(memBytes - sum);
  assert(off <= sum * 0.01, `${memBytes} and ${sum} differ by ${off}`);
  assertEquals({ memCacheBytes, memPeakKernelBytes, source, cpuPct }, {
    memCacheBytes: null,
    memPeakKernelBytes: null,
    source: "/proc",
    cpuPct: null,
  });
});

function ticksOf(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

Deno.test("a sample's CPU time is that of /proc/<pid>/stat, over ten seconds of a busy child", async () => {
  await using it = await processWorld({ switch: { command: sh("sh -c 'echo pid $$; while :; do :; done' & wait") } });
  await it.up("switch");
  await it.untilLog("switch", "pid ");
  const pid = Number(/pid (\d+)\n/.exec(await it.log("switch"))?.[1]);
  const readBoth = async (): Promise<[number, number]> => {
    Deno.kill(pid, "SIGSTOP");
    await until("it stands still", () => / T /.test(Deno.readTextFileSync(`/proc/${pid}/stat`)));
    const both: [number, number] = [(await sampleOf(it, "switch")).cpuUsec ?? NaN, ticksOf(pid) * 10_000];
    Deno.kill(pid, "SIGCONT");
    return both;
  };
  const before = await readBoth();
  const end = performance.now() + 10_000;
  await until("ten seconds are over", () => performance.now() > end);
  const after = await readBoth();
  const [sampled, counted] = [after[0] - before[0], after[1] - before[1]];
  assert(counted > 1_000_000, `it was busy for ${counted} µs`);
  assert(Math.abs(sampled - counted) <= counted * 0.01, `${sampled} and ${counted} µs differ`);
});

Deno.test("the kernel's own peak is told of a single process, and not below what it has now", async () => {
  await using it = await processWorld({ switch: { command: ["sleep", "300"] } });
  await it.up("switch");
  const { memBytes, memPeakKernelBytes } = await sampleOf(it, "switch");
  assert(
    memPeakKernelBytes !== null && memPeakKernelBytes >= memBytes && memBytes > 0,
    `${memPeakKernelBytes}, ${memBytes}`,
  );
});

Deno.test("there is no sample of what does not run, but the reason", async () => {
  await using it = await processWorld({ switch: { command: ["true"] }, hermes: { command: STAYS } });
  await it.up("switch", "hermes");
  const ended = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  const [none, one] = await it.engine.sample([ended, await it.state("hermes")]);
  assertEquals(none, { containerId: ended.id, missing: "it had no process at that moment" });
  assert(one !== undefined && "sample" in one);
});

/** A /proc with these processes: pid → parent, CPU ticks of its own and of its waited-for children, Rss in kB. */
function fakeProc(processes: Map<number, [parent: number, ticks: number, waited: number, kib: number]>) {
  const read = (path: string) => {
    const [, pid, file] = /^\/proc\/(\d+|self)\/(\w+)$/.exec(path) ?? [];
    const proc = processes.get(Number(pid));
    if (pid === "self") return "7 (deno) S 1 7 7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 1";
    if (proc === undefined) return null;
    const [parent, ticks, waited, kib] = proc;
    if (file === "stat") {
      return `${pid} (a) b) S ${parent} 10 10 0 -1 0 0 0 0 0 ${ticks} 0 ${waited} 0 20 0 1 0 50${pid} 0 ${kib / 4}`;
    }
    return file === "status" ? `VmHWM:\t 900 kB\nVmRSS:\t ${kib} kB\n` : null;
  };
  return fakeHost({
    host: {
      clock: denoHost().clock,
      kernel: { read, list: () => [...processes.keys()].map(String), link: () => null },
    },
  });
}

Deno.test("CPU time counts on where a child was waited for, and never runs back where nobody did", async () => {
  const processes = new Map<number, [number, number, number, number]>([[10, [1, 100, 0, 400]], [11, [
    10,
    500,
    0,
    400,
  ]]]);
  const sampler = processSampler(fakeProc(processes));
  let tree = newTree({ pid: 10, start: 5010 });
  const cpu = async () => {
    const [outcome] = await sampler.sample([{ id: "a", tree, isRunning: true, oomKills: 0 }]);
    return outcome !== undefined && "sample" in outcome ? outcome.sample.cpuUsec : outcome?.missing;
  };
  assertEquals(await cpu(), 6_000_000);
  processes.delete(11);
  processes.set(10, [1, 110, 520, 400]);
  assertEquals(await cpu(), 6_300_000, "what the child had used is its parent's now");
  processes.set(12, [10, 300, 0, 400]);
  assertEquals(await cpu(), 9_300_000);
  processes.delete(12);
  assertEquals(await cpu(), 9_300_000, "its time went with it");
  processes.set(10, [1, 160, 520, 400]);
  assertEquals(await cpu(), 9_800_000);
  processes.set(10, [1, 40, 0, 400]);
  tree = newTree({ pid: 10, start: 5010 });
  assertEquals(await cpu(), 10_200_000, "a restart counts on");
});

Deno.test("what this program is short of is a missing figure, and no sum of what it still could read", async () => {
  const processes = new Map<number, [number, number, number, number]>([[10, [1, 1, 0, 400]], [11, [10, 1, 0, 600]]]);
  const short = "Too many open files (os error 24)";
  let isShort = false;
  const { kernel, ...host } = fakeProc(processes);
  const read = (path: string) => {
    // The process that ends the files: it cannot be read any more.
    if (path.startsWith("/proc/11/smaps")) isShort = true;
    return isShort ? null : kernel.read(path);
  };
  const sampler = processSampler({ ...host, kernel: { ...kernel, read }, shortage: () => isShort ? short : null });
  const tree = newTree({ pid: 10, start: 5010 });
  const expected = { containerId: "a", missing: `this program itself ran out of a resource: ${short}` };
  for (const _ of ["while it measures", "and from then on"]) {
    assertEquals(await sampler.sample([{ id: "a", tree, isRunning: true, oomKills: 0 }]), [expected]);
  }
});

Deno.test("memory comes from the kernel's count where smaps_rollup is closed to us", async () => {
  const processes = new Map<number, [number, number, number, number]>([[10, [1, 1, 0, 400]], [11, [10, 1, 0, 600]]]);
  const sampler = processSampler(fakeProc(processes));
  const tree = newTree({ pid: 10, start: 5010 });
  const [outcome] = await sampler.sample([{ id: "a", tree, isRunning: true, oomKills: 0 }]);
  assert(outcome !== undefined && "sample" in outcome);
  assertEquals(outcome.sample.memBytes, 1000 * 1024);
});

Deno.test("without /proc every figure is missing, and the reason names the system", async () => {
  const host = fakeHost({ host: { os: "darwin", kernel: { read: () => null, list: () => [], link: () => null } } });
  const [outcome] = await processSampler(host).sample([{ id: "a", tree: null, isRunning: true, oomKills: 0 }]);
  assertMatch(
    outcome !== undefined && "missing" in outcome ? outcome.missing : "",
    /\/proc, which this system \(darwin\)/,
  );
});
