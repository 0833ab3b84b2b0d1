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
import { commandSchema, envSchema, mappingSchema, nameSchema, plainTextSchema } from "../../values/value_schema.ts";
import type { RunnerKind } from "../runner.ts";
import { type CommandSpec, KEY } from "./spec.ts";

/** The place of a command that runs in no service. */
const HOST = "host";
const MOST_SECONDS = 86_400;
/** NAME[:TAG|@digest], as far as it matters here: it is no option, and has neither spaces nor controls. The engine knows the rest. */
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}$/;
/** Each key with what it may be. */
const KEYS = {
  name: { ...nameSchema, description: "Its name in reports." },
  run: commandSchema,
  in: { ...orNull(nameSchema), description: "Where it runs: host, or a service, in whose container it runs." },
  image: {
    type: ["string", "null"],
    pattern: IMAGE.source,
    description:
      "Instead of `in`: the image of a container that is made for it, with the project in it. On Compose only.",
  },
  cwd: {
    type: ["string", "null"],
    minLength: 1,
    pattern: plainTextSchema.pattern,
    description: "A folder: in the project and relative to it, or in the service's container.",
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
    pattern: plainTextSchema.pattern,
    description: "The report in JUnit's XML that it writes, relative to cwd.",
  },
};
const REQUIRED = ["name", "run"];
const RELATIVE = { pattern: "^(?!/)" };
/** On the host, paths must not lead out of the project. */
const IN_PROJECT = {
  if: { not: { required: ["in"], properties: { in: { type: "string", not: { const: HOST } } } } },
  then: { properties: { cwd: RELATIVE, junit: RELATIVE } },
};

/** A command has one place. */
const ONE_PLACE = {
  not: { required: ["in", "image"], properties: { in: { type: "string" }, image: { type: "string" } } },
};

export const COMMANDS = {
  key: KEY,
  schema: {
    type: "array",
    items: { ...mappingSchema(KEYS, REQUIRED), allOf: [IN_PROJECT, ONE_PLACE] },
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
  refuseTwoPlaces(at, keys);
  const service = read<string | null>("in", null, readPlace);
  const image = read<string | null>("image", null, readImage);
  const path = service === null ? readInside : readThere;
  const cwd = read("cwd", ".", (value) => path(value, ".", "folder"));
  return {
    name: readText(keyOf(keys, "name"), NAME_RULE, isName),
    run: readCommand(keyOf(keys, "run"), "[npm, test]"),
    ...(service === null ? {} : { service }),
    ...(image === null ? {} : { image }),
    cwd,
    env: read("env", {}, readEnv),
    timeoutSec: read<number | null>("timeout", null, readTimeout),
    junit: read<string | null>("junit", null, (value) => path(value, cwd, "file")),
  };
}

/** null: this host. Which services there are is known later. */
function readPlace(at: ConfigValue): string | null {
  const service = readText(at, "host or the name of a service", isName);
  return service === HOST ? null : service;
}

function refuseTwoPlaces(at: ConfigValue, keys: ReadonlyMap<string, ConfigValue>): void {
  const [place, image] = ["in", "image"].map((key) => keys.get(key)?.value ?? null);
  if (place === null || image === null) return;
  throw usageFailure(
    `${placeOf(at)} has both in and image`,
    "Leave out `in`: with `image`, it runs in a container of that image. Or leave out `image`",
  );
}

function readImage(at: ConfigValue): string {
  return readText(at, "the name of an image, such as node:22 or ghcr.io/a/b@sha256:…", (text) => IMAGE.test(text));
}

function readTimeout(at: ConfigValue): number {
  const { value } = at;
  if (typeof value === "number" && value > 0 && value <= MOST_SECONDS) return value;
  throw wrongValue(at, `a number of seconds over 0 and up to ${MOST_SECONDS}`);
}

type What = "folder" | "file";

/** The path relative to the project dir. Links in it are followed, wherever they lead. */
function readInside(at: ConfigValue, from: string, what: What): string {
  const wanted = `the path of a ${what} in the project, relative to ${what === "folder" ? "it" : "cwd"}`;
  const isInside = (text: string) => isPath(text) && !isAbsolute(text) && !/^\.\.(\/|$)/.test(joined(from, text));
  return joined(from, readText(at, wanted, isInside));
}

/** A path as the service sees it. */
function readThere(at: ConfigValue, from: string, what: What): string {
  const text = readText(at, `the path of a ${what} in the service's container`, isPath);
  return isAbsolute(text) ? joined("/", text) : joined(from, text);
}

function isPath(text: string): boolean {
  return text !== "" && !hasControl(text);
}

function joined(from: string, text: string): string {
  return join(from, text).replace(/(?<=.)\/$/, "");
}
