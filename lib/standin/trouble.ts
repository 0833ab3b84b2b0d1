/**
 * When the timed faults of a stand-in begin: at its start, or at the request for the page that begins them, so that a test can
 * say "now", and see when they are over, however slow the machine is. A restart by policy remembers that they began.
 */

import { stateFile } from "./state.ts";

export interface Trouble {
  readonly began: Promise<void>;
  /** Seconds since it began; null before. */
  elapsedSec(): number | null;
  /** Whether another process of this service began it: this one is its restart. */
  readonly isRestart: boolean;
  begin(): void;
  /** Whether what was planted has happened. */
  isOver: boolean;
}

export interface TroubleOptions {
  /** null: it begins at once. */
  page: string | null;
  /** Folder for the note that it began; null: nothing is remembered. */
  stateDir: string | null;
  /** Names the service: the same name over restarts by policy, but not longer. */
  instance: string;
}

export function planTrouble({ page, stateDir, instance }: TroubleOptions): Trouble {
  const note = stateDir === null ? null : stateFile(stateDir, instance, "begun");
  const isRestart = page !== null && note !== null && exists(note);
  const began = Promise.withResolvers<void>();
  let beganMs: number | null = null;
  function begin(): void {
    if (beganMs !== null) return;
    beganMs = performance.now();
    if (page !== null && stateDir !== null && note !== null) remember(stateDir, note);
    began.resolve();
  }
  if (page === null || isRestart) begin();
  return {
    began: began.promise,
    elapsedSec: () => beganMs === null ? null : (performance.now() - beganMs) / 1000,
    isRestart,
    begin,
    isOver: isRestart,
  };
}

function remember(stateDir: string, note: string): void {
  Deno.mkdirSync(stateDir, { recursive: true });
  Deno.writeTextFileSync(note, "");
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
