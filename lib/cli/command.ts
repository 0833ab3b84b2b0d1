/**
 * What a command is: what it takes, what it ends with, how it is read from the command line, and what it does. Each is a file in
 * commands/, and a line in commands.ts; argv.ts, help.ts and the documents know no command by name.
 */

import type { Host } from "../host/host.ts";
import type { ExitName } from "../model/failure.ts";
import type { Tool } from "./version.ts";

export interface Option {
  /** Without the dashes. */
  name: string;
  /** One letter, without the dash. */
  short?: string;
  /** `value` may be given once, `list` many times; a `switch` is on unless `--no-<name>` is given. */
  kind: "value" | "list" | "flag" | "switch";
  help: string;
  /** What stands for the value in the help. */
  placeholder?: string;
  /** What the value must be: `--cycles is "x", it must be <wanted>`. */
  wanted?: string;
  /** The value that is parsed where none is given; undefined where leaving it out means something else. */
  fallback?: string;
  /** The default as the help shows it, where that is not `fallback`. */
  shownDefault?: string;
  /** The environment variable that does the same. */
  env?: string;
}

/** What a command needs besides options; one word unless it says otherwise. */
export interface Arguments {
  placeholder: string;
  wanted: string;
  least?: number;
  most?: number;
}

/** In the command's own words; what is not there, it does not end with. */
export type Exits = Partial<Record<ExitName, string>>;

/** A command line that was read: the words, by option. */
export interface Argv {
  /** What the command works on, where it needs that: the first of these words, and all. */
  argument: string | undefined;
  arguments: readonly string[];
  /** Every value given to an option, in order. One of nothing but white space, as an unset variable gives it, is none. */
  values(name: string): readonly string[];
  /** Options that were given without a value in that way. */
  blanks: readonly string[];
  flag(name: string): boolean;
  /** Whether a switch was turned on by name, and not by its default. */
  given(name: string): boolean;
  /** The option as the command has it. */
  option(name: string): Option;
}

/** Reads a command line that is not this program's own, such as that of a run to be resumed. */
export type Parse = (host: Host) => Promise<Parsed>;

/** What was read: `kind` is the command's name, or `help`. */
export interface Parsed {
  kind: string;
}

/** An answer that needs nothing but to be printed. */
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
  /** What is typed, and what for. */
  examples: readonly (readonly [string, string])[];
  /** Touches nothing. Usage Failure on any mistake. */
  parse(argv: Argv, host: Host): Own | Help | Promise<Own | Help>;
  /** Resolves to the exit code. What only this needs is loaded here: `--help` is to start at once. */
  execute(host: Host, own: Own, around: { tool: Tool; parse: Parse }): Promise<number>;
  /** Whether what it prints is all that it is for. */
  isPrinter?: boolean;
  /** Whether its stdout is read by people, and not by a program that one more line would confuse. */
  isForPeople?(own: Own): boolean;
}
