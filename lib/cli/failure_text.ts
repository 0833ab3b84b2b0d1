/** A failure as text for stderr: what failed and why, the output of the failed tool, what to do next. Pure. */

import type { FailureData } from "../model/failure.ts";
import { plain } from "../report/escape.ts";

export function failureText({ what, next, detail }: FailureData): string {
  const shown = (detail ?? "").split("\n").filter((line) => line.trim() !== "").map((line) => `  ${plain(line)}\n`);
  const hint = next === "" ? "" : `${plain(next)}\n`;
  return `vx11-stability: ${plain(what)}\n${shown.join("")}${hint}`;
}
