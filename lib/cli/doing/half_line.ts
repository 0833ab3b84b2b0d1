/** What a command line that is still being typed wants next. Pure. */

import { optionOf } from "../argv.ts";
import type { Option, Values } from "../command.ts";
import { COMMAND_NAMES, type CommandName, commandNamed, optionsOf } from "../commands.ts";

/** A word that may follow, and what it does. */
export interface Candidate {
  word: string;
  about: string;
}

export interface HalfLine {
  /** The command that the line names; undefined if it names none so far, which then is `run`. */
  command: CommandName | undefined;
  /** The values that were given before the last word, by option. */
  values: ReadonlyMap<string, string>;
  /** What may stand in place of the last word, or in place of the rest of it after `kept`. */
  next: readonly Candidate[] | Values;
  /** The part of the last word that stays: `--modules=switch,`. */
  kept: string;
  /** Whether several values follow each other after commas. */
  commas: boolean;
}

/** `words`: the line after the program's name, up to the cursor; the last one may be empty. Never throws. */
export function readHalfLine(words: readonly string[]): HalfLine {
  const last = words.at(-1) ?? "";
  const before = readBefore(words.slice(0, -1));
  const { awaiting, given, isEnded, plain, values } = before;
  const [named, ...args] = plain;
  const command = COMMAND_NAMES.find((name) => name === named);
  const line = { command, values, kept: "", commas: false };
  if (named !== undefined && command === undefined) return { ...line, next: [] };
  if (awaiting !== undefined) return { ...line, ...ofValue(command, awaiting, last, "") };
  const [key = "", ...value] = last.split("=");
  if (!isEnded && last.startsWith("-") && value.length > 0) {
    return { ...line, ...ofValue(command, optionOf(last)?.name ?? "", value.join("="), `${key}=`) };
  }
  if (isEnded || !last.startsWith("-")) {
    if (command === undefined) return { ...line, next: commandWords() };
    const { most = 1, values } = commandNamed(command).arguments ?? { most: 0 };
    if (args.length < most) return { ...line, next: values ?? [] };
  }
  return { ...line, next: isEnded ? [] : optionWords(command ?? "run", given) };
}

interface Before {
  /** The option whose value comes next. */
  awaiting: string | undefined;
  given: string[];
  /** Whether `--` ended the options. */
  isEnded: boolean;
  /** Words that are neither options nor their values. */
  plain: string[];
  values: Map<string, string>;
}

function readBefore(words: readonly string[]): Before {
  const before: Before = { awaiting: undefined, given: [], isEnded: false, plain: [], values: new Map() };
  for (const word of words) {
    const option = before.isEnded ? undefined : optionOf(word);
    if (before.awaiting !== undefined) {
      before.values.set(before.awaiting, word);
      before.awaiting = undefined;
    } else if (before.isEnded || !word.startsWith("-")) before.plain.push(word);
    else if (word === "--") before.isEnded = true;
    else if (option !== undefined) {
      before.given.push(option.name);
      if (!takesValue(option)) continue;
      if (word.includes("=")) before.values.set(option.name, word.slice(word.indexOf("=") + 1));
      else before.awaiting = option.name;
    }
  }
  return before;
}

function takesValue({ kind }: Option): boolean {
  return kind === "value" || kind === "list";
}

function ofValue(
  command: CommandName | undefined,
  name: string,
  typed: string,
  key: string,
): Pick<HalfLine, "commas" | "kept" | "next"> {
  const option = optionsOf(command ?? "run").find((each) => each.name === name);
  if (option === undefined || !takesValue(option)) return { next: [], kept: key, commas: false };
  const commas = option.commas === true;
  const list = commas ? typed.slice(0, typed.lastIndexOf(",") + 1) : "";
  return { next: option.values ?? [], kept: `${key}${list}`, commas };
}

function commandWords(): Candidate[] {
  return COMMAND_NAMES.map((name) => ({ word: name, about: commandNamed(name).summary }));
}

/** An option that may be given once is not offered again. */
function optionWords(command: CommandName, given: readonly string[]): Candidate[] {
  return optionsOf(command).filter(({ kind, name }) => kind === "list" || !given.includes(name)).flatMap(
    ({ help, kind, name }) => {
      const option = { word: `--${name}`, about: help };
      return kind === "switch" ? [option, { word: `--no-${name}`, about: `not: ${help}` }] : [option];
    },
  );
}
