/**
 * How a health check ended of which the engine's events tell without saying so. Podman tells of each run, `health_status` alone: it has the
 * outcome in a field of its own, which the `docker` command leaves out. The engine's list of events has it, also of a container that is gone.
 * Podman 4 says there what was so before the run: the outcome comes one run later, and that of the last run by a look.
 */

import { recordOf, textOf } from "../../values/json.ts";
import type { EngineEvent } from "../../model/evidence.ts";
import { EngineError } from "../engine.ts";
import { type DockerLine, isGood } from "./api/docker_line.ts";
import { parseEvent } from "./output/event.ts";

/** An event of that action lacks its outcome; one with an outcome has that as its action. */
const BARE = "health_status";
const TURNS: readonly string[] = ["healthy", "unhealthy"];
/** The second question has a new connection, if the first broke it. */
const TRIES = 2;

/** What waits: an event, or who waits for those before. */
type Waiting = EngineEvent | (() => void);

export interface HealthOutcomes {
  /** Hands the event on, or what its outcome is, in the order of the container's events. */
  take(event: EngineEvent): void;
  /** Resolves when all that was taken until now is handed on: more may come all the time. */
  settled(): Promise<void>;
}

/** `onEvent` gets an outcome only where it is another than before, as Docker tells them; `onGap`, why one is not known. */
export function healthOutcomes(
  line: Pick<DockerLine, "get">,
  onEvent: (event: EngineEvent) => void,
  onGap: (why: string) => void,
): HealthOutcomes {
  /** Container → its events that wait for an outcome, and those after them. */
  const waiting = new Map<string, Waiting[]>();
  /** Container → its outcome that was handed on last, since its start. */
  const told = new Map<string, string>();

  function handOn(event: EngineEvent): void {
    if (event.action === "start" || event.action === "destroy") told.delete(event.containerId);
    onEvent(event);
  }

  function turn(event: EngineEvent, outcome: string): void {
    // In Podman's words also `starting` and `stopped`: neither is a result.
    if (!TURNS.includes(outcome) || told.get(event.containerId) === outcome) return;
    told.set(event.containerId, outcome);
    onEvent({ ...event, action: outcome });
  }

  /** What is bare at the beginning of a queue is asked for together. */
  async function handOnBare(queue: Waiting[], first: EngineEvent): Promise<void> {
    const after = queue.findIndex((each) => !isBare(each));
    const bare = queue.slice(0, after < 0 ? queue.length : after).filter(isBare);
    const found = await outcomesOf(line, bare, first);
    bare.forEach((event, index) => {
      const outcome = "why" in found ? undefined : found.outcomes[index];
      if (outcome !== undefined) turn(event, outcome);
    });
    const unknown = "why" in found
      ? found.why
      : found.outcomes.includes(undefined)
      ? "its list of events has none"
      : null;
    if (unknown !== null) {
      onGap(`the engine told of a health check of "${first.service}" without its outcome, and when asked: ${unknown}`);
    }
    queue.splice(0, bare.length);
  }

  async function handOnAll(containerId: string, queue: Waiting[]): Promise<void> {
    try {
      for (let [first] = queue; first !== undefined; [first] = queue) {
        if (isBare(first)) {
          await handOnBare(queue, first);
          continue;
        }
        queue.shift();
        if (typeof first === "function") first();
        else handOn(first);
      }
    } finally {
      waiting.delete(containerId);
      for (const each of queue) if (typeof each === "function") each();
    }
  }

  return {
    take(event) {
      const { containerId } = event;
      const queue = waiting.get(containerId);
      if (queue !== undefined) return void queue.push(event);
      if (!isBare(event)) return handOn(event);
      const own = [event];
      waiting.set(containerId, own);
      handOnAll(containerId, own);
    },
    async settled() {
      await Promise.all([...waiting.values()].map((queue) => new Promise<void>((resolve) => void queue.push(resolve))));
    },
  };
}

function isBare(each: Waiting): each is EngineEvent {
  return typeof each !== "function" && each.action === BARE;
}

/** The outcome of each, undefined if the engine does not have it; or why there is no answer. */
async function outcomesOf(
  line: Pick<DockerLine, "get">,
  bare: readonly EngineEvent[],
  { containerId, time }: EngineEvent,
): Promise<{ outcomes: (string | undefined)[] } | { why: string }> {
  // What comes at that very moment is left out. Without `stream` it ends by itself: with `until`, Podman drops events that it has not read yet.
  const since = new Date(Date.parse(time) - 1).toISOString();
  const filters = JSON.stringify({ container: [containerId], event: [BARE] });
  const path = `/events?stream=false&since=${since}&filters=${encodeURIComponent(filters)}`;
  try {
    for (let left = TRIES; left > 0; left--) {
      const answer = (await line.get([path]))?.[0];
      if (answer === undefined) continue;
      if (!isGood(answer)) return { why: `it answered ${answer.status} ${answer.text.trim().slice(0, 200)}` };
      const had = answer.text.split("\n").filter((each) => each.trim() !== "").map(parseOutcome);
      return {
        outcomes: bare.map((event) => {
          const at = had.findIndex((each) => each?.time === event.time);
          return at < 0 ? undefined : had.splice(at, 1)[0]?.outcome;
        }),
      };
    }
    return { why: "no answer came in time" };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { why: error.message };
  }
}

/** A line of the engine's list of events; null if it is of no container of a project, or has no outcome. */
export function parseOutcome(line: string): { time: string; outcome: string } | null {
  const event = parseEvent(line);
  if (event === null) return null;
  const outcome = textOf(recordOf(JSON.parse(line))["HealthStatus"]) || null;
  return outcome === null ? null : { time: event.time, outcome };
}
