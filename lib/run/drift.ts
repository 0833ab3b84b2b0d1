/**
 * Whether containers that are tested in place still match what the project says now. The engine is asked once about
 * each.
 */

import type { Engine, Look } from "../engine/engine.ts";
import type { Fleet } from "./fleet.ts";

/** In the form of `window_opened`. */
export interface DriftSeen {
  outdated?: string[];
  unsure?: { services: string[]; why: string };
}

export class DriftWatch {
  readonly #engine: Pick<Engine, "drift">;
  readonly #fleet: Pick<Fleet, "isOwned">;
  /** Container id → whether it is outdated, or why that is not known. */
  readonly #known = new Map<string, boolean | string>();

  constructor(engine: Pick<Engine, "drift">, fleet: Pick<Fleet, "isOwned">) {
    this.#engine = engine;
    this.#fleet = fleet;
  }

  /** For the services among `inPlace` whose containers the run has not made. Throws the signal's reason. */
  async seen(
    inPlace: readonly string[],
    looks: ReadonlyMap<string, Look>,
    signal: AbortSignal,
  ): Promise<DriftSeen> {
    const states = inPlace.flatMap((service) => looks.get(service)?.state ?? []).filter(({ id }) =>
      !this.#fleet.isOwned(id)
    );
    const open = states.filter(({ id }) => !this.#known.has(id));
    if (open.length > 0) {
      const drift = await this.#engine.drift?.(open.map(({ service }) => service), signal) ?? { containers: [] };
      for (const { id, name } of open) {
        this.#known.set(id, "why" in drift ? drift.why : drift.containers.includes(name));
      }
    }
    const outdated = states.filter(({ id }) => this.#known.get(id) === true).map(({ service }) => service);
    const unsure = states.flatMap(({ id, service }) => {
      const why = this.#known.get(id);
      return typeof why === "string" ? [{ service, why }] : [];
    });
    const [first] = unsure;
    return {
      ...(outdated.length === 0 ? {} : { outdated }),
      ...(first === undefined ? {} : { unsure: { services: unsure.map(({ service }) => service), why: first.why } }),
    };
  }
}
