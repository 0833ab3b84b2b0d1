/** REPORT.json as a JSON Schema, from the tables of which its types are inferred. */

import { SCHEMA_VERSION } from "../../model/evidence.ts";
import { type JsonSchema, schemaDocument } from "../../values/json_schema.ts";
import { report } from "../value/shapes/report.ts";

export function reportSchema(): JsonSchema {
  return schemaDocument({
    id: `urn:vx11-stability:schema:report:${SCHEMA_VERSION}`,
    title: "REPORT.json of vx11-stability",
    description:
      "What this version writes. A figure that was not seen is null, with the reason beside it, and never 0; " +
      "the unit is the last word of a key. A later version may add keys, and renames none.",
  }, report.json);
}
