/** TAP read by npm's tap-parser (BlueOak-1.0.0), the reader of node-tap: version 14, with the YAML below the points. */

import { Parser } from "npm:tap-parser@18.3.4";

export interface Point {
  ok: boolean;
  name: string;
  skip: string | boolean;
  diag: Record<string, unknown> | null;
}

/** Throws where the plan and the points do not fit each other, or there is anything that is neither. */
export function parseTap(text: string): Point[] {
  const points: Point[] = [];
  let planned = 0;
  for (const [event, value] of Parser.parse(text) as [string, Record<string, unknown>][]) {
    if (event === "plan") planned = Number(value["end"]);
    if (event === "extra" || event === "child" || event === "bailout") throw new Error(`${event}: ${value}`);
    if (event !== "assert") continue;
    const { diag, name, ok, skip } = value;
    points.push({ ok: ok === true, name: String(name), skip: skip as string | boolean, diag: diag as Point["diag"] });
  }
  if (planned !== points.length) throw new Error(`${planned} planned, ${points.length} found`);
  return points;
}
