/**
 * All instances of a project's services that the process engine knows: those that it supervises itself, and those that
 * a killed program left.
 */

import { DEFAULT_GRACE_SEC } from "../stop_one.ts";
import type { Host } from "../../host/host.ts";
import type { ContainerState, EngineEvent } from "../../model/evidence.ts";
import type { ProcessMap } from "../../model/process.ts";
import type { Look, ServiceSpec } from "../engine.ts";
import { identify } from "../../proc/proc.ts";
import { childEnv, instanceId, projectMark } from "./env.ts";
import type { Leftover } from "./leftovers.ts";
import { findLeftovers, leftoverState } from "./leftovers.ts";
import { markReader } from "./marks.ts";
import { choosePorts } from "./ports.ts";
import { lookOf, serviceSpecs } from "./project.ts";
import type { Ending } from "./stop.ts";
import { sweep } from "./stop.ts";
import { Supervisor } from "./supervisor.ts";
import { workingDir } from "./survey.ts";

export interface ProcessSetup {
  /** Name of the project, for reports and to recognize its processes. */
  name: string;
  /** Absolute; working directories of the services are relative to it. */
  dir: string;
  services: ProcessMap;
  /** Added to the environment of every service, such as VX11_MODE. */
  env: Record<string, string>;
}

export class ProcessInstances {
  readonly host: Host;
  readonly setup: ProcessSetup;
  readonly specs: ReadonlyMap<string, ServiceSpec>;
  /** Service → its port, for as long as the engine lives. */
  readonly ports: ReadonlyMap<string, number>;
  readonly ending: Ending;
  readonly supervisors = new Map<string, Supervisor>();
  readonly #leftovers = new Map<string, Leftover>();
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #owner: { pid: number; start: number };

  constructor(host: Host, setup: ProcessSetup, onEvent: (event: EngineEvent) => void) {
    this.host = host;
    this.setup = setup;
    this.specs = serviceSpecs(setup.services);
    this.ports = choosePorts(host, setup.services);
    this.ending = { host, marks: markReader(host) };
    this.#onEvent = onEvent;
    this.#owner = identify(host.kernel, host.pid) ?? { pid: host.pid, start: Math.round(host.clock.wall()) };
  }

  /** A new instance, not started yet; undefined if the service is not declared. */
  create(service: string): Supervisor | undefined {
    const { dir, services } = this.setup;
    const spec = services.get(service);
    if (spec === undefined) return undefined;
    const id = instanceId(service, this.#owner, crypto.randomUUID().slice(0, 8));
    return new Supervisor({
      host: this.host,
      id,
      service,
      spec,
      cwd: workingDir(dir, spec),
      env: this.envOf({ id, service, port: null }),
      onEvent: this.#onEvent,
      sweep: (supervisor) => sweep(this.ending, supervisor),
    });
  }

  /** What its processes have in their environment, besides this program's own. `port`: if it is not the service's now. */
  envOf({ id, port, service }: { id: string; service: string; port: number | null }): Record<string, string> {
    const { env: common, services } = this.setup;
    const ports = port === null ? this.ports : new Map([...this.ports, [service, port]]);
    return childEnv({ common, id, ports, project: projectMark(this.setup), service, services });
  }

  ofService(service: string): Supervisor | undefined {
    return [...this.supervisors.values()].find((each) => each.service === service);
  }

  /** What killed programs left, as it is now. */
  leftovers(): Leftover[] {
    const { host, ending, setup } = this;
    const found = new Map(findLeftovers(host, ending.marks, projectMark(setup)).map((each) => [each.id, each]));
    for (const id of this.#leftovers.keys()) if (!found.has(id)) this.#leftovers.delete(id);
    // An entry that is known already is kept, since its CPU time is counted on.
    for (const [id, each] of found) if (!this.#leftovers.has(id)) this.#leftovers.set(id, each);
    return [...this.#leftovers.values()];
  }

  /** By id. Leftovers are those of the latest call of `leftovers`. */
  find(id: string): Supervisor | Leftover | undefined {
    return this.supervisors.get(id) ?? this.#leftovers.get(id);
  }

  /** The instance is gone. */
  forget(id: string): void {
    this.supervisors.get(id)?.emit("destroy");
    this.supervisors.delete(id);
    this.#leftovers.delete(id);
  }

  looks(): Look[] {
    const own = [...this.supervisors.values()].map((each) => lookOf(each.state, this.ports.get(each.service) ?? null));
    return [...own, ...this.leftovers().map((each) => lookOf(this.stateOf(each), each.port))];
  }

  stateOf(found: Supervisor | Leftover): ContainerState {
    if (found instanceof Supervisor) return found.state;
    // Nothing enforces the memory limit of what a killed program left.
    return leftoverState(this.host, found, { memLimitBytes: null, stopGraceSec: this.graceSec(found.service) });
  }

  graceSec(service: string): number {
    return this.setup.services.get(service)?.stopGraceSec ?? DEFAULT_GRACE_SEC;
  }
}
