/**
 * What the real host was short of: noted where the system's errors come in, since most of those who ask take no answer for one.
 */

import { shortageIn } from "./shortage.ts";

let first: string | null = null;

/** The first error of want since the program began, in the system's own words; null if there was none. */
export function shortage(): string | null {
  return first;
}

/** Returns the error. */
export function noted(error: unknown): unknown {
  first ??= shortageIn(error);
  return error;
}

/** As `noted`, of what may hide it: a name that is not found for want of a socket to ask with says nothing of that. */
export function notedBehind(error: unknown): unknown {
  noted(error);
  try {
    Deno.openSync("/dev/null").close();
  } catch (own) {
    noted(own);
  }
  return error;
}

/** The same object, with what its functions throw or reject with noted. */
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
