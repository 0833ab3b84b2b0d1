/**
 * One `docker events` for a whole run. It starts from a moment given by the engine's own clock, so that nothing between
 * the subscription and its first answer is lost, and it is opened again if it ends, and the gap is reported.
 */

import type { Child, Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import type { EngineEvent } from "../../model/evidence.ts";
import { parseEvent } from "./output/event.ts";
import { PROJECT_LABEL } from "./output/labels.ts";
import { readLines } from "./docker.ts";
import type { EventStream } from "../engine.ts";
import { EngineError } from "../engine.ts";

/**
 * Events of containers, without the three events of every exec health check. `died` and `remove` are Podman's names, by which Podman 4
 * alone filters, though it tells of `die`.
 */
const ACTIONS = [
  "create",
  "start",
  "restart",
  "die",
  "died",
  "oom",
  "kill",
  "stop",
  "pause",
  "unpause",
  "destroy",
  "remove",
  "rename",
  "health_status",
];

export function eventArgs(project: string, since: string): string[] {
  return [
    "events",
    "--since",
    since,
    "--filter",
    "type=container",
    "--filter",
    `label=${PROJECT_LABEL}=${project}`,
    ...ACTIONS.flatMap((action) => ["--filter", `event=${action}`]),
    "--format",
    "{{json .}}",
  ];
}

const REOPEN_PAUSE_MS = 500;

export interface EventSource {
  project: string;
  /** The engine's clock before the first subscription, in a form that --since takes. */
  since: string;
  cwd: string;
}

/** Events come in the engine's order, each once: what a reopened stream repeats is left out. */
export function watchEvents(
  host: Host,
  source: EventSource,
  onEvent: (event: EngineEvent) => void,
  onGap: (why: string) => void,
): EventStream {
  const closing = new AbortController();
  let child: Child | null = null;
  let since = source.since;
  /** The latest event's time, and the lines that a stream reopened at that time repeats. */
  let latest = 0;
  const seen = new Set<string>();

  function take(line: string): void {
    try {
      const event = parseEvent(line);
      if (event === null || seen.has(line)) return;
      const time = Date.parse(event.time);
      // Events of the same instant may come in any order, so an earlier time changes nothing.
      if (time > latest) {
        seen.clear();
        latest = time;
        since = event.time;
      }
      seen.add(line);
      onEvent(event);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      onGap(error.message);
    }
  }

  /** Reads until the command ends; returns its standard error. */
  async function listen(): Promise<string> {
    try {
      const opened = host.spawn(["docker", ...eventArgs(source.project, since)], { cwd: source.cwd });
      child = opened;
      const [said] = await Promise.all([new Response(opened.stderr).text(), readLines(opened, take), opened.exit]);
      return said;
    } catch (error) {
      if (!(error instanceof SpawnError)) throw error;
      return error.message;
    }
  }

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      const said = await listen();
      if (closing.signal.aborted) return;
      onGap(`docker events ended in the middle of the run${said === "" ? "" : `: ${said.trim().slice(0, 200)}`}`);
      await host.clock.sleep(REOPEN_PAUSE_MS, closing.signal).catch(() => {});
    }
  }

  const following = follow();
  return {
    async close() {
      closing.abort();
      child?.killGroup("SIGKILL");
      await following;
    },
  };
}
