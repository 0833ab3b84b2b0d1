/**
 * Foreign text in GitHub's workflow commands, `::error title=PROPERTY::DATA`, which the runner reads from the output of a step.
 * The runner has three escapes for data and five for properties; it undoes `%25` last. Pure.
 */

import { sentence } from "./text.ts";

export function commandData(text: string): string {
  return sentence(text).replaceAll("%", "%25");
}

export function commandProperty(text: string): string {
  return commandData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
