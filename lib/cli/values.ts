/**
 * From one option's text to a checked value: a name, a number, a command. An invalid value is a usage Failure with the option,
 * the value seen, what is wanted, and the default.
 */

import { isContextName } from "../engine/context_name.ts";
import type { Host } from "../host/host.ts";
import { type Failure, usageFailure } from "../model/failure.ts";
import { nearest } from "../text/nearest.ts";
import { oneOf } from "../text/one_of.ts";
import { shown } from "../text/shown.ts";
import type { Argv } from "./command.ts";
import { splitWords } from "../text/words.ts";
import { spanSec } from "../text/span.ts";

/** Over a year. */
const MOST_HOURS = 10_000;

export function readName<Name extends string>(argv: Argv, option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const near = nearest(text, names);
  throw refusal(argv, option, text, near === undefined ? undefined : `Did you mean "${near}"?`, oneOf(names));
}

/** The word that a command works on. */
export function readArgument<Name extends string>(argv: Argv, command: string, names: readonly Name[]): Name {
  const text = argv.argument ?? "";
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const near = nearest(text, names);
  const next = near === undefined ? `Usage: vx11-stability ${command} ${names.join("|")}` : `Did you mean "${near}"?`;
  throw usageFailure(`${command} is given ${shown(text)}, it must be ${oneOf(names)}`, next);
}

/** Names separated by commas. Empty names, as from an unset variable, are skipped; a list without any name is refused. */
export function readNames(argv: Argv, option: string, text: string): string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length > 0) return names;
  throw refusal(argv, option, text);
}

/** undefined if none is given: a config file may name one. */
export function readContext(argv: Argv): string | undefined {
  const text = readOne(argv, "context");
  if (text === undefined || isContextName(text)) return text;
  throw refusal(argv, "context", text);
}

export function readCount(argv: Argv, name: string, text: string): number {
  const count = Number(text);
  // Only digits: `1e3` and `0x10` are numbers to JavaScript, but mistakes here.
  if (/^[1-9]\d*$/.test(text) && count <= 10_000) return count;
  throw refusal(argv, name, text);
}

/** Each command has its own default. */
export function readJobs(argv: Argv, fallback: "1" | "auto"): number | "auto" {
  const text = readOne(argv, "jobs") ?? fallback;
  return text === "auto" ? text : readCount(argv, "jobs", text);
}

export function readSeconds(argv: Argv, name: string, valid: (seconds: number) => boolean): number {
  const text = readDefaulted(argv, name);
  const seconds = Number(text);
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text) && seconds <= 86_400 && valid(seconds)) return seconds;
  throw refusal(argv, name, text);
}

/** In seconds; undefined if it is not given. */
export function readSpan(argv: Argv, name: string): number | undefined {
  const text = readOne(argv, name);
  if (text === undefined) return undefined;
  const seconds = spanSec(text);
  if (seconds !== undefined && seconds >= 1 && seconds <= MOST_HOURS * 3600) return seconds;
  throw refusal(argv, name, text);
}

/** undefined if none is given: a config file may say it. */
export function readPercent(argv: Argv, name: string): number | undefined {
  const text = readOne(argv, name);
  if (text === undefined) return undefined;
  const percent = Number(text);
  if (/^\d{1,3}(\.\d{1,9})?$/.test(text) && percent <= 100) return percent;
  throw refusal(argv, name, text);
}

export function readUmask(argv: Argv): number {
  const text = readDefaulted(argv, "umask");
  // The program could not read back files that their own user may not read.
  if (/^0{0,2}[0-7]{1,2}$/.test(text)) return parseInt(text, 8);
  throw refusal(argv, "umask", text);
}

export function readCommandWords(argv: Argv): string[] {
  const text = readDefaulted(argv, "pytest");
  const words = splitWords(text);
  if (words === undefined || words.length === 0 || words[0] === "") throw refusal(argv, "pytest", text);
  return words;
}

/** The value given, or else the default of the table; undefined if leaving the option out means something else. */
export function readOne(argv: Argv, name: string): string | undefined {
  const [value] = argv.values(name);
  return value ?? argv.option(name).fallback;
}

/** The value of an option that has a fallback. */
export function readDefaulted(argv: Argv, name: string): string {
  const value = readOne(argv, name);
  if (value === undefined) throw new Error(`--${name} has no fallback in the table`);
  return value;
}

/** `--cycles is "x", it must be a whole number`, and what to do about it. */
export function refusal(argv: Argv, name: string, text: string, next?: string, among?: string): Failure {
  const { wanted = "", fallback, shownDefault } = argv.option(name);
  const leaveOut = `Correct it, or leave it out for the default: ${fallback ?? shownDefault}`;
  return usageFailure(`--${name} is ${shown(text)}, it must be ${among ?? wanted}`, next ?? leaveOut);
}

/** Whether colours are wanted, as far as the command line and the environment say. */
export function wantsColor(argv: Argv, host: Pick<Host, "env">): boolean {
  return !argv.flag("no-color") && (host.env("NO_COLOR") ?? "") === "";
}
