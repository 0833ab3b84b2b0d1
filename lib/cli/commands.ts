/** The commands: a line here is all that a further one needs beside its own file. In the order of the help. */

import type { Command as Spec, Option } from "./command.ts";
import { clean } from "./commands/clean.ts";
import { compare } from "./commands/compare.ts";
import { completions } from "./commands/completions.ts";
import { demo } from "./commands/demo.ts";
import { doctor } from "./commands/doctor.ts";
import { history } from "./commands/history.ts";
import { init } from "./commands/init.ts";
import { judge } from "./commands/judge.ts";
import { man } from "./commands/man.ts";
import { plan } from "./commands/plan.ts";
import { report } from "./commands/report.ts";
import { resume } from "./commands/resume.ts";
import { review } from "./commands/review.ts";
import { run } from "./commands/run.ts";
import { schema } from "./commands/schema.ts";
import { selftest } from "./commands/selftest.ts";

export const COMMANDS = {
  ...{ run, plan, init, doctor, demo, resume, clean, judge, report, compare, history, selftest, review },
  ...{ completions, man, schema },
};

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

type OwnOf<Each> = Each extends Spec<infer Own> ? Own : never;

/** What was read of a command line: of which command, and what it is to do. */
export type Command = OwnOf<(typeof COMMANDS)[CommandName]> | { kind: "help"; text: string } | { kind: "version" };

/** A command as those see it who know no command by name. */
export function commandNamed(name: CommandName): Spec<Command> {
  return COMMANDS[name] as Spec<Command>;
}

/** The options of a command, in the order of its help. */
export function optionsOf(command: CommandName): readonly Option[] {
  return COMMANDS[command].options;
}

export interface AnyOption extends Option {
  /** Those that have it. */
  commands: readonly CommandName[];
}

/** Every option once, as the first command has it: on the command line, options are told apart before the command is known. */
export const OPTIONS: readonly AnyOption[] = [
  ...Map.groupBy(
    COMMAND_NAMES.flatMap((command) => optionsOf(command).map((option) => ({ command, option }))),
    ({ option }) => option.name,
  ).values(),
].flatMap((having) => {
  const [first] = having;
  return first === undefined ? [] : [{ ...first.option, commands: having.map(({ command }) => command) }];
});
