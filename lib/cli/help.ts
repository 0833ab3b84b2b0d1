/** The help text, generated from the commands. Pure; no line is over 80 columns. */

import { EXIT_CODES, type ExitName } from "../model/failure.ts";
import { columns, wrap } from "../text/layout.ts";
import type { Option } from "./command.ts";
import { COMMAND_NAMES, type CommandName, commandNamed, optionsOf } from "./commands.ts";

export const PROGRAM = "vx11-stability";
export const PURPOSE = "Is module X stable on this host? Starts it with Docker Compose, watches and tests it, " +
  "stops it, and gives a verdict with the evidence.";

/** The help of one command, or of the program where none is named. Ends with a line break. */
export function helpText(command?: CommandName): string {
  const shown = command ?? "run";
  const sections = [
    wrap(command === undefined ? PURPOSE : commandNamed(command).summary, 0),
    ["USAGE", ...usage(command).map((line) => `  ${line}`)],
    ...(command === undefined
      ? [["COMMANDS", ...columns(COMMAND_NAMES.map((name) => [name, commandNamed(name).summary]))]]
      : []),
    ["OPTIONS", ...columns(optionsOf(shown).map((option) => [spelling(option), description(option)]))],
    ["EXIT CODES", ...columns(exitRows(command))],
    [
      "EXAMPLES",
      ...columns((command === undefined ? COMMAND_NAMES : [shown]).flatMap((name) => commandNamed(name).examples)),
    ],
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** Each exit code with its meaning, of a command or of all. */
export function exitRows(command: CommandName | undefined): [string, string][] {
  return (Object.keys(EXIT_CODES) as ExitName[]).flatMap((name) => {
    const { code, meaning } = EXIT_CODES[name];
    const said = command === undefined ? meaning : commandNamed(command).exits[name];
    return said === undefined ? [] : [[String(code), said]];
  });
}

/** How each command line is put together. */
export function usage(command: CommandName | undefined): string[] {
  return (command === undefined ? COMMAND_NAMES : [command]).map((name) => {
    const { arguments: wanted } = commandNamed(name);
    const argument = wanted === undefined ? "" : ` ${wanted.placeholder}`;
    return `${PROGRAM} ${name === "run" && command === undefined ? "[run]" : name}${argument} [OPTIONS]`;
  });
}

/** `-h, --help`, `--cycles N`, `--[no-]keep-core`. */
export function spelling({ kind, name, placeholder, short }: Option): string {
  const long = kind === "switch" ? `--[no-]${name}` : `--${name}`;
  const lead = short === undefined ? "" : `-${short}, `;
  return placeholder === undefined ? `${lead}${long}` : `${lead}${long} ${placeholder}`;
}

/** The help of an option, with its default and its variable. */
export function description({ help, fallback, shownDefault, env }: Option): string {
  const value = shownDefault ?? fallback;
  const notes = [...(value === undefined ? [] : [`default: ${value}`]), ...(env === undefined ? [] : [`env: ${env}`])];
  return notes.length === 0 ? help : `${help} (${notes.join("; ")})`;
}
