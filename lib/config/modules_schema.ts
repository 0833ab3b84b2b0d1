/** What the entry of a module in a config file may be, as JSON Schemas; modules.ts reads it. */

import { CHECK_KINDS, checkKind } from "../health/registry.ts";
import { RUNNERS } from "../tests/registry.ts";
import { described, type JsonSchema, namedSchema } from "../values/json_schema.ts";
import { mappingSchema, nameSchema, namesSchema, plainTextSchema, textsSchema } from "../values/value_schema.ts";

/** What a check is, if nothing is said. */
export const DEFAULT_KIND = "http";

const service = described("The service that is asked: one of the module's.", { type: "string" });

function checkSchema(name: string): JsonSchema {
  const { keys, required, together = [] } = checkKind(name);
  const kind = { const: name, description: "What kind of check it is." };
  const needed = ["service", ...(name === DEFAULT_KIND ? [] : ["kind"])];
  const [only = [], ...others] = required;
  const sets = others.length === 0 ? [] : [{ anyOf: required.map((set) => ({ required: set })) }];
  const rules = [...sets, ...together];
  return {
    title: name,
    ...mappingSchema({ service, kind, ...keys }, others.length === 0 ? [...needed, ...only] : needed),
    ...(rules.length === 0 ? {} : { allOf: rules }),
  };
}

const pair = {
  title: "a page, as the Python harness has it",
  type: "array",
  prefixItems: [{ type: "string", pattern: "^[Hh][Tt][Tt][Pp]://" }, { type: "string" }],
  minItems: 2,
  maxItems: 2,
  items: false,
};

/** Each key with what it may be. */
export const ENTRY: Readonly<Record<string, JsonSchema>> = {
  description: described("One line, for plans and reports.", plainTextSchema),
  services: described("Services that make up the module.", { ...textsSchema(nameSchema), minItems: 1 }),
  depends_on: described(
    "Modules that must be up before this one starts; the core unless given.",
    textsSchema({ type: "string" }),
  ),
  health: described("Checks that pass when a service is healthy. All must.", {
    type: "array",
    items: namedSchema("check", { anyOf: [...CHECK_KINDS.map(checkSchema), pair] }),
  }),
  ...Object.fromEntries(RUNNERS.map(({ key, schema }) => [key, schema])),
  optional: described("Whether the module is skipped if the project has none of its services.", { type: "boolean" }),
};

/** Keys as the Python harness's map calls them → our names. */
export const OTHER_KEYS: ReadonlyMap<string, string> = new Map([
  ["health_endpoints", "health"],
  ["test_patterns", "tests"],
]);

/** `known`: names of modules whose entries need not give all. */
export function modulesSchema(known: readonly string[]): JsonSchema {
  const others = [...OTHER_KEYS].map(([other, ours]) => [other, { ...ENTRY[ours], deprecated: true }] as const);
  const entry = namedSchema("module", {
    ...mappingSchema({ ...ENTRY, ...Object.fromEntries(others) }, []),
    // Which of the two was meant cannot be known.
    allOf: [...OTHER_KEYS].map((both) => ({ not: { required: both } })),
  });
  return {
    ...namesSchema({ allOf: [entry, { required: ["services"] }] }, known),
    ...(known.length === 0 ? {} : { properties: Object.fromEntries(known.map((name) => [name, entry])) }),
  };
}
