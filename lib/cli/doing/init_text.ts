/** A draft as a config file with comments. Pure. */

import { wrap } from "../../text/layout.ts";
import { shown } from "../../text/shown.ts";
import { SCHEMA_LINE } from "./init_schema.ts";
import type { Draft, DraftModule } from "./init_draft.ts";

export function draftText(project: string, { core, known, leftOut, modules }: Draft): string {
  const lines = [
    SCHEMA_LINE,
    ...comment(
      0,
      `Settings of vx11-stability for the Compose project ${
        shown(project)
      }, drafted by \`vx11-stability init\`. A run ` +
        "starts, watches, tests and stops each module by itself, between the core and the modules that it needs. Correct " +
        "what you know better. `vx11-stability plan` shows what a run would do.",
    ),
    `extends: ${known.length === 0 ? "none" : "vx11"}`,
    "",
    ...(known.length === 0 ? coreLines(core) : comment(0, KNOWN)),
    "modules:",
    ...known.flatMap(({ dependsOn, name, services }) => entryLines(name, services, dependsOn)),
    ...modules.flatMap((module) =>
      moduleLines(module, { isCore: core.includes(module.name), isAdded: known.length > 0 })
    ),
    ...(leftOut.length === 0 ? [] : ["", "# Left out:"]),
    ...leftOut.map(({ service, why }) => `# - ${shown(service)}: ${why}.`),
  ];
  return `${lines.join("\n")}\n`;
}

const KNOWN =
  "The project has the services of VX11's core. What its modules need is below, as the built-in map has it; their " +
  "checks and tests, and the core itself, are that map's, too.";

function coreLines(core: readonly string[]): string[] {
  if (core.length === 0) return [];
  return [
    ...comment(
      0,
      "Kept up around all others, and only tested if named: several modules need it, it needs none, and it is not built here.",
    ),
    `core: ${list(core)}`,
    "",
  ];
}

function moduleLines(
  { check: { check, from }, dependsOn, name, profiles, tests }: DraftModule,
  { isAdded, isCore }: { isAdded: boolean; isCore: boolean },
): string[] {
  const keys = Object.entries({ service: name, ...check }).map(([key, value]) => `${key}: ${valueText(value)}`);
  const untested = "No test file has its name: without `tests` or `commands` its verdict is WARN, no_tests.";
  return [
    ...(profiles.length === 0 ? [] : comment(
      2,
      `Only on with the profile ${
        profiles.join(" or ")
      }, and a run starts it all the same: remove it if that is not wanted.`,
    )),
    ...entryLines(name, [name], dependsOn, isAdded),
    ...comment(4, from),
    ...(check === null ? [] : [`    health: [{ ${keys.join(", ")} }]`]),
    ...(tests.length > 0 ? [`    tests: ${list(tests)}`] : isCore ? [] : comment(4, untested)),
  ];
}

/** `isAdded`: to another map, whose core a module needs unless it says otherwise. */
function entryLines(
  name: string,
  services: readonly string[],
  dependsOn: readonly string[],
  isAdded = false,
): string[] {
  return [
    `  ${scalar(name)}:`,
    `    services: ${list(services)}`,
    ...(dependsOn.length === 0 && !isAdded ? [] : [`    depends_on: ${list(dependsOn)}`]),
  ];
}

function comment(indent: number, text: string): string[] {
  const mark = `${" ".repeat(indent)}# `;
  return wrap(text, mark.length).map((line) => mark + line.trimStart());
}

function valueText(value: string | number | readonly string[]): string {
  return typeof value === "object" ? list(value) : scalar(value);
}

function list(values: readonly string[]): string {
  return `[${values.map(scalar).join(", ")}]`;
}

/** Words that some YAML readers take for something other than a text. */
const OTHER = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A text in JSON is one in YAML, too. */
function scalar(value: string | number): string {
  if (typeof value === "number") return String(value);
  return /^[A-Za-z_/][\w./-]*$/.test(value) && !OTHER.test(value) ? value : JSON.stringify(value);
}
