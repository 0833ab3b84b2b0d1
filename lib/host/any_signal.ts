/** One signal out of several, that is there for as long as somebody listens to it. */

/** Composed signals that have listeners. */
const listened = new Set<AbortSignal>();

/**
 * As AbortSignal.any. That of Deno is collected as garbage with its listeners if nothing else refers to it (denoland/deno#29075,
 * mended after 2.7): then what waits for it waits for ever.
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
