/** The help text, generated from the tables of commands, options and exit codes. Pure; no line is over 80 columns. */

import { EXIT_CODES, type ExitName } from "../model/failure.ts";
import { EXITS } from "./shared_exits.ts";
import { ARGUMENTS, COMMAND_NAMES, type CommandName, COMMANDS, type Option, optionsOf } from "./shared_options.ts";

const WIDTH = 80;
const PROGRAM = "vx11-stability";
const PURPOSE = "Is module X of VX11 stable on this host? Starts it with Docker Compose, watches and tests it, " +
  "stops it, and gives a verdict with the evidence.";

const EXAMPLES: Record<CommandName, readonly (readonly [string, string])[]> = {
  run: [
    [`${PROGRAM}`, "all modules, once"],
    [`${PROGRAM} --modules switch,hermes`, "two modules"],
    [`${PROGRAM} --cycles 5 --strict`, "five times, and WARN fails"],
  ],
  plan: [
    [`${PROGRAM} plan --modules hormiguero,switch`, "which modules, in which order"],
    [`${PROGRAM} plan --from docs/audit/RUN`, "how long, by an earlier run"],
  ],
  demo: [
    [`${PROGRAM} demo`, "nine modules that are well"],
    [`${PROGRAM} demo --fault oom:switch`, "one that is not"],
    [`${PROGRAM} demo --list-faults`, "what else can be planted"],
  ],
  resume: [[`${PROGRAM} resume docs/audit/RUN`, "after it was killed"]],
  judge: [[`${PROGRAM} judge docs/audit/RUN --config other.yaml`, "by other rules"]],
  report: [[`${PROGRAM} report docs/audit/RUN --format junit`, "print junit.xml"]],
  compare: [[`${PROGRAM} compare docs/audit/OLD docs/audit/NEW`, "what got worse"]],
  history: [[`${PROGRAM} history`, "the runs in docs/audit"]],
  selftest: [[`${PROGRAM} selftest --engine process --only memory`, "one family"]],
  review: [
    [`${PROGRAM} review docs/audit/RUN --dry-run`, "what would be sent"],
    [`${PROGRAM} review docs/audit/RUN`, "asks, and keeps the answer"],
  ],
  clean: [[`${PROGRAM} clean --project-dir /srv/vx11`, "after a run was killed"]],
};

/** The help of one command, or of the program where none is named. Ends with a line break. */
export function helpText(command?: CommandName): string {
  const shown = command ?? "run";
  const commands = Object.keys(COMMANDS) as CommandName[];
  const sections = [
    wrap(command === undefined ? PURPOSE : COMMANDS[command], 0),
    ["USAGE", ...usage(command)],
    ...(command === undefined ? [["COMMANDS", ...columns(commands.map((name) => [name, COMMANDS[name]]))]] : []),
    ["OPTIONS", ...columns(optionsOf(shown).map((option) => [spelling(option), description(option)]))],
    ["EXIT CODES", ...columns(exitRows(command))],
    ["EXAMPLES", ...columns((command === undefined ? commands : [shown]).flatMap((name) => EXAMPLES[name]))],
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function exitRows(command: CommandName | undefined): [string, string][] {
  return (Object.keys(EXIT_CODES) as ExitName[]).flatMap((name) => {
    const { code, meaning } = EXIT_CODES[name];
    const said = command === undefined ? meaning : EXITS[command][name];
    return said === undefined ? [] : [[String(code), said]];
  });
}

function usage(command: CommandName | undefined): string[] {
  return (command === undefined ? COMMAND_NAMES : [command]).map((name) => {
    const argument = ARGUMENTS[name] === undefined ? "" : ` ${ARGUMENTS[name].placeholder}`;
    return `  ${PROGRAM} ${name === "run" && command === undefined ? "[run]" : name}${argument} [OPTIONS]`;
  });
}

function spelling({ kind, name, placeholder, short }: Option): string {
  const long = kind === "switch" ? `--[no-]${name}` : `--${name}`;
  const lead = short === undefined ? "" : `-${short}, `;
  return placeholder === undefined ? `${lead}${long}` : `${lead}${long} ${placeholder}`;
}

function description({ help, fallback, shownDefault, env }: Option): string {
  const value = shownDefault ?? fallback;
  const notes = [...(value === undefined ? [] : [`default: ${value}`]), ...(env === undefined ? [] : [`env: ${env}`])];
  return notes.length === 0 ? help : `${help} (${notes.join("; ")})`;
}

/** Two columns: terms, and beside them their texts, wrapped. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([term]) => term.length)) + 4;
  return rows.flatMap(([term, text]) => {
    const [first = "", ...more] = wrap(text, left);
    return [`  ${term}`.padEnd(left) + first.trimStart(), ...more];
  });
}

/** The text in lines of at most WIDTH columns, each indented. */
export function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each);
}
