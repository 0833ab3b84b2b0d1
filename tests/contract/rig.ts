/**
 * What the contract needs of an engine under test: a project of its own whose services are stand-ins with planted
 * trouble, and the few things that are done behind the engine's back. Helpers here wait for what is to happen, with a
 * deadline that only a broken promise reaches.
 */

import { assertEquals } from "@std/assert";
import type { Engine, Look, UpOptions } from "../../lib/engine/engine.ts";
import type { ContainerState, EngineEvent } from "../../lib/model/evidence.ts";
import type { RestartPolicy } from "../../lib/model/process.ts";

/** A service whose program is a stand-in: it serves /health until SIGTERM, which ends it with 0. */
export interface ServicePlan {
  /** FAULT_* variables as in config/sandbox/vx11-service.sh, and any others. */
  env?: Record<string, string>;
  restart?: RestartPolicy;
  /** Has the rig's memory limit. */
  limited?: boolean;
  stopGraceSec?: number;
  /** Its page can be reached from here. */
  published?: boolean;
  dependsOn?: string[];
  /** What it is to run is not there, or is no program. */
  broken?: "absent" | "not executable";
}

export interface Rig extends AsyncDisposable {
  readonly engine: Engine;
  /** The limit of a service that is `limited`. */
  readonly memLimitBytes: number;
  /** Starts a service as an earlier run of the program did, which was then killed with SIGKILL. */
  leave(service: string): Promise<void>;
  /** Ends the main process with SIGKILL, as a person or another program would. */
  kill(state: ContainerState): Promise<void>;
  /** Ids of the processes that belong to it and are alive, asked of the system and not of the engine. */
  processes(state: ContainerState): Promise<number[]>;
  /** Whether the page of a service that publishes nothing is asked all the same. */
  readonly asksInside: boolean;
  /** Where the output of a service goes, for an engine that writes it. */
  readonly logFile: (service: string) => string;
}

export type OpenRig = (services: Record<string, ServicePlan>) => Promise<Rig>;

/** Name, which reads as a sentence → the test that it holds for the engine behind the rig. */
export type Promises = Record<string, (open: OpenRig) => Promise<void>>;

/** Grace of a service that is expected to end by itself: far more than it needs. */
export const LONG_GRACE_SEC = 20;
const DEADLINE_MS = 30_000;
const UP_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 10;
/** A question may be two commands of Docker: asked without a break, they would keep the machine from the answer. */
const LONGEST_PAUSE_MS = 200;

/** What `question` gives as soon as it gives something; `seen` tells what was there instead at the deadline. */
export async function eventually<T>(
  what: string,
  question: () => Promise<T | undefined> | T | undefined,
  seen: () => unknown = () => "nothing more",
): Promise<T> {
  const end = performance.now() + DEADLINE_MS;
  for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited in vain until ${what}; seen: ${JSON.stringify(seen())}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

export function upOptions({ logFile }: Pick<Rig, "logFile">, recreate = false): UpOptions {
  return { recreate, timeoutMs: UP_TIMEOUT_MS, logFile };
}

/** Starts services, which must go well; returns the look at the first of them. */
export async function start(rig: Rig, ...services: [string, ...string[]]): Promise<Look> {
  assertEquals(await rig.engine.up(services, upOptions(rig)), { ok: true });
  return await lookAt(rig.engine, services[0]);
}

/** Starts a published service and waits until it answers: by then it takes signals as it is to. */
export async function startReady(rig: Rig, service: string): Promise<Look> {
  const look = await start(rig, service);
  assertEquals((await untilAnswered(await healthUrl(rig.engine, look))).status, 200);
  return look;
}

/** The one container of a service. */
export async function lookAt(engine: Engine, service: string): Promise<Look> {
  const [look, ...more] = (await engine.look()).filter(({ state }) => state.service === service);
  assertEquals(more, [], `more than one container of ${service}`);
  if (look === undefined) throw new Error(`there is no container of ${service}`);
  return look;
}

/** The state of a service as soon as it is as wanted. */
export async function untilState(
  engine: Engine,
  service: string,
  what: string,
  wanted: (state: ContainerState) => boolean,
): Promise<ContainerState> {
  let last: ContainerState | undefined;
  return await eventually(`${service} ${what}`, async () => {
    last = (await lookAt(engine, service)).state;
    return wanted(last) ? last : undefined;
  }, () => last);
}

export function untilExited(engine: Engine, service: string): Promise<ContainerState> {
  return untilState(engine, service, "is seen as exited", ({ status }) => status === "exited");
}

/** Status of each container of the project, by service. */
export async function statuses(engine: Engine): Promise<[string, string][]> {
  return (await engine.look()).map(({ state }): [string, string] => [state.service, state.status]).sort();
}

export interface Recording extends AsyncDisposable {
  readonly events: readonly EngineEvent[];
  /** Waits until the event has come; nothing is said of what comes later. */
  until(action: string, count?: number): Promise<EngineEvent>;
  actions(...wanted: string[]): string[];
}

/** The engine's events from now on. A gap is a broken promise: nothing here ends a stream. */
export function record(engine: Engine): Recording {
  const events: EngineEvent[] = [];
  const gaps: string[] = [];
  const stream = engine.watch((event) => events.push(event), (why) => gaps.push(why));
  return {
    events,
    until: (action, count = 1) =>
      eventually(
        `event "${action}" has come ${count} times`,
        () => events.filter((event) => event.action === action)[count - 1],
        () => events.map(({ action, service }) => `${service} ${action}`),
      ),
    actions: (...wanted) => events.map(({ action }) => action).filter((action) => wanted.includes(action)),
    async [Symbol.asyncDispose]() {
      await stream.close();
      assertEquals(gaps, []);
    },
  };
}

/** The address of a published service's page. */
export async function healthUrl(engine: Engine, look: Look): Promise<string> {
  const endpoint = await engine.endpoint(look, { port: 8000, path: "/health" });
  if ("why" in endpoint) throw new Error(endpoint.why);
  assertEquals(endpoint.url, `${endpoint.baseUrl}/health`);
  return endpoint.url;
}

/** The first whole answer of a page; what listens may not be up yet. */
export function untilAnswered(url: string): Promise<{ status: number; body: string }> {
  return eventually(`${url} answers`, async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      return { status: response.status, body: await response.text() };
    } catch {
      return undefined;
    }
  });
}
