/**
 * What the real host was short of. Shortages are noted where the system's errors come in, since most callers treat an
 * error as a missing answer.
 */

import { shortageIn } from "./shortage.ts";

let first: string | null = null;

/** The first error of a shortage since the program began, in the system's own words; null if there was none. */
export function shortage(): string | null {
  return first;
}

/** Notes the error if it is of a shortage, and returns it. */
export function noted(error: unknown): unknown {
  first ??= shortageIn(error);
  return error;
}

/**
 * Like `noted`, for an error that may hide a shortage: that a name is not found does not show that a socket was lacking
 * to look it up.
 */
export function notedBehind(error: unknown): unknown {
  noted(error);
  try {
    Deno.openSync("/dev/null").close();
  } catch (own) {
    noted(own);
  }
  return error;
}

/** The same object, but errors that its functions throw or reject with are noted. */
export function noting<T extends object>(verbs: T): T {
  const entries = Object.entries(verbs).map(([name, verb]): [string, unknown] => {
    if (typeof verb !== "function") return [name, verb];
    return [name, (...args: unknown[]) => {
      try {
        const result: unknown = verb(...args);
        return result instanceof Promise ? result.catch((error) => Promise.reject(noted(error))) : result;
      } catch (error) {
        throw noted(error);
      }
    }];
  });
  return Object.fromEntries(entries) as T;
}
