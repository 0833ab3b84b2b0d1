/** Commands of the project, as a kind of runner: an argument list each, with an exit code and perhaps a report in JUnit's XML. */

import { isAbsolute, join } from "@std/path";
import { usageFailure } from "../../model/failure.ts";
import { hasControl } from "../../text/control.ts";
import { shown } from "../../text/shown.ts";
import { readCommand, readEnv } from "../../values/command.ts";
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
import type { RunnerKind } from "../runner.ts";
import { type CommandSpec, KEY } from "./spec.ts";

export const COMMANDS = {
  key: KEY,
  read: readCommands,
  load: async () => (await import("./runner.ts")).RUNNER,
} satisfies RunnerKind;

const KEYS = ["name", "run", "in", "cwd", "env", "timeout", "junit"];
const MOST_SECONDS = 86_400;

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
  const keys = readMapping(at, KEYS);
  requireKeys(at, keys, ["name", "run"]);
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
