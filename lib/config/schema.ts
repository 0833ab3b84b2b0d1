/** A config file as a JSON Schema, by the tables from which it is read. What only the whole file shows, the program tells. */

import { CONTEXT_NAME } from "../engine/context_name.ts";
import { ENGINE_NAMES } from "../engine/registry.ts";
import { LEVELS, METRICS_SOURCES, RULES, TESTS_PER, type ThresholdName, THRESHOLDS } from "../model/settings.ts";
import { MODULE_NAMES } from "../modules.ts";
import { described, type JsonSchema, orNull, schemaDocument } from "../values/json_schema.ts";
import { mappingSchema, namesSchema, numberSchema, textsSchema } from "../values/value_schema.ts";
import type { NumberRange } from "../values/value.ts";
import { modulesSchema } from "./modules_schema.ts";
import { servicesSchema } from "./services_schema.ts";

export const BASES = ["vx11", "none"] as const;

export function thresholdRange(name: ThresholdName): NumberRange {
  const { max, min } = THRESHOLDS[name];
  // Probes and cycles are counted, the other units are measured.
  return { min, max, whole: /_(probes|cycles)$/.test(name) };
}

const thresholds = (Object.keys(THRESHOLDS) as ThresholdName[]).map((name) => {
  const { default: standard, help } = THRESHOLDS[name];
  return [name, { ...numberSchema(thresholdRange(name)), default: standard, description: help }] as const;
});

const rules = Object.entries(RULES).map(([code, { level, when }]) =>
  [code, { enum: LEVELS, default: level, description: when }] as const
);

const names = textsSchema({ type: "string" });

/** Each key with what it may be. A section without a value has only lines that are commented out. */
export const SECTIONS: Readonly<Record<string, JsonSchema>> = {
  engine: described("What runs the services.", { enum: ENGINE_NAMES }),
  context: described(
    "The docker context that the Compose engine is reached by; left out: what docker itself takes.",
    orNull({ type: "string", pattern: CONTEXT_NAME.source }),
  ),
  tests_per: described("What has a pytest of its own: each test file, or each module.", { enum: TESTS_PER }),
  thresholds: described(
    "The numbers that rules and waits use.",
    orNull(mappingSchema(Object.fromEntries(thresholds), [])),
  ),
  rules: described("The level of each rule.", orNull(mappingSchema(Object.fromEntries(rules), []))),
  metrics_source: described("Where memory and CPU are read.", { enum: METRICS_SOURCES }),
  extends: described("What the file begins with: the built-in map of VX11, or nothing.", orNull({ enum: BASES })),
  core: described("Modules that every mode keeps up around all others.", orNull(names)),
  modes: described("Modes, and the modules that each keeps up besides the core.", orNull(namesSchema(names))),
  modules: described("Modules, each one or more services with their tests.", orNull(modulesSchema(MODULE_NAMES))),
  services: described("What the process engine runs.", orNull(servicesSchema())),
};

export function configSchema(): JsonSchema {
  return schemaDocument({
    id: "urn:vx11-stability:schema:config",
    title: "Config file of vx11-stability",
    description: "Keys that begin with x- are the user's own. Every key may be left out.",
  }, {
    ...orNull(mappingSchema(SECTIONS, [])),
    if: { properties: { extends: { const: "none" } }, required: ["extends"] },
    then: {
      properties: { modules: { patternProperties: { "^(?!x-)": { required: ["services"] } } } },
    },
  });
}
