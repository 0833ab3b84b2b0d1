/** The live view's last line: the progress of the whole run and the time it may still take, or that it is ending. Pure. */

import { cycleText } from "../../text/extent.ts";
import { spanText } from "../../text/span.ts";
import { elapsed } from "../../text/units.ts";
import { columns, fit } from "../../report/text/fit.ts";
import type { LiveState } from "./state.ts";
import { remainingMs, timeSpentMs, totalOf } from "./state.ts";

export interface BarOptions {
  width: number;
  unicode: boolean;
  spinner: string;
}

const SHORTEST_BAR = 8;
const LONGEST_BAR = 30;
const GAP = "  ";

export function barLine(state: LiveState, nowMs: number, { width, unicode, spinner }: BarOptions): string {
  const { pulling, stage, stopping } = state;
  if (stage === "ending") return fit(`${spinner} Stopping ${stopping.join(", ")}`.trimEnd(), width);
  if (pulling.length > 0) return fit(`${spinner} Pulling ${pulling.join(", ")}`, width);
  const texts = textsFor(state, nowMs, width - SHORTEST_BAR);
  const room = width - columns(texts);
  if (room < SHORTEST_BAR) return fit(texts.trimStart(), width);
  return bar(shareOf(state, nowMs), Math.min(room, LONGEST_BAR), unicode) + texts;
}

/** How far the run is, from 0 to 1: by its verdicts or its time, whichever will end it first. */
function shareOf(state: LiveState, nowMs: number): number {
  const { forMs, judged } = state;
  const total = totalOf(state);
  const byCycles = total === null || total === 0 ? 0 : judged / total;
  return Math.min(1, Math.max(byCycles, forMs === null ? 0 : timeSpentMs(state, nowMs) / forMs));
}

/** The texts beside the bar, each with a gap before it; the least important are left out if they do not fit. */
function textsFor(state: LiveState, nowMs: number, room: number): string {
  const { cycle, cycles, forMs, judged, startedMs } = state;
  const total = totalOf(state);
  const left = remainingMs(state, nowMs);
  const time = forMs === null
    ? elapsed(nowMs - startedMs)
    : `${elapsed(timeSpentMs(state, nowMs))} of ${spanText(forMs / 1000)}`;
  const texts = [
    { keep: 4, text: total === null ? "" : `${judged} of ${total}` },
    { keep: total === null ? 3 : 1, text: cycles !== 1 && cycle > 0 ? cycleText(cycle, state) : "" },
    { keep: total === null ? 4 : 2, text: time },
    { keep: total === null ? 2 : 3, text: left === null ? "" : `about ${elapsed(left)} left` },
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
