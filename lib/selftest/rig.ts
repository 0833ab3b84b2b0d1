/** Where a trial is carried out: one engine, its projects in folders of their own. */

import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { Act, CatalogueEntry, ServicePlan } from "./defect.ts";
import type { RigName } from "./rig_name.ts";

/** The service of the module that is judged. */
export const SUBJECT = "subject";

/** Where a stand-in listens within its container. */
export const CONTAINER_PORT = 8000;

/** Of a service that sets none. */
export const MEM_LIMIT_MIB = 512;
export const STOP_GRACE_SEC = 5;

export interface Project {
  /** Finds the engine anew, with `host` as its door to the outside. Throws a Failure where it is not there. */
  findEngine(host: Host): Promise<Engine>;
  /** Does to the subject what a person would. */
  act(act: Act, engine: Engine): Promise<void>;
  /** Ends and removes whatever is left of the project; throws EngineError where that is not possible. */
  dispose(): Promise<void>;
}

export interface Rig {
  readonly name: RigName;
  /** Name → version of what carries out the trials, such as `docker` → `20.10.24`. */
  readonly versions: Record<string, string>;
  /** A project for one trial in `dir`, an empty folder. `nth` counts the trials, so that names and ports are its own. */
  open(entry: CatalogueEntry, dir: string, nth: number): Promise<Project>;
  /** Takes back what was prepared for all trials. */
  close(): Promise<void>;
}

/** Every service of a trial, in the order of their dependencies. */
export function plansOf(entry: CatalogueEntry): Map<string, ServicePlan> {
  const { beside = {}, chain = {}, core = {}, helpers = {}, subject = {} } = entry;
  const before = [core, chain, helpers].flatMap((plans) => Object.entries(plans));
  return new Map([...before, [SUBJECT, subject], ...Object.entries(beside)]);
}

/** What the engine itself starts before a service. */
export function helpersOf({ helpers = {} }: CatalogueEntry, service: string): [string, ServicePlan][] {
  return service === SUBJECT ? Object.entries(helpers) : [];
}

/** What the stand-in of a service is told, wherever it runs. */
export function standInEnv(service: string, plan: ServicePlan, stateDir: string): Record<string, string> {
  return { VX11_SERVICE: service, FAULT_STATE_DIR: stateDir, ...plan.env };
}

/**
 * A port of 127.0.0.1 on which nothing listens, another for each number: below those that the system hands out by itself,
 * and far from each other, so that trials at the same time do not meet. Throws where none of ten is free.
 */
export function portOf(host: Pick<Host, "portState" | "pid">, nth: number): number {
  for (let attempt = 0; attempt < 10; attempt++) {
    const port = 12_000 + (host.pid * 7 + nth + attempt * 701) % 7000;
    if (host.portState("127.0.0.1", port) === "free") return port;
  }
  throw new Error("found no free port between 12000 and 19000");
}
