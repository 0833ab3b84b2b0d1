/** The place of trials: one engine, with a project in its own folder for each trial. */

import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { Act, CatalogueEntry, ServicePlan } from "./defect.ts";
import type { RigName } from "./rig_name.ts";

/** The service of the module that is judged. */
export const SUBJECT = "subject";

/** The port on which a stand-in listens in its container. */
export const CONTAINER_PORT = 8000;

/** The defaults of a service. */
export const MEM_LIMIT_MIB = 512;
export const STOP_GRACE_SEC = 5;

export interface Project {
  /** Finds the engine anew, with `host` as its door to the outside. Throws a Failure if there is none. */
  findEngine(host: Host): Promise<Engine>;
  /** Does to the subject what a person could do by hand. */
  act(act: Act, engine: Engine): Promise<void>;
  /** Ends and removes whatever is left of the project; throws EngineError if that is not possible. */
  dispose(): Promise<void>;
}

export interface Rig {
  readonly name: RigName;
  /** Name → version of what carries out the trials, such as `docker` → `20.10.24`. */
  readonly versions: Record<string, string>;
  /** The command that starts this program where commands of a service run. */
  readonly program: readonly string[];
  /** The image that has it, for commands in a container of their own; null: there are no containers. */
  readonly image: string | null;
  /** A project for one trial in `dir`, an empty folder. `nth` counts the trials, so that each has its own names and ports. */
  open(entry: CatalogueEntry, dir: string, nth: number): Promise<Project>;
  /** What a person has to know of the place; absent if there is nothing. */
  readonly notice?: string;
  /**
   * How much longer than on this host a subject has for becoming ready, and how long it is watched at least after that; 0 if absent.
   */
  readonly patienceSec?: number;
  /** Why an entry cannot be tried here; null if it can. Absent: all can. */
  whyNot?(entry: CatalogueEntry): string | null;
  /** Removes what was prepared for all trials. */
  close(): Promise<void>;
}

/** Whether the service writes files whose page cache is to count for it. */
export function writesFiles({ env = {} }: ServicePlan): boolean {
  return env["FAULT_WRITE_MIB_BY_START"] !== undefined;
}

/** Every service of a trial, in the order of their dependencies. */
export function plansOf(entry: CatalogueEntry): Map<string, ServicePlan> {
  const { beside = {}, chain = {}, core = {}, helpers = {}, subject = {} } = entry;
  const before = [core, chain, helpers].flatMap((plans) => Object.entries(plans));
  return new Map([...before, [SUBJECT, subject], ...Object.entries(beside)]);
}

/** Services that the engine itself starts before a service. */
export function helpersOf({ helpers = {} }: CatalogueEntry, service: string): [string, ServicePlan][] {
  return service === SUBJECT ? Object.entries(helpers) : [];
}

/** The environment of a service's stand-in, the same on each engine. */
export function standInEnv(service: string, plan: ServicePlan, stateDir: string): Record<string, string> {
  return { VX11_SERVICE: service, FAULT_STATE_DIR: stateDir, ...plan.env };
}

/**
 * A free port of 127.0.0.1, another one for each number: below the ports that the system gives out by itself, and far from
 * each other, so that trials at the same time do not collide. Throws if none of ten is free.
 */
export function portOf(host: Pick<Host, "portState" | "pid">, nth: number): number {
  for (let attempt = 0; attempt < 10; attempt++) {
    const port = 12_000 + (host.pid * 7 + nth + attempt * 701) % 7000;
    if (host.portState("127.0.0.1", port) === "free") return port;
  }
  throw new Error("found no free port between 12000 and 19000");
}
