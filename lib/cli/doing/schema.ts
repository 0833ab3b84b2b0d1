/** `schema`: the documents, by their names. Pure. */

import { configSchema } from "../../config/schema.ts";
import { journalSchema } from "../../record/lines/json.ts";
import { reportSchema } from "../../report/json/schema.ts";
import type { JsonSchema } from "../../values/json_schema.ts";
import type { SchemaName } from "../commands/schema.ts";

const SCHEMAS: Readonly<Record<SchemaName, () => JsonSchema>> = {
  config: configSchema,
  report: reportSchema,
  journal: journalSchema,
};

export function schemaText(name: SchemaName): string {
  return `${JSON.stringify(SCHEMAS[name](), null, 2)}\n`;
}
