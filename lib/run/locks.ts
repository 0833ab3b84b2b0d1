/**
 * Which module may start or stop which services, when several go up and down side by side: two starts of one service
 * would get in each other's way, and so would a start and the stop of what it needs.
 */

export class Locks {
  readonly #held = new Set<string>();
  readonly #waiting = new Set<() => void>();

  /**
   * Runs `work` when none of `keys` is held, and holds those that `held` selects until it is done. `held` is called at
   * that moment.
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
