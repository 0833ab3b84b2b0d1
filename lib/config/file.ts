/**
 * Turns a config file (YAML) into Settings: thresholds, rule levels, source of metrics, module map, engine, its docker context, what has a pytest of its own,
 * services.
 * Keys that it does not name keep their defaults; a mistake is refused with the path of its key, never repaired.
 * config/example.yaml shows all keys.
 */

import { parse } from "@std/yaml";
import { CONTEXT_RULE, isContextName } from "../engine/context_name.ts";
import { DEFAULT_ENGINE, ENGINE_NAMES } from "../engine/registry.ts";
import { builtinCore, builtinModules } from "../modules.ts";
import { NO_CORE, readCore } from "./core.ts";
import { type Failure, messageOf, usageFailure } from "../model/failure.ts";
import {
  DEFAULT_TESTS_PER,
  defaultRules,
  defaultThresholds,
  LEVELS,
  METRICS_SOURCES,
  type ReasonCode,
  type RuleLevels,
  RULES,
  type Settings,
  TESTS_PER,
  type ThresholdName,
  THRESHOLDS,
  type Thresholds,
} from "../model/settings.ts";
import { readModules } from "./modules.ts";
import { BASES, SECTIONS, thresholdRange } from "./schema.ts";
import { readServices } from "./services.ts";
import { checkTestPlaces } from "./test_places.ts";
import { type ConfigValue, readChoice, readMapping, readNumber, readText } from "../values/value.ts";
import { shown } from "../text/shown.ts";

const KEYS = Object.keys(SECTIONS);

export function defaultSettings(): Settings {
  return {
    thresholds: defaultThresholds(),
    rules: defaultRules(),
    metricsSource: "auto",
    modules: builtinModules(),
    core: builtinCore(),
    engine: DEFAULT_ENGINE,
    testsPer: DEFAULT_TESTS_PER,
    services: new Map(),
  };
}

/**
 * The settings of the text on top of `settings`; `file` is its name in messages. Usage Failure on any mistake in it.
 */
export function parseConfig(text: string, file: string, settings = defaultSettings()): Settings {
  const value = parseYaml(text, file);
  // The text is empty, or has only comments.
  if (value === null || value === undefined) return settings;
  const sections = readMapping({ file, path: "", value }, KEYS);
  const base = withSection(sections.get("extends"), settings, readBase);
  const modules = withSection(sections.get("modules"), base.modules, (at, map) => readModules(at, map, base.core));
  const core = readCore(sections.get("core"), sections.get("modes"), base.core, modules);
  const modulesAt = sections.get("modules");
  if (modulesAt !== undefined) checkTestPlaces(modulesAt, modules, core);
  const source = sections.get("metrics_source");
  const engine = sections.get("engine");
  const testsPer = sections.get("tests_per");
  const context = withSection(sections.get("context"), settings.context, readContext);
  return {
    thresholds: withSection(sections.get("thresholds"), settings.thresholds, readThresholds),
    rules: withSection(sections.get("rules"), settings.rules, readRules),
    metricsSource: source === undefined ? settings.metricsSource : readChoice(source, METRICS_SOURCES),
    modules,
    ...(base.ownMap ? { ownMap: true } : {}),
    core,
    engine: engine === undefined ? settings.engine : readChoice(engine, ENGINE_NAMES),
    ...(context === undefined ? {} : { context }),
    testsPer: testsPer === undefined ? settings.testsPer : readChoice(testsPer, TESTS_PER),
    services: withSection(sections.get("services"), settings.services, readServices),
  };
}

/** A section with all its lines commented out is null in YAML, and means the defaults. */
function withSection<T>(at: ConfigValue | undefined, base: T, read: (at: ConfigValue, base: T) => T): T {
  return at === undefined || at.value === null ? base : read(at, base);
}

/** What the file begins with: the built-in map, or nothing. */
function readBase(at: ConfigValue, settings: Settings): Settings {
  return readChoice(at, BASES) === "vx11" ? settings : { ...settings, modules: new Map(), ownMap: true, core: NO_CORE };
}

function readContext(at: ConfigValue): string {
  return readText(at, CONTEXT_RULE, isContextName);
}

function readThresholds(at: ConfigValue, base: Thresholds): Thresholds {
  const thresholds = { ...base };
  for (const [key, entry] of readMapping(at, Object.keys(THRESHOLDS))) {
    const name = key as ThresholdName;
    const next = `Correct it, or leave it out for the default, ${THRESHOLDS[name].default}`;
    thresholds[name] = readNumber(entry, { ...thresholdRange(name), next });
  }
  return thresholds;
}

function readRules(at: ConfigValue, base: RuleLevels): RuleLevels {
  const rules = { ...base };
  for (const [code, entry] of readMapping(at, Object.keys(RULES))) {
    rules[code as ReasonCode] = readChoice(entry, LEVELS);
  }
  return rules;
}

function parseYaml(text: string, file: string): unknown {
  try {
    // The schema "core" has no dates, binaries or sets, so that messages call every value by its real type.
    return parse(text, { schema: "core" });
  } catch (error) {
    throw yamlFailure(error, text, file);
  }
}

/** The parser's own message names the action, the reason, the place and the line; only the reason is kept. */
function yamlFailure(error: unknown, text: string, file: string): Failure {
  // The parser is recursive, and ran out of stack.
  if (error instanceof RangeError) {
    return usageFailure(`Cannot read config ${shown(file)}: it is nested too deeply`, "Correct the YAML");
  }
  const [line = ""] = messageOf(error).split("\n");
  const reason = line.replace(/^Cannot [^:]*: /, "").replace(/ at line -?\d+, column -?\d+:?$/, "")
    .slice(0, LONGEST_REASON);
  const offset = error instanceof SyntaxError && "offset" in error ? Number(error.offset) : Number.NaN;
  if (Number.isNaN(offset)) return usageFailure(`Cannot read config ${shown(file)}: ${reason}`, "Correct the YAML");
  return usageFailure(
    `Cannot read config ${shown(file)}: ${placeAt(text, offset)}: ${reason}`,
    "Correct the YAML there",
  );
}

/** The reason may quote long names from the file. */
const LONGEST_REASON = 300;

/** Counted here: for a key that is given twice, the parser reports a line and a column that do not belong together. */
function placeAt(text: string, offset: number): string {
  const lines = `${text.replace(/^\ufeff/, "")}\n`.slice(0, offset).split(/\r\n|\r|\n/);
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
