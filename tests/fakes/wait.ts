/** Waiting for what is to happen, in place of waiting for a time in which it should. */

import type { Host } from "../../lib/host/host.ts";

/** Resolves when `condition` holds; throws after half a minute, unless said otherwise, so that a test fails with what it waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The host, on whose clock a sleep of `limitMs` lasts until `reached`: a limit that passes at just the right moment. */
export function limitWhen(host: Host, limitMs: number, reached: () => Promise<boolean>): Host {
  const { clock } = host;
  return {
    ...host,
    clock: {
      ...clock,
      async sleep(ms, signal) {
        if (ms !== limitMs) return await clock.sleep(ms, signal);
        await until("the limit is reached", reached);
        signal?.throwIfAborted();
      },
    },
  };
}

/** Whether a file has a whole line: what a child writes to say how far it is. */
export async function hasLine(path: string): Promise<boolean> {
  return (await Deno.readTextFile(path).catch(() => "")).includes("\n");
}
