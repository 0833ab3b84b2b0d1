/** The text about a bug: where it happened, without secrets that its message may contain. */

import type { Host } from "../host/host.ts";
import { ownRedactor } from "../secrets/redaction.ts";

/** Never throws: if the secrets cannot be found, the text has only the kind of error and its places in the code. */
export function bugText(host: Pick<Host, "environment" | "hostname">, error: unknown): string {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  try {
    return ownRedactor(host).text(text);
  } catch {
    const places = text.split("\n").filter((line) => /^\s+at\s.*:\d+:\d+\)?$/.test(line));
    return [error instanceof Error ? error.name : typeof error, ...places].join("\n");
  }
}
