/** A line of the container's output, since its current start, that matches a regular expression. */

import { messageOf } from "../../model/failure.ts";
import type { HealthCheck } from "../../model/module.ts";
import { type ConfigValue, keyOf, readText, wrongValue } from "../../values/value.ts";
import type { CheckKind } from "../kind.ts";
import { LogSearch } from "../log_search.ts";

export interface LogCheck extends HealthCheck {
  /** A regular expression. */
  line: string;
}

/** After what follows the output has ended by itself. */
const PAUSE_MS = 500;

export const LOG: CheckKind<LogCheck> = {
  // Of one start, what was printed stays printed.
  watched: "events",
  pauseMs: PAUSE_MS,
  keys: { line: { type: "string", minLength: 1, format: "regex", description: "A regular expression." } },
  required: [["line"]],
  read: (keys) => ({ line: readPattern(keyOf(keys, "line")) }),
  text: ({ line }) => `log line ${new RegExp(line)}`,
  locate(tools, look, { line, service }) {
    // What it printed at its last start does not count for the next one.
    if (look.state.status === "restarting") {
      return Promise.resolve({ why: `service "${service}" is restarting: see in its log why it ends` });
    }
    const pattern = new RegExp(line);
    const search = new LogSearch(tools, look, pattern);
    return Promise.resolve({
      what: `a log line that matches ${pattern}`,
      url: null,
      way: null,
      source: "config file",
      baseUrl: null,
      ask: (signal) => search.ask(signal),
      close: () => search.close(),
    });
  },
};

function readPattern(at: ConfigValue): string {
  const text = readText(at, "a regular expression", (text) => text !== "");
  try {
    new RegExp(text);
    return text;
  } catch (error) {
    throw wrongValue(at, "a regular expression", `Correct it: ${messageOf(error).split(": ").at(-1)?.toLowerCase()}`);
  }
}
