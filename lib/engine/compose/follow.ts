/** What a container prints from its current start on: one `docker logs --follow` for each that is followed. */

import { anySignal } from "../../host/any_signal.ts";
import { readChunks } from "../../host/capture.ts";
import type { Host } from "../../host/host.ts";
import type { ContainerState } from "../../model/evidence.ts";
import { exitText } from "../../text/units.ts";
import { lineCutter } from "../line_cutter.ts";

export interface LogFollower {
  /** As Engine.follow. */
  follow(
    state: Pick<ContainerState, "id" | "startedAt" | "finishedAt">,
    onLines: (lines: readonly string[]) => void,
    signal: AbortSignal,
  ): Promise<string>;
  /** Ends all, and waits for it. */
  close(): Promise<void>;
}

/** What Docker itself says on standard error, where the container's own is as well. */
const DOCKER_SAYS =
  /^(?:Error response from daemon: |error from daemon in stream: |Error: (?=No such container)|(?=Cannot connect to the Docker daemon|error during connect))/;

export function logFollower(host: Host, dir: string): LogFollower {
  const closing = new AbortController();
  const open = new Set<Promise<unknown>>();

  async function follow(args: readonly string[], onLines: (lines: readonly string[]) => void, signal: AbortSignal) {
    const child = host.spawn(["docker", "logs", "--follow", ...args], { cwd: dir });
    let why: string | null = null;
    const abandon = new AbortController();
    const stop = () => {
      child.killGroup("SIGKILL");
      abandon.abort();
    };
    signal.addEventListener("abort", stop, { once: true });
    const onErrors = (lines: readonly string[]) => {
      const own = lines.filter((line) => !DOCKER_SAYS.test(line));
      why = lines.findLast((line) => DOCKER_SAYS.test(line))?.replace(DOCKER_SAYS, "") ?? why;
      if (own.length > 0) onLines(own);
    };
    try {
      const [{ code }] = await Promise.all([
        child.exit,
        readChunks(child.stdout, abandon.signal, lineCutter(onLines)),
        readChunks(child.stderr, abandon.signal, lineCutter(onErrors)),
      ]);
      return why ?? (code === 0 || code === null ? "it has ended" : `docker logs ended with ${exitText(code)}`);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  return {
    async follow(state, onLines, signal) {
      const stop = anySignal([signal, closing.signal]);
      if (stop.aborted) return "it is not followed any more";
      const since = sinceOf(state);
      const following = follow([...since === null ? [] : ["--since", since], "--", state.id], onLines, stop);
      open.add(following);
      try {
        return await following;
      } finally {
        open.delete(following);
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled(open);
    },
  };
}

const MARGIN_MS = 1000;

/**
 * From when on its lines are of its current start; null: all are. Before version 25, Docker takes the time of a start when the
 * process may have printed already; and lines of the start before may be read a moment after its end.
 */
export function sinceOf({ finishedAt, startedAt }: Pick<ContainerState, "finishedAt" | "startedAt">): string | null {
  if (startedAt === null) return null;
  const started = Date.parse(startedAt);
  const ended = finishedAt === null ? -Infinity : Date.parse(finishedAt);
  if (ended >= started) return startedAt;
  return new Date(Math.max(started - MARGIN_MS, (started + ended) / 2)).toISOString();
}
