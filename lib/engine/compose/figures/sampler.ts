/**
 * Samples of a Compose project's containers: from the cgroup's files if this host has them, else from one `docker
 * stats` stream.
 */

import type { Child, Host } from "../../../host/host.ts";
import { SpawnError } from "../../../host/host.ts";
import { shortText } from "../../../host/shortage.ts";
import type { ContainerState, Sample } from "../../../model/evidence.ts";
import type { MetricsSource } from "../../../model/settings.ts";
import type { CgroupFiles } from "./cgroup.ts";
import { cgroupFiles, cgroupSample } from "./cgroup.ts";
import { type PressureFiles, pressureFiles, readPressure } from "./pressure.ts";
import type { StatsReading } from "../output/stats.ts";
import { parseStats } from "../output/stats.ts";
import { readLines } from "../docker.ts";
import type { SampleExtras, SampleOutcome } from "../../engine.ts";
import { EngineError } from "../../engine.ts";

export interface Sampler {
  sample(states: readonly ContainerState[], extras?: SampleExtras): Promise<SampleOutcome[]>;
  /** The container is gone, and its id with it. */
  forget(id: string): void;
  close(): Promise<void>;
}

/** How often a container's cgroup is looked for before only `docker stats` is used. */
const LOCATE_TRIES = 3;
const UNREACHABLE = "its cgroup cannot be reached from this host";
const IDLE = "it had no process when it was first looked at";

/** `uncounted`: why the engine has no figures of a container alone, if it has none. */
export function composeSampler(host: Host, source: MetricsSource, uncounted: string | null = null): Sampler {
  const located = new Map<string, CgroupFiles | null>();
  const pressures = new Map<string, PressureFiles | null>();
  const tries = new Map<string, number>();
  const stats = statsStream(host);

  function countTry(id: string): number {
    const count = (tries.get(id) ?? 0) + 1;
    tries.set(id, count);
    return count;
  }

  function locate(states: readonly ContainerState[]): void {
    for (const { id, pid } of states) {
      if (located.has(id) || pid === null) continue;
      const text = host.kernel.read(`/proc/${pid}/cgroup`);
      // No text: its process may have ended since the look, which says nothing about the next one.
      if (text !== null) {
        located.set(id, cgroupFiles(text, id));
        pressures.set(id, pressureFiles(text, id, host.kernel.read("/proc/self/mounts") ?? ""));
      } else if (countTry(id) >= LOCATE_TRIES) located.set(id, null);
    }
  }

  function fromCgroup(id: string, files: CgroupFiles, { pressure }: SampleExtras): SampleOutcome {
    const { cpu, oom, peak, stat, usage } = files;
    const texts = [usage, stat, peak, oom, cpu].map((path): [string, string] => [path, host.kernel.read(path) ?? ""]);
    const sample = cgroupSample(id, files, new Map(texts));
    const waits = pressures.get(id) ?? null;
    const pressed = pressure && waits !== null ? readPressure(waits, (path) => host.kernel.read(path)) : {};
    const short = shortText(host);
    if (short !== null) return { containerId: id, missing: short };
    if (sample !== null) {
      tries.set(id, -Infinity);
      return { containerId: id, sample: { ...sample, ...pressed } };
    }
    // Never read yet: the files are not where a local container has them.
    if (countTry(id) >= LOCATE_TRIES) located.set(id, null);
    return { containerId: id, missing: "its cgroup's files could not be read" };
  }

  return {
    async sample(states, extras = { pressure: false }) {
      if (uncounted !== null) return states.map(({ id: containerId }) => ({ containerId, missing: uncounted }));
      if (source === "stats") return await stats.sample(states);
      // While this program is short of a resource, a cgroup that cannot be read may still be there: it is looked for
      // again.
      const short = shortText(host);
      if (short !== null) return states.map(({ id: containerId }) => ({ containerId, missing: short }));
      locate(states);
      const others = states.filter(({ id }) => !located.get(id));
      const rest = source === "auto"
        ? withEnded(await stats.sample(others.filter((state) => located.has(state.id) || isIdle(state))), others)
        : others.map((state) => ({ containerId: state.id, missing: isIdle(state) ? IDLE : UNREACHABLE }));
      const own = states.flatMap(({ id }) => {
        const files = located.get(id);
        return files === undefined || files === null ? [] : [fromCgroup(id, files, extras)];
      });
      return [...own, ...rest];
    },
    forget(id) {
      located.delete(id);
      pressures.delete(id);
      tries.delete(id);
      stats.forget(id);
    },
    close: () => stats.close(),
  };
}

/** One `docker stats` for all running containers, opened when it is first needed; each reading is handed out once. */
function statsStream(host: Host): Sampler {
  let child: Child | null = null;
  let reading: Promise<void> = Promise.resolve();
  /** Why no lines come; null while they do. */
  let broken: string | null = null;
  const fresh = new Map<string, StatsReading>();

  function take(line: string): void {
    try {
      const value = parseStats(line);
      broken = null;
      if (value !== null) fresh.set(value.containerId, value);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      broken = error.message;
    }
  }

  function open(): void {
    try {
      child = host.spawn(["docker", "stats", "--no-trunc", "--format", "{{json .}}"]);
      reading = read(child);
    } catch (error) {
      if (!(error instanceof SpawnError)) throw error;
      broken = error.message;
    }
  }

  /** Reads it to its end. The run goes on then: the next `sample` opens another stream. */
  async function read(opened: Child): Promise<void> {
    const [said] = await Promise.all([new Response(opened.stderr).text(), readLines(opened, take), opened.exit]);
    broken = `docker stats ended${said.trim() === "" ? "" : `: ${said.trim().slice(0, 200)}`}`;
    child = null;
  }

  return {
    // deno-lint-ignore require-await -- the interface is asynchronous
    async sample(states) {
      if (states.length > 0 && child === null) open();
      return states.flatMap(({ id: containerId }): SampleOutcome[] => {
        const value = fresh.get(containerId);
        fresh.delete(containerId);
        if (value !== undefined) return [{ containerId, sample: sampleOf(value) }];
        return broken === null ? [] : [{ containerId, missing: broken }];
      });
    },
    forget: (id) => void fresh.delete(id),
    async close() {
      child?.killGroup("SIGKILL");
      await reading;
    },
  };
}

/** Without a process its cgroup cannot be found, even if one is started later. */
function isIdle({ pid }: ContainerState): boolean {
  return pid === null;
}

/**
 * `docker stats` reports nothing about an ended container. No figure of it will follow, so its absence is reported now.
 */
function withEnded(outcomes: SampleOutcome[], states: readonly ContainerState[]): SampleOutcome[] {
  const answered = new Set(outcomes.map(({ containerId }) => containerId));
  const ended = states.filter((state) => isIdle(state) && state.status !== "restarting" && !answered.has(state.id));
  return [...outcomes, ...ended.map(({ id, status }) => ({ containerId: id, missing: `${IDLE}: it was ${status}` }))];
}

function sampleOf({ containerId, memBytes, cpuPct }: StatsReading): Sample {
  return {
    containerId,
    source: "docker stats",
    memBytes,
    memPeakKernelBytes: null,
    memCacheBytes: null,
    cpuUsec: null,
    cpuPct,
    oomKills: null,
  };
}
