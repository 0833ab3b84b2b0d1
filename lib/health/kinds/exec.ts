/** A command that ends with 0: in the container, or on the host for a process. No shell reads it. */

import { lastLine } from "../../engine/executed.ts";
import type { HealthCheck } from "../../model/module.ts";
import { quote } from "../../text/shell_word.ts";
import { exitText } from "../../text/units.ts";
import { readCommand } from "../../values/command.ts";
import { keyOf } from "../../values/value.ts";
import { commandSchema } from "../../values/value_schema.ts";
import type { CheckKind } from "../kind.ts";

export interface ExecCheck extends HealthCheck {
  command: readonly string[];
}

/** It costs the engine as much as the service: it is not run more often. */
const PAUSE_MS = 1000;
/** A script as an argument would fill a sentence. */
const LONGEST = 100;

export const EXEC: CheckKind<ExecCheck> = {
  // Its time includes what the engine needs to start and end it.
  watched: "answers",
  pauseMs: PAUSE_MS,
  keys: { command: commandSchema },
  required: [["command"]],
  read: (keys) => ({ command: readCommand(keyOf(keys, "command"), "[pg_isready, -U, app]") }),
  text: ({ command }) => `\`${lineOf(command)}\``,
  locate({ engine }, look, { command }) {
    const line = lineOf(command);
    const short = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
    return Promise.resolve({
      what: `\`${short}\` ${engine.execPlace}`,
      url: null,
      way: null,
      source: "config file",
      baseUrl: null,
      async ask(signal, limitMs) {
        const { code, lateMs, output } = await engine.exec(look, command, { limitMs, signal });
        const said = lastLine(output);
        const error = code === 0 ? null : said === "" ? exitText(code) : `${exitText(code)}: ${said}`;
        return { status: null, error, ...(lateMs === undefined ? {} : { lateMs }) };
      },
    });
  },
};

/** As it would be typed. */
function lineOf(command: readonly string[]): string {
  return command.map(quote).join(" ");
}
