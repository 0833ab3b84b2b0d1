/** A stand-in's port without pages: it takes connections and closes them, and at times nobody listens there. */

import { delay } from "@std/async";
import type { StandInSettings } from "./settings.ts";

export interface PortPlan {
  hostname: string;
  port: number;
  onListen(): void;
  /** null: it listens for good. */
  closes: StandInSettings["closes"];
}

/** Throws if it cannot listen. */
export async function takeConnections({ closes, hostname, onListen, port }: PortPlan): Promise<void> {
  const listener = Deno.listen({ hostname, port });
  onListen();
  let taken = 0;
  for await (const connection of listener) {
    connection.close();
    if (++taken === closes?.atConnection) listener.close();
  }
  // Only its own end gets here.
  if (closes === null || closes.forSec === null) return;
  await delay(closes.forSec * 1000);
  await takeConnections({ hostname, port, onListen, closes: null });
}
