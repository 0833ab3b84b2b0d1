/** The reader of config files, of which each file that it accepts is valid by the JSON Schema, too. */

import { AssertionError } from "@std/assert";
import { parse } from "@std/yaml";
import { configSchema } from "../../lib/config/schema.ts";
import { parseConfig as readConfig } from "../../lib/config/file.ts";
import { recordOf } from "../../lib/values/json.ts";
import { validatorOf } from "../parsers/ajv.ts";

export { defaultSettings } from "../../lib/config/file.ts";

/** Why the JSON Schema of config files refuses a value; null if it does not. */
export const schemaRefusal = validatorOf(recordOf(JSON.parse(JSON.stringify(configSchema()))));

export function parseConfig(...args: Parameters<typeof readConfig>): ReturnType<typeof readConfig> {
  const settings = readConfig(...args);
  const refusal = schemaRefusal(parse(args[0], { schema: "core" }) ?? null);
  if (refusal !== null) throw new AssertionError(`the program reads it, and the schema refuses it: ${refusal}`);
  return settings;
}
