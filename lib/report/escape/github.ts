/**
 * Foreign text in GitHub's workflow commands, `::error title=PROPERTY::DATA`, which the runner reads from what a step prints.
 * Its own escapes are three for data and five for properties; it undoes `%25` last. Pure.
 */

import { sentence } from "./text.ts";

export function commandData(text: string): string {
  return sentence(text).replaceAll("%", "%25");
}

export function commandProperty(text: string): string {
  return commandData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
