/**
 * Whether the engine's events have told of what its looks show. An engine may tell of a start or an end a moment later than its
 * answers do (Podman, which reads its own log for that, by a quarter of a second): a window that is closed by then would lack them.
 */

import type { Clock } from "../../host/host.ts";
import { within } from "../../host/within.ts";
import { canHaveTurned, type ContainerState, type EngineEvent } from "../../model/evidence.ts";

/** How long is waited for an event that should have come. */
const LATE_MS = 1000;
/** Between the time of a start or an end and the time of its event. */
const APART_MS = 500;

type Told = Pick<EngineEvent, "action" | "containerId" | "time">;

export class EventsTold {
  readonly #clock: Pick<Clock, "sleep">;
  /** By the engine's clock. */
  readonly #sinceMs: number;
  /** Container and action → time of the latest event. */
  readonly #latest = new Map<string, number>();
  #onEvent: () => void = () => {};

  /** `sinceMs`: events before that are of no interest. */
  constructor(clock: Pick<Clock, "sleep">, sinceMs: number) {
    this.#clock = clock;
    this.#sinceMs = sinceMs;
  }

  note({ action, containerId, time }: Told): void {
    this.#latest.set(`${containerId} ${action}`, Date.parse(time));
    this.#onEvent();
  }

  /** Resolves when the last start and the last end of each, and that it is healthy, has been told of, or when that is late. */
  async of(states: readonly ContainerState[]): Promise<void> {
    const told = Promise.withResolvers<void>();
    this.#onEvent = () => {
      if (states.every((state) => this.#isTold(state))) told.resolve();
    };
    this.#onEvent();
    await within(this.#clock, LATE_MS, told.promise);
    this.#onEvent = () => {};
  }

  #isTold(state: ContainerState): boolean {
    const { finishedAt, id, startedAt } = state;
    return this.#hasCome(id, "start", startedAt) && this.#hasCome(id, "die", finishedAt) &&
      (!canHaveTurned(state) || this.#hasCome(id, "healthy", startedAt));
  }

  #hasCome(id: string, action: string, at: string | null): boolean {
    const ms = at === null ? NaN : Date.parse(at);
    if (!(ms >= this.#sinceMs)) return true;
    return (this.#latest.get(`${id} ${action}`) ?? -Infinity) >= ms - APART_MS;
  }
}
