/** The reports that are made in pieces, whole. */

import type { FileData } from "../../lib/host/host.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import { htmlPieces } from "../../lib/report/html/html.ts";
import { jsonPieces } from "../../lib/report/json/json.ts";
import { junitPieces } from "../../lib/report/junit/junit.ts";

/** What was given to be written. */
export function textOf(data: FileData): string {
  if (typeof data === "string") return data;
  return data instanceof Uint8Array ? new TextDecoder().decode(data) : [...data].join("");
}

export const jsonText = (judged: JudgedRun): string => textOf(jsonPieces(judged));
export const htmlText = (...of: Parameters<typeof htmlPieces>): string => textOf(htmlPieces(...of));
export const junitText = (...of: Parameters<typeof junitPieces>): string => textOf(junitPieces(...of));
