/** The way to an engine on another host, which may break while the engine goes on there. */

export interface EngineLink {
  /**
   * Says that a take-down is under way, until the returned function is called; several may be at once. A command for the engine that waits
   * meanwhile is ended once the link is lost, and fails as one whose connection is refused.
   */
  hasten(): () => void;
  /** Why the engine's host counts as out of reach, for a sentence; null if it does not, or no take-down is under way. */
  readonly lost: string | null;
  /** Variables of the environment by which the engine is found. */
  readonly variables: readonly (readonly [name: string, value: string])[];
}

/** Does the work as part of a take-down. `link`: absent for an engine on this host, which is waited for as ever. */
export async function hastened<T>({ link }: { readonly link?: EngineLink }, work: () => Promise<T>): Promise<T> {
  const end = link?.hasten();
  try {
    return await work();
  } finally {
    end?.();
  }
}
