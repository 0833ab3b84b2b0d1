/** `man`: the manual page, from the same commands as the help. Pure. */

import { OWN_FILES } from "../config_text.ts";
import { COMMAND_NAMES, type CommandName, commandNamed, OPTIONS, optionsOf } from "../commands.ts";
import type { Option } from "../command.ts";
import { description, exitRows, PROGRAM, PURPOSE, spelling, usage } from "../help.ts";
import { AUDIT_ROOT } from "../../audit/audit_dir.ts";
import { roff, roffArgument, roffLines } from "../../text/roff.ts";
import type { Tool } from "../version.ts";

export function manPage({ name, version }: Tool): string {
  const lines = [
    // Without a date: the same program prints the same page.
    `.TH ${roffArgument(name.toUpperCase())} 1 "" ${roffArgument(`${name} ${version}`)} "User Commands"`,
    // No hyphens are put into words, and no spaces into lines to fill them: names and commands are to be copied.
    ...[".nh", ".ad l"],
    ".SH NAME",
    `${roff(name)} \\- test whether modules of a Compose project are stable`,
    ".SH SYNOPSIS",
    `\\fB${roff(PROGRAM)}\\fR [\\fICOMMAND\\fR] [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]`,
    ".SH DESCRIPTION",
    ...roffLines(PURPOSE),
    ".SH COMMANDS",
    ...COMMAND_NAMES.flatMap(commandLines),
    ".SH EXIT STATUS",
    "Each command says above what its exit codes mean. In general:",
    ...exitRows(undefined).flatMap(([code, meaning]) => term(`\\fB${code}\\fR`, meaning)),
    ".SH ENVIRONMENT",
    ...OPTIONS.flatMap(environmentLines),
    ".SH FILES",
    ...term(`\\fI${OWN_FILES.map(roff).join("\\fR, \\fI")}\\fR`, "the config file of the project in this folder"),
    ...term(`\\fI${roff(AUDIT_ROOT)}/\\fR`, "a folder for each run, with its evidence and reports"),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(name: CommandName): string[] {
  const { arguments: wanted, examples, summary } = commandNamed(name);
  return [
    `.SS ${roffArgument(name)}`,
    ...roffLines(`${summary}.`),
    ".PP",
    ...usage(name).map((line) => `\\fB${roff(line)}\\fR`),
    ...(wanted === undefined ? [] : term(`\\fI${roff(wanted.placeholder)}\\fR`, wanted.wanted)),
    ...optionsOf(name).flatMap((option) => term(optionTerm(option), description(option))),
    ".PP",
    "Exit codes:",
    ...exitRows(name).flatMap(([code, meaning]) => term(`\\fB${code}\\fR`, meaning)),
    ".PP",
    examples.length > 1 ? "Examples:" : "Example:",
    ...examples.flatMap(([line, what]) => term(`\\fB${roff(line)}\\fR`, what)),
  ];
}

function optionTerm(option: Option): string {
  const [words = ""] = spelling(option).split(` ${option.placeholder}`);
  return `\\fB${roff(words)}\\fR${option.placeholder === undefined ? "" : ` \\fI${roff(option.placeholder)}\\fR`}`;
}

/** A term, and beside it its text. */
function term(words: string, text: string): string[] {
  return [".TP", words, ...roffLines(text)];
}

function environmentLines({ commands, env, name }: (typeof OPTIONS)[number]): string[] {
  if (env === undefined) return [];
  const where = commands.length === COMMAND_NAMES.length ? "" : ` of ${commands.join(", ")}`;
  return term(`\\fB${roff(env)}\\fR`, `as --${name}${where}`);
}
