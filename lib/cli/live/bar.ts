/** The live view's last line: the progress of the whole run and the time it may still take, or that it is ending. Pure. */

import { elapsed } from "../../text/units.ts";
import { columns, fit } from "../../report/text/fit.ts";
import type { LiveState } from "./state.ts";
import { remainingMs, totalOf } from "./state.ts";

export interface BarOptions {
  width: number;
  unicode: boolean;
  spinner: string;
}

const SHORTEST_BAR = 8;
const LONGEST_BAR = 30;
const GAP = "  ";

export function barLine(state: LiveState, nowMs: number, { width, unicode, spinner }: BarOptions): string {
  const { judged, pulling, stage, stopping } = state;
  if (stage === "ending") return fit(`${spinner} Stopping ${stopping.join(", ")}`.trimEnd(), width);
  if (pulling.length > 0) return fit(`${spinner} Pulling ${pulling.join(", ")}`, width);
  const total = totalOf(state);
  const texts = textsFor(state, nowMs, width - SHORTEST_BAR);
  const room = width - columns(texts);
  if (room < SHORTEST_BAR) return fit(texts.trimStart(), width);
  return bar(total === 0 ? 0 : judged / total, Math.min(room, LONGEST_BAR), unicode) + texts;
}

/** The texts beside the bar, each with a gap before it; the least important are left out if they do not fit. */
function textsFor(state: LiveState, nowMs: number, room: number): string {
  const { cycle, cycles, judged, startedMs } = state;
  const left = remainingMs(state, nowMs);
  const texts = [
    { keep: 4, text: `${judged} of ${totalOf(state)}` },
    { keep: 1, text: cycles > 1 && cycle > 0 ? `cycle ${cycle} of ${cycles}` : "" },
    { keep: 2, text: elapsed(nowMs - startedMs) },
    { keep: 3, text: left === null ? "" : `about ${elapsed(left)} left` },
  ].filter(({ text }) => text !== "");
  for (let keep = 1; keep <= 4; keep++) {
    const line = texts.filter((each) => each.keep >= keep).map(({ text }) => GAP + text).join("");
    if (columns(line) <= room || keep === 4) return line;
  }
  return "";
}

function bar(share: number, width: number, unicode: boolean): string {
  const full = Math.floor(share * (width - (unicode ? 0 : 2)));
  if (unicode) return "█".repeat(full) + "░".repeat(width - full);
  return `[${"#".repeat(full)}${"-".repeat(width - 2 - full)}]`;
}
