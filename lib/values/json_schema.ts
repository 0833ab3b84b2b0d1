/** JSON Schemas (draft 2020-12) as plain values, and documents made of them. Pure. */

import { recordOf } from "./json.ts";

/** What a reference stands for: JSON leaves out keys that are symbols, and copies keep them. */
const MEANT = Symbol("meant");

export type JsonSchema = Readonly<Record<string, unknown>> & { readonly [MEANT]?: JsonSchema };

/** Stands for the schema wherever it is used; the document has it once, among its `$defs`. */
export function namedSchema(name: string, schema: JsonSchema): JsonSchema {
  return { $ref: `#/$defs/${name}`, [MEANT]: schema };
}

/** That, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  const { enum: words, type } = schema;
  if (typeof type === "string") return { ...schema, type: [type, "null"] };
  return Array.isArray(words) ? { ...schema, enum: [...words, null] } : { anyOf: [schema, { type: "null" }] };
}

/** The same with a sentence about it, which editors show. */
export function described(description: string, schema: JsonSchema): JsonSchema {
  return { ...schema, description };
}

/** An object with these keys and no others. */
export function objectSchema(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** The same object with one key more, which must be there. */
export function withKey(schema: JsonSchema, key: string, value: JsonSchema): JsonSchema {
  const { required } = schema;
  return {
    ...schema,
    properties: { ...recordOf(schema["properties"]), [key]: value },
    required: [...(Array.isArray(required) ? required : []), key],
  };
}

/** A whole document. */
export function schemaDocument(
  about: { id: string; title: string; description: string },
  schema: JsonSchema,
): JsonSchema {
  const { id: $id, ...words } = about;
  const definitions = definitionsOf(schema);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id,
    ...words,
    ...schema,
    ...(definitions.size === 0
      ? {}
      : { $defs: Object.fromEntries([...definitions].sort(([a], [b]) => a < b ? -1 : 1)) }),
  };
}

/** By name: those that the schema refers to, also by way of each other. */
function definitionsOf(schema: JsonSchema): Map<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  const collect = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(collect);
    const each: JsonSchema = recordOf(part);
    Object.values(each).forEach(collect);
    const name = String(each["$ref"]).split("/").at(-1) ?? "";
    if (each[MEANT] === undefined || found.has(name)) return;
    found.set(name, each[MEANT]);
    collect(each[MEANT]);
  };
  collect(schema);
  return found;
}
