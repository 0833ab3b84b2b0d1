/** Figures of a container against its cgroup's own files, read beside the engine while the container stands still. */

import { assert } from "@std/assert";
import { exists } from "@std/fs";
import type { Sample } from "../../lib/model/evidence.ts";
import { openComposeRig } from "../contract/compose_rig.ts";
import { eventually, type Rig, startReady } from "../contract/rig.ts";
import { until } from "../fakes/wait.ts";
import { docker, integrationTest } from "./environment.ts";

const MIB = 2 ** 20;
const BUSY_MS = 10_000;
const HELD_MIB = 24;

const NO_CGROUP = await exists("/sys/fs/cgroup") ? undefined : "this host shows no cgroups";

interface Both {
  sample: Sample;
  /** Bytes in use without inactive page cache, and CPU time in µs, as the kernel's files say. */
  kernel: { memBytes: number; cpuUsec: number };
}

integrationTest(
  "memory and CPU are within 1 % of the cgroup's files, over ten seconds of a busy container",
  async () => {
    await using rig = await openComposeRig({ app: { published: true, env: { FAULT_HOLD_MIB: String(HELD_MIB) } } });
    const { state } = await startReady(rig, "app");
    await docker("exec", "--detach", state.id, "sh", "-c", "while :; do :; done");
    const before = await readBoth(rig, state.id);
    const end = performance.now() + BUSY_MS;
    await until("ten seconds are over", () => performance.now() > end);
    const after = await readBoth(rig, state.id);

    const counted = after.kernel.cpuUsec - before.kernel.cpuUsec;
    const sampled = (after.sample.cpuUsec ?? NaN) - (before.sample.cpuUsec ?? NaN);
    assert(counted > BUSY_MS * 1000 / 10, `it was busy for ${counted} µs`);
    assert(Math.abs(sampled - counted) <= counted * 0.01, `CPU time: ${sampled} µs sampled, ${counted} µs in the file`);
    for (const { kernel, sample } of [before, after]) {
      assert(kernel.memBytes > HELD_MIB * MIB, `it holds ${kernel.memBytes} bytes`);
      const off = Math.abs(sample.memBytes - kernel.memBytes);
      assert(off <= kernel.memBytes * 0.01, `memory: ${sample.memBytes} bytes sampled, ${kernel.memBytes} in the file`);
    }
  },
  NO_CGROUP,
);

/** Paused, nothing of it moves between the two readings. */
async function readBoth({ engine }: Rig, id: string): Promise<Both> {
  await docker("pause", id);
  try {
    const sample = await eventually("a sample comes", async () => {
      const state = (await engine.look()).find((look) => look.state.id === id)?.state;
      const [outcome] = state === undefined ? [] : await engine.sample([state]);
      return outcome !== undefined && "sample" in outcome ? outcome.sample : undefined;
    });
    return { sample, kernel: await readKernel(id) };
  } finally {
    await docker("unpause", id);
  }
}

async function readKernel(id: string): Promise<Both["kernel"]> {
  const pid = await docker("inspect", "--format", "{{.State.Pid}}", id);
  const lines = (await Deno.readTextFile(`/proc/${pid}/cgroup`)).trim().split("\n").map((line) => line.split(":"));
  const path = (controller: string) =>
    lines.find(([, names]) => names?.split(",").includes(controller))?.slice(2).join(":");
  const memory = path("memory");
  if (memory === undefined) {
    const dir = `/sys/fs/cgroup${path("")}`;
    return {
      memBytes: await number(`${dir}/memory.current`) - await field(`${dir}/memory.stat`, "inactive_file"),
      cpuUsec: await field(`${dir}/cpu.stat`, "usage_usec"),
    };
  }
  const dir = `/sys/fs/cgroup/memory${memory}`;
  return {
    memBytes: await number(`${dir}/memory.usage_in_bytes`) - await field(`${dir}/memory.stat`, "total_inactive_file"),
    cpuUsec: await number(`/sys/fs/cgroup/cpuacct${path("cpuacct")}/cpuacct.usage`) / 1000,
  };
}

async function number(path: string): Promise<number> {
  return Number(await Deno.readTextFile(path));
}

async function field(path: string, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(await Deno.readTextFile(path))?.[1]);
}
