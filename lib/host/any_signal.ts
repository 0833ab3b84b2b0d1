/** One signal out of several, which stays alive as long as it has listeners. */

/** Composed signals that have listeners. */
const listened = new Set<AbortSignal>();

/**
 * Like AbortSignal.any. Deno's signal is collected as garbage with its listeners if nothing else refers to it
 * (denoland/deno#29075, fixed after 2.7): then whatever waits for it waits forever.
 */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const any = AbortSignal.any([...signals]);
  if (any.aborted) return any;
  const listeners = new Set<unknown>();
  const add = any.addEventListener.bind(any);
  const remove = any.removeEventListener.bind(any);
  any.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1]);
    listened.add(any);
    add(...args);
  };
  any.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1]);
    if (listeners.size === 0) listened.delete(any);
    remove(...args);
  };
  add("abort", () => listened.delete(any), { once: true });
  return any;
}
