/** A line of `docker stats` → a reading. Pure. */

import { recordOf } from "../../../values/json.ts";
import { parseJson, text } from "./values.ts";

export interface StatsReading {
  containerId: string;
  memBytes: number;
  cpuPct: number;
}

/** The terminal codes that `docker stats` writes between two refreshes, even into a pipe. */
// deno-lint-ignore no-control-regex -- they are control codes
const REFRESH_CODES = /\x1b\[[0-9;]*[A-Za-z]/g;

/**
 * A line of `docker stats --no-trunc --format '{{json .}}'`. null for a container without figures: Docker prints "--", or
 * zeroes for one that is stopped, and neither is a measurement.
 */
export function parseStats(line: string): StatsReading | null {
  const clean = line.replaceAll(REFRESH_CODES, "").trim();
  if (clean === "") return null;
  const stats = recordOf(parseJson("docker stats", clean));
  const memBytes = parseSize((text(stats["MemUsage"]).split("/")[0] ?? "").trim());
  const cpu = /^(\d{1,9}(?:\.\d*)?)%$/.exec(text(stats["CPUPerc"]));
  if (memBytes === null || memBytes === 0 || cpu === null) return null;
  return { containerId: text(stats["ID"]), memBytes, cpuPct: Number(cpu[1]) };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["kB", 1e3],
  ["KB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["TB", 1e12],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
  ["TiB", 2 ** 40],
]);

/** "3.1MiB" → bytes; null if it is no size. */
export function parseSize(size: string): number | null {
  const match = /^(\d{1,15}(?:\.\d*)?)\s*([A-Za-z]+)$/.exec(size);
  const unit = UNITS.get(match?.[2] ?? "");
  const value = Number(match?.[1]);
  return match === null || unit === undefined ? null : Math.round(value * unit);
}
