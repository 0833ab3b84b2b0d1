/** A command and its environment, as a user writes them in a file. */

import { usageFailure } from "../model/failure.ts";
import { type ConfigValue, placeOf, readList, readMapping, readText, wrongValue } from "./value.ts";

/** The program, then its arguments. `example`: such a list. */
export function readCommand(at: ConfigValue, example: string): string[] {
  const words = readList(at, "words: the program, then its arguments").map(readWord);
  if (words[0] !== undefined && words[0] !== "") return words;
  throw usageFailure(`${placeOf(at)} names no program`, `Give a list, such as ${example}`);
}

function readWord(at: ConfigValue): string {
  const wanted = "a word of a command";
  if (typeof at.value === "number" || typeof at.value === "boolean") throw wrongValue(at, wanted, "Put it in quotes");
  return readText(at, wanted, (text) => !text.includes("\0"));
}

/** Variable → value. */
export function readEnv(at: ConfigValue): Record<string, string> {
  const entries = [...readMapping(at)].map(([name, value]): [string, string] => {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      throw usageFailure(`${placeOf(value)} is no name for a variable`, "Use letters, digits and `_`");
    }
    // As in Compose, a number or a boolean stands for its text.
    if (typeof value.value === "number" || typeof value.value === "boolean") return [name, String(value.value)];
    return [name, readText(value, "a text", (text) => !text.includes("\0"))];
  });
  return Object.fromEntries(entries);
}
