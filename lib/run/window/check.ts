/** One check of a service in a window: how it is made now. An answer of another container is not taken for its own. */

import type { CheckKind, CheckPlace } from "../../health/kind.ts";
import type { ProbeHost } from "../../health/probe.ts";
import { checkKind } from "../../health/registry.ts";
import type { ContainerState, Watched } from "../../model/evidence.ts";
import type { HealthCheck } from "../../model/module.ts";

/** A check that can be made, wherever its container is now. */
export class Check {
  readonly declared: HealthCheck;
  readonly kind: CheckKind;
  /** Number of the check among those of its service, from 0. */
  readonly nth: number;
  /** The start period of the container's own health check, in ms. */
  readonly startPeriodMs: number;
  readonly host: ProbeHost;
  #containerId: string;
  /** null between the end of its container and the next start: an answer then comes from something else. */
  #place: CheckPlace | null;
  #latest: CheckPlace;
  /** How many ends of its container were reported: what was found out before one of them is out of date. */
  #ends = 0;

  constructor(
    host: ProbeHost,
    declared: HealthCheck,
    nth: number,
    { id, startPeriodMs = 0 }: ContainerState,
    place: CheckPlace,
  ) {
    this.host = host;
    this.declared = declared;
    this.kind = checkKind(declared.kind);
    this.nth = nth;
    this.startPeriodMs = startPeriodMs;
    this.#containerId = id;
    this.#place = this.#latest = place;
  }

  /** The place that was found last. */
  get place(): CheckPlace {
    return this.#latest;
  }

  get isLost(): boolean {
    return this.#place === null;
  }

  get watched(): Watched {
    return this.#latest.watched ?? this.kind.watched;
  }

  /** As lines of the journal name it. */
  get named(): { service: string; page?: number } {
    const { service } = this.declared;
    return this.nth === 0 ? { service } : { service, page: this.nth };
  }

  readonly ask: CheckPlace["ask"] = async (signal, limitMs) => {
    const ends = this.#ends;
    if (this.#place === null) throw new Error("its container has ended");
    const answer = await this.#place.ask(signal, limitMs);
    // Another container may have had its address by then.
    if (this.#ends !== ends) throw new Error("its container ended during the check");
    return answer;
  };

  refusedBecause(): string | null {
    return this.#place?.refusedBecause?.() ?? null;
  }

  /** Takes note that a container has ended, which a job is asked for. */
  noteEnd(containerId: string): void {
    if (containerId !== this.#containerId || this.kind.completes === true) return;
    this.#place?.close?.();
    this.#place = null;
    this.#ends++;
  }

  /** Finds its place now, and keeps it unless its container has ended again: the next start finds it anew. */
  async relocate(find: () => Promise<CheckPlace | { why: string }>, containerId: string): Promise<CheckPlace | null> {
    const ends = this.#ends;
    const found = await find();
    if ("why" in found) return null;
    if (ends !== this.#ends) {
      found.close?.();
      return null;
    }
    this.#place?.close?.();
    this.#containerId = containerId;
    this.#place = this.#latest = found;
    return found;
  }

  close(): void {
    this.#place?.close?.();
  }
}
