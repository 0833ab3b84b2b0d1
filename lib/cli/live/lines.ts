/**
 * The live view's lines for a width, a height and a moment: one for each module, and one for the whole run. Pure. No line is
 * longer than the width, there are no more lines than rows, and modules that do not fit are counted.
 */

import { bold, dim } from "@std/fmt/colors";
import { elapsed, mib } from "../../text/units.ts";
import type { TerminalSize } from "../../host/host.ts";
import { columns, fit } from "../../report/text/fit.ts";
import { barLine } from "./bar.ts";
import { isBusy, type LiveState, type ModuleState } from "./state.ts";
import { PAINT } from "../../report/text/paint.ts";

export interface LiveStyle {
  color: boolean;
  /** Whether the terminal shows more than ASCII. */
  unicode: boolean;
}

interface Cell {
  text: string;
  width: number;
  right?: boolean;
  paint?: (text: string) => string;
}

const SPINNER = { unicode: [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"], ascii: [..."|/-\\"] };
const FRAME_MS = 120;
const STATUS_WIDTH = 4;
const TIME_WIDTH = 6;
const MEMORY_WIDTH = 10;

/** The columns beside status and name, from the richest layout to the poorest. */
const LAYOUTS = [
  { gap: 2, phase: 17, time: true, memory: true },
  { gap: 2, phase: 12, time: true, memory: true },
  { gap: 1, phase: 12, time: true, memory: true },
  { gap: 1, phase: 12, time: true, memory: false },
  { gap: 1, phase: 12, time: false, memory: false },
];
type Layout = (typeof LAYOUTS)[number];
const POOREST: Layout = { gap: 1, phase: 0, time: false, memory: false };

/** Names are cut to this width before a column is left out. */
const SHORTEST_NAME = 12;

/** At least one line, for the whole run, whatever the size. */
export function liveLines(state: LiveState, nowMs: number, size: TerminalSize, style: LiveStyle): string[] {
  const shown = [...state.modules.values()].filter((module) => module.tested || isBusy(module) || isBad(module));
  const { listed, hidden } = choose(shown, size.rows - 1);
  const names = Math.max(0, ...listed.map(({ name }) => columns(name)));
  const layout = chooseLayout(size.columns, names);
  const nameWidth = Math.max(0, Math.min(names, size.columns - widthBeside(layout)));
  const spinner = spinnerAt(nowMs, style.unicode);
  const paint = (cells: Cell[]) => row(cells, { gap: layout.gap, width: size.columns, color: style.color });
  return [
    ...listed.map((module) =>
      paint(cellsOf(module, { layout, nameWidth, nowMs, spinner, going: state.stage === "going" }))
    ),
    ...(hidden.length === 0 ? [] : [paint([{ text: more(hidden), width: size.columns, paint: dim }])]),
    barLine(state, nowMs, { width: size.columns, unicode: style.unicode, spinner }),
  ];
}

function isBad({ result }: ModuleState): boolean {
  return result?.status === "FAIL" || result?.status === "WARN";
}

function spinnerAt(nowMs: number, unicode: boolean): string {
  const frames = unicode ? SPINNER.unicode : SPINNER.ascii;
  return frames[Math.floor(nowMs / FRAME_MS) % frames.length] ?? "";
}

/** The richest layout that leaves the names whole; names are cut before a column is lost. */
function chooseLayout(width: number, names: number): Layout {
  const leaves = (room: number) => (layout: Layout) => width - widthBeside(layout) >= Math.min(names, room);
  return LAYOUTS.filter(({ memory }) => memory).find(leaves(names)) ?? LAYOUTS.find(leaves(SHORTEST_NAME)) ?? POOREST;
}

/** Columns of a layout without the name. */
function widthBeside({ gap, phase, time, memory }: Layout): number {
  const more = [phase, time ? TIME_WIDTH : 0, memory ? MEMORY_WIDTH : 0].filter((width) => width > 0);
  return STATUS_WIDTH + gap + more.reduce((sum, width) => sum + gap + width, 0);
}

/** The modules that fit, in their order. Busy ones come first, then WARN and FAIL, then those to come, then the others. */
function choose(modules: readonly ModuleState[], room: number): { listed: ModuleState[]; hidden: ModuleState[] } {
  if (modules.length <= room) return { listed: [...modules], hidden: [] };
  // If there is hardly any room, a line for a module is worth more than a line that counts the hidden ones.
  const lines = room >= 3 ? room - 1 : Math.max(0, room);
  const first = new Set([...modules].sort((a, b) => rank(a) - rank(b)).slice(0, lines));
  return {
    listed: modules.filter((module) => first.has(module)),
    hidden: room >= 3 ? modules.filter((module) => !first.has(module)) : [],
  };
}

function rank(module: ModuleState): number {
  const { result, startedMs } = module;
  if (isBusy(module)) return 0;
  if (isBad(module)) return 1;
  if (result === null) return startedMs === null ? 3 : 2;
  return 4;
}

function more(hidden: readonly ModuleState[]): string {
  const counts = new Map<string, number>();
  for (const { result } of hidden) {
    const what = result?.status ?? "to come";
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return `and ${hidden.length} more: ${[...counts].map(([what, number]) => `${number} ${what}`).join(", ")}`;
}

interface RowContext {
  layout: Layout;
  nameWidth: number;
  nowMs: number;
  spinner: string;
  going: boolean;
}

function cellsOf(module: ModuleState, { layout, nameWidth, nowMs, spinner, going }: RowContext): Cell[] {
  const { name, result, startedMs, tested } = module;
  const busy = isBusy(module);
  const paintStatus = result === null ? undefined : PAINT[result.status];
  const paintName = busy && tested ? bold : result === null || !tested ? dim : undefined;
  const cells: Cell[] = [
    cell({ text: busy ? spinner : result?.status ?? "", width: STATUS_WIDTH }, busy ? undefined : paintStatus),
    cell({ text: name, width: nameWidth }, paintName),
    cell({ text: wordOf(module, going), width: layout.phase }, busy ? undefined : paintStatus ?? dim),
  ];
  const ms = result === null ? startedMs === null ? null : nowMs - startedMs : result.tookMs;
  if (layout.time) cells.push({ text: ms === null ? "" : elapsed(ms), width: TIME_WIDTH, right: true });
  if (layout.memory) cells.push({ text: memoryText(module), width: MEMORY_WIDTH, right: true });
  return cells;
}

function cell(base: Cell, paint: Cell["paint"]): Cell {
  return paint === undefined ? base : { ...base, paint };
}

/** The phase in a word; for a module that is done, the code of its first reason. */
function wordOf({ notReady, phases, result, startedMs, testing }: ModuleState, going: boolean): string {
  const phase = phases.findLast((each) => each !== "slot");
  if (phase === "tests" && testing !== null) return `${phase} ${testing.done}/${testing.of ?? "?"}`;
  if (phase !== undefined) return phase;
  if (result !== null) return result.code ?? "";
  if (notReady) return "not ready";
  const queued = going && phases.length > 0;
  if (startedMs !== null && !queued) return going ? "up" : "not judged";
  return going ? "waiting" : "not run";
}

function memoryText({ memory }: ModuleState): string {
  return memory.size === 0 ? "" : mib([...memory.values()].reduce((sum, bytes) => sum + bytes, 0));
}

/** The cells in their columns, without trailing blanks. */
function row(cells: readonly Cell[], options: { gap: number; width: number; color: boolean }): string {
  let line = "";
  let at = 0;
  let start = 0;
  for (const { text, width, right = false, paint } of cells) {
    const shown = fit(text, Math.min(width, options.width - start));
    const taken = columns(shown);
    const from = start + (right ? width - taken : 0);
    if (taken > 0) {
      line += " ".repeat(from - at) + (options.color && paint !== undefined ? paint(shown) : shown);
      at = from + taken;
    }
    start += width + options.gap;
  }
  return line;
}
