/**
 * One option's text to a checked value: a name, a number, a command. A value that is no good is a usage Failure with the
 * option, the value seen, what is wanted, and the default.
 */

import { type Failure, usageFailure } from "../model/failure.ts";
import { nearest } from "../text/nearest.ts";
import { shown } from "../text/shown.ts";
import type { Argv } from "./argv.ts";
import { type Option, type OptionName, OPTIONS } from "./shared_options.ts";
import { splitWords } from "../text/words.ts";

export function readName<Name extends string>(option: OptionName, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const near = nearest(text, names);
  throw refusal(option, text, near === undefined ? undefined : `Did you mean "${near}"?`, oneOf(names));
}

/** Names between commas. Nothing between two of them, as an unset variable leaves it, is no name; nothing at all is refused. */
export function readNames(option: OptionName, text: string): string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length > 0) return names;
  throw refusal(option, text);
}

/** "text, json or md". */
function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

export function readCount(name: OptionName, text: string): number {
  const count = Number(text);
  // Digits alone: `1e3` and `0x10` are numbers to JavaScript, and a slip here.
  if (/^[1-9]\d*$/.test(text) && count <= 10_000) return count;
  throw refusal(name, text);
}

/** The default is the command's. */
export function readJobs(argv: Argv, fallback: "1" | "auto"): number | "auto" {
  const text = readOne(argv, "jobs") ?? fallback;
  return text === "auto" ? text : readCount("jobs", text);
}

export function readSeconds(argv: Argv, name: OptionName, valid: (seconds: number) => boolean): number {
  const text = readDefaulted(argv, name);
  const seconds = Number(text);
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text) && seconds <= 86_400 && valid(seconds)) return seconds;
  throw refusal(name, text);
}

export function readUmask(argv: Argv): number {
  const text = readDefaulted(argv, "umask");
  // What its own user may not read, the program could not read back.
  if (/^0{0,2}[0-7]{1,2}$/.test(text)) return parseInt(text, 8);
  throw refusal("umask", text);
}

export function readCommandWords(argv: Argv): string[] {
  const text = readDefaulted(argv, "pytest");
  const words = splitWords(text);
  if (words === undefined || words.length === 0 || words[0] === "") throw refusal("pytest", text);
  return words;
}

/** The value given, or else the default of the table; undefined where leaving it out means something else. */
export function readOne(argv: Argv, name: OptionName): string | undefined {
  const [value] = argv.values(name);
  return value ?? optionNamed(name).fallback;
}

/** The value of an option that has a fallback. */
export function readDefaulted(argv: Argv, name: OptionName): string {
  const value = readOne(argv, name);
  if (value === undefined) throw new Error(`--${name} has no fallback in the table`);
  return value;
}

function optionNamed(name: OptionName): Option {
  const option = (OPTIONS as readonly Option[]).find((option) => option.name === name);
  if (option === undefined) throw new Error(`no option --${name} in the table`);
  return option;
}

/** `--cycles is "x", it must be a whole number`, and what to do about it. */
export function refusal(name: OptionName, text: string, next?: string, among?: string): Failure {
  const { wanted = "", fallback, shownDefault } = optionNamed(name);
  const leaveOut = `Correct it, or leave it out for the default: ${fallback ?? shownDefault}`;
  return usageFailure(`--${name} is ${shown(text)}, it must be ${among ?? wanted}`, next ?? leaveOut);
}
