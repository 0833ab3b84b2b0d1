/** Whether a value is a line of a journal, and if not, what is wrong with it. */

import { LINES } from "./lines.ts";
import type { Trouble } from "../../values/schema.ts";

/** null: it is one. Otherwise why not, as the end of a sentence that begins with the line. Unknown keys are ignored. */
export function whyNoLine(line: unknown): string | null {
  if (typeof line !== "object" || line === null || Array.isArray(line)) return "is no object";
  const type: unknown = "type" in line ? line.type : undefined;
  if (typeof type !== "string") return 'has no "type"';
  if (!isKnown(type)) return `is of the type ${said(type)}, which this program does not know`;
  const schema = LINES[type];
  if (schema.is(line)) return null;
  const { found, path, wanted } = schema.trouble(line) as Trouble;
  const key = JSON.stringify(path.join("."));
  return found === undefined
    ? `(${type}) has no ${key}, which must be ${wanted}`
    : `(${type}) has ${said(found)} as ${key}, which must be ${wanted}`;
}

function isKnown(type: string): type is keyof typeof LINES {
  return Object.hasOwn(LINES, type);
}

const MOST_SHOWN = 60;

/** JSON has no word for Infinity, as which a number that is too large is read. */
function said(found: unknown): string {
  const text = typeof found === "number" ? String(found) : JSON.stringify(found);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}
