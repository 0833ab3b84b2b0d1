/** What the readers of value.ts, command.ts and name.ts accept, as JSON Schemas. Pure. */

import { type JsonSchema, objectSchema } from "./json_schema.ts";
import { NAME } from "./name.ts";
import { type NumberRange, PORT } from "./value.ts";

export function numberSchema({ max, min, whole }: NumberRange): JsonSchema {
  return { type: whole ? "integer" : "number", minimum: min, maximum: max };
}

/** Of `readTexts`. */
export function textsSchema(items: JsonSchema): JsonSchema {
  return { type: "array", items, uniqueItems: true };
}

/** Of `readMapping`: keys that begin with `x-` are the user's own. */
export function mappingSchema(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { ...objectSchema(properties, required), patternProperties: { "^x-": true } };
}

/** Names → values. `but`: names that are not meant. */
export function namesSchema(values: JsonSchema, but: readonly string[] = []): JsonSchema {
  const others = but.map((name) => `${name.replaceAll(".", "\\.")}$`);
  const pattern = NAME.source.replace("^(?!", `^(?!${["x-", ...others, ""].join("|")}`);
  return { type: "object", patternProperties: { "^x-": true, [pattern]: values }, additionalProperties: false };
}

export const portSchema: JsonSchema = numberSchema(PORT);
export const nameSchema: JsonSchema = { type: "string", pattern: NAME.source };
export const plainTextSchema: JsonSchema = { type: "string", pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" };

const word = { type: "string", pattern: "^[^\\u0000]*$" };

/** Of `readCommand`. */
export const commandSchema: JsonSchema = {
  type: "array",
  items: word,
  prefixItems: [{ ...word, minLength: 1 }],
  minItems: 1,
  description: "The program, then its arguments, a word each. No shell reads them.",
};

/** Of `readEnv`. */
export const envSchema: JsonSchema = {
  type: "object",
  patternProperties: {
    "^x-": true,
    "^[A-Za-z_][A-Za-z0-9_]*$": { type: ["string", "number", "boolean"], pattern: word.pattern },
  },
  additionalProperties: false,
  description: "Variables: name → value.",
};
