/** Runs a command as a child of this program, in a process group of its own, and ends it with all that descends from it. */

import { endGroup } from "../host/capture.ts";
import type { ChildExit, Host } from "../host/host.ts";
import type { Survivors } from "../model/service_run.ts";
import { Descendants, endStrays, markEnv } from "./strays.ts";

export interface ChildRun {
  /** Standard output and standard error. */
  readonly output: ReadableStream<Uint8Array>[];
  readonly exit: Promise<ChildExit>;
  /** Ends it and all that it has started. Resolves to what is left; null if nothing is. To be called in any case. */
  endAll(): Promise<Survivors | null>;
}

/** `family`: the mark of its descendants, unique to this one run. Throws SpawnError. */
export function childRun(
  host: Host,
  command: readonly string[],
  { cwd, env, family }: { cwd: string; env: Readonly<Record<string, string>>; family: string },
): ChildRun {
  const child = host.spawn(command, { cwd, env: { ...env, ...markEnv(family) }, family });
  const descendants = new Descendants(host, child.pid, family);
  const over = new AbortController();
  const watching = descendants.watch(host.clock, over.signal);
  return {
    output: [child.stdout, child.stderr],
    exit: child.exit,
    async endAll() {
      await endGroup(host, child, () => descendants.look());
      over.abort();
      await watching;
      return await endStrays(host, family, descendants);
    },
  };
}
