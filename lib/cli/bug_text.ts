/** What is told of a bug: where it happened, and no secret that its message may hold. */

import type { Host } from "../host/host.ts";
import { ownRedactor } from "../secrets/redaction.ts";

/** Never throws: if the secrets cannot be found, nothing is told but the kind of error and its places in the code. */
export function bugText(host: Pick<Host, "environment" | "hostname">, error: unknown): string {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  try {
    return ownRedactor(host).text(text);
  } catch {
    const places = text.split("\n").filter((line) => /^\s+at\s.*:\d+:\d+\)?$/.test(line));
    return [error instanceof Error ? error.name : typeof error, ...places].join("\n");
  }
}
