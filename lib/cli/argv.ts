/**
 * From the words of a command line to values by option name. `parseArgs` does the parsing; mistakes that it would accept
 * silently, such as a missing value, `--quiet=maybe` or an unknown option, are refused here with a usage Failure. The values
 * themselves are not checked.
 */

import { parseArgs } from "@std/cli";
import { type Failure, usageFailure } from "../model/failure.ts";
import { MODULE_NAMES } from "../modules.ts";
import { nameHint } from "../text/nearest.ts";
import { shown } from "../text/shown.ts";
import { cut } from "../report/escape.ts";
import type { Argv, Option } from "./command.ts";
import { type AnyOption, COMMAND_NAMES, type CommandName, commandNamed, OPTIONS, optionsOf } from "./commands.ts";

/** With its command. */
export interface OwnArgv extends Argv {
  command: CommandName;
  /** Whether the command was named; if not, it is the default one. */
  named: boolean;
}

/** Throws a usage Failure on an unknown command or option, and on an option of another command. */
export function readArgv(args: readonly string[]): OwnArgv {
  const nul = args.find((word) => word.includes("\0"));
  if (nul !== undefined) throw usageFailure(`Cannot use ${shown(nul)}: it has a NUL character`, "Remove it");
  const { rest, stranger, words } = oneWordEach(args);
  const parsed = parseArgs(words, {
    string: ["_", ...namesOf("value", "list")],
    collect: namesOf("value", "list"),
    boolean: namesOf("flag", "switch"),
    negatable: namesOf("switch"),
    default: Object.fromEntries(namesOf("switch").map((name) => [name, true])),
  });
  const { command, given = [] } = readCommand([...parsed._.map(String), ...rest], parsed["help"] === true);
  if (stranger !== undefined) throw unknownOption(stranger, command ?? "run");
  const argv: OwnArgv = {
    command: command ?? "run",
    named: command !== undefined,
    argument: given[0],
    arguments: given,
    values: (name) => (parsed[name] as string[]).filter((value) => !isBlank(value)),
    blanks: OPTIONS.filter(({ kind, name }) =>
      (kind === "value" || kind === "list") && (parsed[name] as string[]).some(isBlank)
    ).map(({ name }) => name),
    flag: (name) => parsed[name] === true,
    given: (name) => words.includes(`--${name}`),
    option: (name) => optionNamed(command ?? "run", name),
  };
  checkOwner(words, argv.command);
  checkRepeats(words, argv);
  return argv;
}

/** The option as the command defines it; an option that the command lacks has its default. */
function optionNamed(command: CommandName, name: string): Option {
  const option = [...optionsOf(command), ...OPTIONS].find((each) => each.name === name);
  if (option === undefined) throw new Error(`no option --${name}`);
  return option;
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

function namesOf(...kinds: Option["kind"][]): string[] {
  return OPTIONS.filter((option) => kinds.includes(option.kind)).map((option) => option.name);
}

interface OneWordEach {
  words: string[];
  /** The words after `--`: no options. */
  rest: readonly string[];
  /** The first word that looks like an option and is none. */
  stranger?: string;
}

/**
 * Joins each option with its value, so that values such as `-1` are not taken for options, and no value can be missing. Unknown
 * options are left out: `parseArgs` would take `--_` for its own list, `--a.b` for a path, and split `-abc` into letters.
 */
function oneWordEach(args: readonly string[]): OneWordEach {
  const words: string[] = [];
  const strangers: string[] = [];
  const end = args.indexOf("--");
  const rest = end < 0 ? [] : args.slice(end + 1);
  for (let i = 0; i < (end < 0 ? args.length : end); i++) {
    const word = args[i] ?? "";
    const option = optionOf(word);
    const next = args[i + 1];
    if (option === undefined && word.startsWith("-") && word !== "-") {
      strangers.push(word);
      // The next word is most likely its value.
      if (!word.includes("=") && next?.startsWith("-") === false) i++;
    } else if (option === undefined) words.push(word);
    else if (option.kind === "flag" || option.kind === "switch") words.push(flagWord(word, option, next));
    else if (word.includes("=")) words.push(word);
    else {
      if (next === undefined || next.startsWith("--") || next === "-h") throw missingValue(option, next);
      words.push(`${word}=${next}`);
      i++;
    }
  }
  const [stranger] = strangers;
  return { words, rest, ...(stranger === undefined ? {} : { stranger }) };
}

/** The option that a word names, also with its value; undefined if it names none. */
export function optionOf(word: string): AnyOption | undefined {
  const [key = ""] = word.split("=", 1);
  return OPTIONS.find((option) =>
    key === `--${option.name}` || (option.short !== undefined && key === `-${option.short}`) ||
    (option.kind === "switch" && key === `--no-${option.name}`)
  );
}

function flagWord(word: string, option: Option, next: string | undefined): string {
  const [key = "", ...value] = word.split("=");
  // parseArgs would take a following `true` or `false` as its value.
  const given = value.length > 0 ? value.join("=") : next === "true" || next === "false" ? next : undefined;
  if (given === undefined) return key === `-${option.short}` ? `--${option.name}` : word;
  const remedy = option.kind === "switch"
    ? `Give --${option.name} or --no-${option.name}`
    : `Give ${key} without a value, or leave it out`;
  throw usageFailure(`${key} takes no value, and was given ${shown(given)}`, remedy);
}

function missingValue(option: Option, next: string | undefined): Failure {
  const follows = next === undefined ? "" : `: ${shown(next)} follows`;
  const example = option.fallback ?? option.placeholder ?? "";
  return usageFailure(
    `--${option.name} has no value${follows}, it must be ${option.wanted}`,
    next === undefined
      ? `Give one, such as --${option.name} ${shown(example)}`
      : `Give one; a value that starts with -- is written --${option.name}=VALUE`,
  );
}

interface Words {
  command?: CommandName;
  /** The words after it. */
  given?: string[];
}

function readCommand(words: readonly string[], help: boolean): Words {
  const [first, ...given] = words;
  if (first === undefined) return {};
  const command = COMMAND_NAMES.find((name) => name === first);
  if (command === undefined) throw unknownCommand(first);
  const { arguments: wanted } = commandNamed(command);
  const { least = 1, most = 1 } = wanted ?? { least: 0, most: 0 };
  const stranger = given[most];
  if (stranger !== undefined) {
    const what = most === 0
      ? `the command ${command}`
      : [command, ...given.slice(0, most).map((word) => cut(word, 60))].join(" ");
    throw usageFailure(`Cannot use ${shown(stranger)} after ${what}`, "Give one command, and options");
  }
  // As with options, an optional word may be empty.
  if (least === 0) return { command, given: given.filter((word) => !isBlank(word)) };
  if (wanted !== undefined && !help && (given.length < least || given.some(isBlank))) {
    throw usageFailure(
      `${command} names no ${wanted.placeholder}, it must be ${wanted.wanted}`,
      `Usage: vx11-stability ${command} ${wanted.placeholder} [OPTIONS]`,
    );
  }
  return { command, given };
}

function unknownCommand(word: string): Failure {
  const isModule = (MODULE_NAMES as readonly string[]).includes(word);
  const hint = isModule ? `To test the module: --modules ${word}. ` : "";
  return usageFailure(`Unknown command ${shown(word)}`, `${hint}${nameHint(word, COMMAND_NAMES, "Commands")}`);
}

function unknownOption(word: string, command: CommandName): Failure {
  const [key = ""] = word.split("=", 1);
  return usageFailure(`Unknown option ${shown(key)}`, nameHint(key, spellings(command), `Options of ${command}`));
}

/** Every way to write an option of the command. */
function spellings(command: CommandName): string[] {
  return optionsOf(command).flatMap(({ kind, name }) =>
    kind === "switch" ? [`--${name}`, `--no-${name}`] : [`--${name}`]
  );
}

function checkOwner(words: readonly string[], command: CommandName): void {
  for (const word of words) {
    const option = optionOf(word);
    if (option === undefined) continue;
    const { commands } = option;
    if (commands.includes(command)) continue;
    const [key = ""] = word.split("=", 1);
    throw usageFailure(
      `${key} is not an option of ${command}, only of ${listed(commands)}`,
      `Options of ${command}: ${spellings(command).join(", ")}`,
    );
  }
}

/** `run`, `run and plan`, `run, plan and demo`. */
function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" and ");
}

/** Refuses two values of one option: which of them was meant cannot be guessed. */
function checkRepeats(words: readonly string[], argv: Argv): void {
  for (const { kind, name } of OPTIONS) {
    const [first, second] = kind === "value" ? argv.values(name) : [];
    if (first !== undefined && second !== undefined) {
      throw usageFailure(`--${name} is given twice, ${shown(first)} and ${shown(second)}`, "Give it once");
    }
    if (kind === "switch" && words.includes(`--${name}`) && words.includes(`--no-${name}`)) {
      throw usageFailure(`--${name} and --no-${name} contradict each other`, "Give one of the two");
    }
  }
}
