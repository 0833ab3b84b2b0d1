/**
 * Who may start or stop which services at a moment, where several modules go up and down side by side: two starts of one
 * service would trip over each other's container, and a start over the stop of what it needs.
 */

export class Locks {
  readonly #held = new Set<string>();
  readonly #waiting = new Set<() => void>();

  /**
   * Runs `work` when nobody holds any of `keys`, and holds those of them that `held` names until it is done. `held` is asked
   * at that moment.
   */
  async during<T>(keys: Iterable<string>, held: (key: string) => boolean, work: () => Promise<T>): Promise<T> {
    const wanted = [...keys];
    while (wanted.some((key) => this.#held.has(key))) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    const mine = wanted.filter(held);
    for (const key of mine) this.#held.add(key);
    try {
      return await work();
    } finally {
      for (const key of mine) this.#held.delete(key);
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const wake of waiting) wake();
    }
  }
}
