/**
 * Samples all watched containers at once, one question after the other without overlap, and once more when a container
 * is released, so that the last moment of a window is included.
 */

import type { SampleExtras, SampleOutcome } from "../../engine/engine.ts";
import type { Clock } from "../../host/host.ts";
import { OFFSET_MS, untilTick } from "../../host/tick.ts";
import type { ContainerState, Sample } from "../../model/evidence.ts";
import { messageOf } from "../../model/failure.ts";

export interface Sink {
  onSample(sample: Sample): void;
  onMissing(why: string): void;
}

export interface SamplerOptions {
  clock: Clock;
  intervalMs: number;
  ask: (states: readonly ContainerState[], extras: SampleExtras) => Promise<SampleOutcome[]>;
}

/**
 * How often pressure is read, besides at both ends of a window. Its counters lose nothing in between, and it takes three
 * files more.
 */
const PRESSURE_MS = 2500;

export class MetricsSampler {
  readonly #options: SamplerOptions;
  readonly #watched = new Map<string, { state: ContainerState; sink: Sink }>();
  readonly #closing = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #loop: Promise<void> | null = null;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** Takes the first sample now and more at each interval, until `release`. */
  async watch(state: ContainerState, sink: Sink): Promise<void> {
    this.#watched.set(state.id, { state, sink });
    this.#loop ??= this.#run();
    await this.#sample([state.id], true);
  }

  /** Takes the last sample, and forgets the container. */
  async release(containerId: string): Promise<void> {
    await this.#sample([containerId], true);
    this.#watched.delete(containerId);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
    await this.#turn;
  }

  async #run(): Promise<void> {
    const { clock, intervalMs } = this.#options;
    try {
      const every = Math.max(1, Math.round(PRESSURE_MS / intervalMs));
      for (let nr = 1;; nr++) {
        await clock.sleep(untilTick(clock, intervalMs, OFFSET_MS), this.#closing.signal);
        await this.#sample([...this.#watched.keys()], nr % every === 0);
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    }
  }

  /** Questions take turns: two at once would get the answer of the same moment, at twice the cost. */
  #sample(ids: readonly string[], pressure: boolean): Promise<void> {
    this.#turn = this.#turn.then(() => this.#ask(ids, { pressure }));
    return this.#turn;
  }

  async #ask(ids: readonly string[], extras: SampleExtras): Promise<void> {
    const states = ids.flatMap((id) => this.#watched.get(id)?.state ?? []);
    if (states.length === 0) return;
    for (const answer of await this.#answers(states, extras)) {
      const sink = this.#watched.get(answer.containerId)?.sink;
      if ("sample" in answer) sink?.onSample(answer.sample);
      else sink?.onMissing(answer.missing);
    }
  }

  /** A question that fails is a missing figure with its reason: it must end neither the sampling nor the run. */
  async #answers(states: readonly ContainerState[], extras: SampleExtras): Promise<SampleOutcome[]> {
    try {
      return await this.#options.ask(states, extras);
    } catch (error) {
      const missing = `the engine could not be asked: ${messageOf(error)}`;
      return states.map(({ id: containerId }) => ({ containerId, missing }));
    }
  }
}
