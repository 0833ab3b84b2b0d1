/**
 * A command: its options, its exit codes, how it is read from the command line, and what it does. Each has a file in commands/
 * and a line in commands.ts; argv.ts, help.ts and the documents know no command by name.
 */

import type { Host } from "../host/host.ts";
import type { ExitName } from "../model/failure.ts";
import type { Tool } from "./version.ts";

/**
 * What a value is, for shells that complete it: one of these words; a path, where `file` stands for folders, too; the names
 * of modules or modes that the project at hand has.
 */
export type Values = readonly string[] | "file" | "folder" | "modules" | "modes";

export interface Option {
  /** Without the dashes. */
  name: string;
  /** One letter, without the dash. */
  short?: string;
  /** `value` may be given once, `list` many times; a `switch` is on unless `--no-<name>` is given. */
  kind: "value" | "list" | "flag" | "switch";
  help: string;
  /** The placeholder of the value in the help. */
  placeholder?: string;
  /** What the value must be: `--cycles is "x", it must be <wanted>`. */
  wanted?: string;
  /** What it may be, if that is known; `commas`: several of them, separated by commas. */
  values?: Values;
  commas?: true;
  /** The value that is parsed if none is given; undefined if leaving the option out means something else. */
  fallback?: string;
  /** The default as the help shows it, if that differs from `fallback`. */
  shownDefault?: string;
  /** The environment variable that does the same. */
  env?: string;
}

/** The words that a command needs besides options; one unless it says otherwise. */
export interface Arguments {
  placeholder: string;
  wanted: string;
  values?: Values;
  least?: number;
  most?: number;
}

/** The meaning of each exit code in the command's own words; the command does not end with absent ones. */
export type Exits = Partial<Record<ExitName, string>>;

/** A command line that was read: its words by option. */
export interface Argv {
  /** The words that the command works on, if it needs any: the first one, and all. */
  argument: string | undefined;
  arguments: readonly string[];
  /** Every value given to an option, in order. A value of only white space, as from an unset variable, does not count. */
  values(name: string): readonly string[];
  /** Options that were given with such a blank value. */
  blanks: readonly string[];
  flag(name: string): boolean;
  /** Whether a switch was turned on explicitly, not by its default. */
  given(name: string): boolean;
  /** The option as the command defines it. */
  option(name: string): Option;
}

/** Reads a command line that is not this program's own, such as that of a run to be resumed. */
export type Parse = (host: Host) => Promise<Parsed>;

/** What was read: `kind` is the command's name, or `help`. */
export interface Parsed {
  kind: string;
}

/** An answer that only has to be printed. */
export interface Help extends Parsed {
  kind: "help";
  text: string;
}

export interface Command<Own extends Parsed> {
  summary: string;
  arguments?: Arguments;
  /** In the order of the help. */
  options: readonly Option[];
  exits: Exits;
  /** Command lines, and what each is for. */
  examples: readonly (readonly [string, string])[];
  /** Touches nothing. Usage Failure on any mistake. */
  parse(argv: Argv, host: Host): Own | Help | Promise<Own | Help>;
  /** Resolves to the exit code. Loads the code that only this command needs, so that `--help` starts fast. */
  execute(host: Host, own: Own, around: { tool: Tool; parse: Parse }): Promise<number>;
  /** Whether it does nothing but print. */
  isPrinter?(own: Own): boolean;
  /** Whether its stdout is read by people, not by a program that an extra line would confuse. */
  isForPeople?(own: Own): boolean;
}
