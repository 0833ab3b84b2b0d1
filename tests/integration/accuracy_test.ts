/**
 * Figures of a container against its cgroup's own files, read beside the engine while the container stands still, and against
 * what was done in it. The same on cgroup v1 and v2.
 */

import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import type { Sample } from "../../lib/model/evidence.ts";
import { openComposeRig } from "../contract/compose_rig.ts";
import { eventually, type Rig, startReady } from "../contract/rig.ts";
import { until } from "../fakes/wait.ts";
import { docker, integrationTest } from "./environment.ts";
import { type KernelFigures, kernelFigures, moveBelow } from "./kernel_files.ts";

const MIB = 2 ** 20;
const BUSY_MS = 10_000;
const BUSY_USEC = 1_000_000;
const HELD_MIB = 24;
const CACHED_MIB = 16;
const SPIKE_MIB = 16;

const NO_CGROUP = await exists("/sys/fs/cgroup") ? undefined : "this host shows no cgroups";

interface Both {
  sample: Sample;
  kernel: KernelFigures;
}

integrationTest(
  "memory and CPU are within 1 % of the cgroup's files, over ten seconds of a busy container",
  async () => {
    await using rig = await openComposeRig({ app: { published: true, env: { FAULT_HOLD_MIB: String(HELD_MIB) } } });
    const { state } = await startReady(rig, "app");
    await docker("exec", "--detach", state.id, "sh", "-c", "while :; do :; done");
    const before = await readBoth(rig, state.id);
    const end = performance.now() + BUSY_MS;
    // On a busy host a loop may get little of a core.
    const isBusy = async () => (await kernelFigures(state.id)).cpuUsec - before.kernel.cpuUsec > BUSY_USEC;
    await until("it was busy for ten seconds", async () => performance.now() > end && await isBusy(), 60_000);
    const after = await readBoth(rig, state.id);

    const counted = after.kernel.cpuUsec - before.kernel.cpuUsec;
    const sampled = (after.sample.cpuUsec ?? NaN) - (before.sample.cpuUsec ?? NaN);
    assert(Math.abs(sampled - counted) <= counted * 0.01, `CPU time: ${sampled} µs sampled, ${counted} µs in the file`);
    for (const both of [before, after]) {
      assert(both.kernel.memBytes > HELD_MIB * MIB, `it holds ${both.kernel.memBytes} bytes`);
      assertSameMemory(both);
    }
  },
  NO_CGROUP,
);

integrationTest(
  "a file that was written is page cache and no memory in use, within 1 % of the cgroup's files",
  async () => {
    await using rig = await openComposeRig({ app: { published: true, env: { FAULT_HOLD_MIB: String(HELD_MIB) } } });
    const { state } = await startReady(rig, "app");
    const before = await readBoth(rig, state.id);
    await docker("exec", state.id, "dd", "if=/dev/zero", "of=/written", "bs=1M", `count=${CACHED_MIB}`);
    const after = await readBoth(rig, state.id);
    assertSameMemory(after);
    const grown = after.sample.memBytes - before.sample.memBytes;
    const cached = (after.sample.memCacheBytes ?? NaN) - (before.sample.memCacheBytes ?? NaN);
    assert(cached >= CACHED_MIB * MIB * 0.95, `page cache grew by ${cached} bytes`);
    assert(grown < CACHED_MIB * MIB / 4, `memory grew by ${grown} bytes`);
  },
  NO_CGROUP,
);

integrationTest(
  "the kernel's peak has a spike between two samples, to the byte of its file",
  async () => {
    await using rig = await openComposeRig({ app: { published: true } });
    const { state } = await startReady(rig, "app");
    const before = await readBoth(rig, state.id);
    const script = `x=$(head -c ${SPIKE_MIB * MIB} /dev/zero | tr '\\0' x); echo \${#x}`;
    assertEquals(await docker("exec", state.id, "sh", "-c", script), String(SPIKE_MIB * MIB));
    const { kernel, sample } = await readBoth(rig, state.id);
    assertEquals(sample.memPeakKernelBytes, kernel.peakBytes);
    if (sample.memPeakKernelBytes === null) return;
    const risen = sample.memPeakKernelBytes - before.sample.memBytes;
    assert(risen >= SPIKE_MIB * MIB, `the peak is ${risen} bytes above what was in use before`);
    assert(sample.memBytes - before.sample.memBytes < SPIKE_MIB * MIB / 4, `${sample.memBytes} bytes are still in use`);
  },
  NO_CGROUP,
);

integrationTest(
  "CPU time is that of a program which tells what it used itself",
  async () => {
    await using rig = await openComposeRig({ app: { published: true } });
    const { state } = await startReady(rig, "app");
    const idle = await readBoth(rig, state.id);
    await docker("exec", state.id, "true");
    const before = await readBoth(rig, state.id);
    // To run a command in the container costs something as well, which the program cannot see.
    const beside = (before.sample.cpuUsec ?? NaN) - (idle.sample.cpuUsec ?? NaN);
    const said = await docker(
      "exec",
      state.id,
      "sh",
      "-c",
      "i=0; while [ $i -lt 1500000 ]; do i=$((i+1)); done; times",
    );
    const { sample } = await readBoth(rig, state.id);
    const told = timesOf(said);
    const sampled = (sample.cpuUsec ?? NaN) - (before.sample.cpuUsec ?? NaN);
    assert(told > 500_000, `it used ${told} µs: ${said}`);
    const off = sampled - told;
    assert(off >= -told * 0.03 && off <= told * 0.05 + 5 * beside, `${sampled} µs sampled, ${told} µs by its own word`);
  },
  NO_CGROUP,
);

integrationTest(
  "a child that is killed for memory is counted, as in the cgroup's file",
  async () => {
    await using rig = await openComposeRig({ app: { published: true, limited: true } });
    const { state } = await startReady(rig, "app");
    assertEquals((await readBoth(rig, state.id)).sample.oomKills, 0);
    for (const times of [1, 2]) {
      await docker("exec", state.id, "sh", "-c", "tail /dev/zero; true");
      const { kernel, sample } = await readBoth(rig, state.id);
      assertEquals(sample.oomKills, kernel.oomKills);
      assertEquals(sample.oomKills, times);
    }
  },
  NO_CGROUP,
);

integrationTest(
  "pressure is what the kernel counts for the container, and missing if it counts none",
  async () => {
    await using rig = await openComposeRig({ app: { published: true } });
    const { state } = await startReady(rig, "app");
    const before = await readBoth(rig, state.id);
    const began = performance.now();
    const loops = navigator.hardwareConcurrency * 3;
    const script = `for i in $(seq ${loops}); do timeout 3 sh -c 'while :; do :; done' & done; wait; true`;
    await docker("exec", state.id, "sh", "-c", script);
    const tookUsec = (performance.now() - began) * 1000;
    const { kernel, sample } = await readBoth(rig, state.id);
    assertEquals(sample.cpuSomeUsec, totalOf(kernel.cpuPressure, "some"));
    assertEquals(sample.cpuFullUsec, totalOf(kernel.cpuPressure, "full"));
    if (sample.cpuSomeUsec === undefined || before.sample.cpuSomeUsec === undefined) return;
    const waited = sample.cpuSomeUsec - before.sample.cpuSomeUsec;
    assert(waited > 2_000_000, `${loops} loops waited for ${waited} of ${tookUsec} µs`);
    assert(waited <= tookUsec * 1.05, `${loops} loops waited for ${waited} of ${tookUsec} µs`);
  },
  NO_CGROUP,
);

integrationTest(
  "memory is the whole container's where its processes are in a group below its own, as under a systemd in it",
  async () => {
    await using rig = await openComposeRig({ app: { published: true, env: { FAULT_HOLD_MIB: String(HELD_MIB) } } });
    const { state } = await startReady(rig, "app");
    // The memory that was taken before stays with the container's own group.
    await moveBelow(state.id);
    const [outcome] = await rig.engine.sample([state]);
    assert(outcome !== undefined && "sample" in outcome, JSON.stringify(outcome));
    assert(outcome.sample.memBytes > HELD_MIB * MIB, `${outcome.sample.memBytes} bytes, of ${HELD_MIB} MiB held`);
  },
  NO_CGROUP ?? (Deno.uid() === 0 ? undefined : "only root may move processes between control groups"),
);

function assertSameMemory({ kernel, sample }: Both): void {
  assertEquals(sample.source, `cgroup v${kernel.version}`);
  const off = Math.abs(sample.memBytes - kernel.memBytes);
  assert(off <= kernel.memBytes * 0.01, `memory: ${sample.memBytes} bytes sampled, ${kernel.memBytes} in the file`);
}

/** Paused, nothing of it moves between the two readings. */
async function readBoth({ engine }: Rig, id: string): Promise<Both> {
  // On a busy host with cgroup v1, runc gives up ("unable to freeze") if it cannot stop all processes soon.
  let refused = "";
  const pause = () => docker("pause", id).then(() => true, (error: Error) => void (refused = error.message));
  await eventually("it is paused", async () => await pause() ?? undefined, () => refused);
  try {
    return await eventually("a sample comes while the kernel's figures stand still", async () => {
      const earlier = await kernelFigures(id);
      const state = (await engine.look()).find((look) => look.state.id === id)?.state;
      const [outcome] = state === undefined ? [] : await engine.sample([state], { pressure: true });
      if (outcome === undefined || !("sample" in outcome)) return undefined;
      // Each core gives back 256 KiB at once that it had charged in advance: of 24 MiB that is 1 %.
      const kernel = await kernelFigures(id);
      return kernel.memBytes === earlier.memBytes ? { sample: outcome.sample, kernel } : undefined;
    });
  } finally {
    await docker("unpause", id);
  }
}

/** `times` of a shell: a line for itself and one for its children, of user and system time, such as `0m1.23s 0m0.05s`. */
function timesOf(text: string): number {
  const parts = [...text.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1e6, 0);
}

function totalOf(text: string | null, kind: "some" | "full"): number | undefined {
  const found = text === null ? null : new RegExp(`^${kind} .*total=(\\d+)$`, "m").exec(text);
  return found === null ? undefined : Number(found[1]);
}
