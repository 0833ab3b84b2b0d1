/** A line of journal.ndjson as a JSON Schema, from the schemas by which lines are read. */

import { SCHEMA_VERSION } from "../../model/evidence.ts";
import { type JsonSchema, schemaDocument, withKey } from "../../values/json_schema.ts";
import { ABOUT } from "./about.ts";
import { LINES } from "./lines.ts";

const HASH = {
  type: "string",
  pattern: "^[0-9a-f]{16}$",
  description: "Half of the SHA-256 over the h of the line before and this line's own text without it.",
};

export function journalSchema(): JsonSchema {
  return schemaDocument({
    id: `urn:vx11-stability:schema:journal:${SCHEMA_VERSION}`,
    title: "A line of journal.ndjson of vx11-stability",
    description:
      "What this version writes. at: UTC; ms: milliseconds since the run began. A figure that was not seen is " +
      "null. Readers ignore further keys, and refuse a line whose hash does not follow from the line before.",
  }, {
    oneOf: (Object.keys(LINES) as (keyof typeof LINES)[]).map((type) => ({
      title: type,
      description: ABOUT[type],
      ...withKey(LINES[type].json, "h", HASH),
    })),
  });
}
