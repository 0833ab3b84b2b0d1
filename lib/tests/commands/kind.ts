/** Commands of the project, as a kind of runner: an argument list each, with an exit code and perhaps a report in JUnit's XML. */

import { isAbsolute, join } from "@std/path";
import { usageFailure } from "../../model/failure.ts";
import { hasControl } from "../../text/control.ts";
import { shown } from "../../text/shown.ts";
import { readCommand, readEnv } from "../../values/command.ts";
import { orNull } from "../../values/json_schema.ts";
import { isName, NAME_RULE } from "../../values/name.ts";
import {
  type ConfigValue,
  keyOf,
  placeOf,
  readList,
  readMapping,
  readText,
  requireKeys,
  wrongValue,
} from "../../values/value.ts";
import { commandSchema, envSchema, mappingSchema, nameSchema } from "../../values/value_schema.ts";
import type { RunnerKind } from "../runner.ts";
import { type CommandSpec, KEY } from "./spec.ts";

const MOST_SECONDS = 86_400;
/** Each key with what it may be. */
const KEYS = {
  name: { ...nameSchema, description: "Its name in reports." },
  run: commandSchema,
  in: { enum: ["host", null], description: "Where it runs." },
  cwd: {
    type: ["string", "null"],
    minLength: 1,
    pattern: "^(?!/)[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    description: "A folder in the project, relative to it.",
  },
  env: orNull(envSchema),
  timeout: {
    type: ["number", "null"],
    exclusiveMinimum: 0,
    maximum: MOST_SECONDS,
    description: "Its limit, in seconds.",
  },
  junit: {
    type: ["string", "null"],
    minLength: 1,
    pattern: "^(?!/)[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    description: "The report in JUnit's XML that it writes, relative to cwd.",
  },
};
const REQUIRED = ["name", "run"];

export const COMMANDS = {
  key: KEY,
  schema: {
    type: "array",
    items: mappingSchema(KEYS, REQUIRED),
    description: "Commands of the project that count as tests.",
  },
  read: readCommands,
  load: async () => (await import("./runner.ts")).RUNNER,
} satisfies RunnerKind;

function readCommands(at: ConfigValue): CommandSpec[] {
  const names = new Set<string>();
  return readList(at, "commands").map((item) => {
    const command = readOne(item);
    if (names.has(command.name)) {
      throw usageFailure(
        `${placeOf(item)}.name is ${shown(command.name)}, which another command of the module has`,
        "Give each command a name of its own",
      );
    }
    names.add(command.name);
    return command;
  });
}

function readOne(at: ConfigValue): CommandSpec {
  const keys = readMapping(at, Object.keys(KEYS));
  requireKeys(at, keys, REQUIRED);
  const read = <T>(key: string, fallback: T, reader: (value: ConfigValue) => T): T => {
    const value = keys.get(key);
    return value === undefined || value.value === null ? fallback : reader(value);
  };
  read("in", "host", readPlace);
  const cwd = read(
    "cwd",
    ".",
    (value) => readInside(value, ".", "the path of a folder in the project, relative to it"),
  );
  return {
    name: readText(keyOf(keys, "name"), NAME_RULE, isName),
    run: readCommand(keyOf(keys, "run"), "[npm, test]"),
    cwd,
    env: read("env", {}, readEnv),
    timeoutSec: read<number | null>("timeout", null, readTimeout),
    junit: read<string | null>(
      "junit",
      null,
      (value) => readInside(value, cwd, "the path of a file in the project, relative to cwd"),
    ),
  };
}

function readPlace(at: ConfigValue): string {
  if (at.value === "host") return at.value;
  const next = "Leave it out. For a command in a container, begin `run` with docker, compose, exec, -T and the service";
  throw wrongValue(at, "host, the only place so far", next);
}

function readTimeout(at: ConfigValue): number {
  const { value } = at;
  if (typeof value === "number" && value > 0 && value <= MOST_SECONDS) return value;
  throw wrongValue(at, `a number of seconds over 0 and up to ${MOST_SECONDS}`);
}

/** The path relative to the project dir. Links in it are followed, wherever they lead. */
function readInside(at: ConfigValue, from: string, wanted: string): string {
  const path = (text: string) => join(from, text).replace(/(?<=.)\/$/, "");
  const isInside = (text: string) =>
    text !== "" && !hasControl(text) && !isAbsolute(text) && !/^\.\.(\/|$)/.test(path(text));
  return path(readText(at, wanted, isInside));
}
