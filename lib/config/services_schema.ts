/** What a service of the process engine in a config file may be, as JSON Schemas; services.ts reads it. */

import { RESTART_POLICIES, STOP_SIGNALS } from "../model/process.ts";
import { described, type JsonSchema, orNull } from "../values/json_schema.ts";
import {
  commandSchema,
  envSchema,
  mappingSchema,
  namesSchema,
  numberSchema,
  textsSchema,
} from "../values/value_schema.ts";
import { PORT } from "../values/value.ts";

export const GRACE = { min: 0, max: 3600, whole: false };

/** Each key with what it may be. A key without a value means its default. */
export const SERVICE: Readonly<Record<string, JsonSchema>> = {
  command: commandSchema,
  env: orNull(envSchema),
  cwd: described("Its folder, relative to the project dir.", {
    type: ["string", "null"],
    pattern: "^[^\\u0000]+$",
  }),
  port: described("The port on 127.0.0.1 that it listens on, passed in the variable PORT; auto: a free one.", {
    anyOf: [orNull(numberSchema(PORT)), { const: "auto" }],
  }),
  restart: described("Whether it is started again when it ends.", orNull({ enum: RESTART_POLICIES })),
  mem_limit: described("For its whole process tree: bytes, or a number with a unit, such as 64m.", {
    type: ["number", "string", "null"],
    exclusiveMinimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    pattern: "^\\s*\\d+(\\.\\d+)?\\s*[kmgtKMGT]?([iI]?[bB])?\\s*$",
  }),
  stop_signal: orNull({ enum: STOP_SIGNALS }),
  stop_grace_sec: described("Seconds between the stop signal and SIGKILL.", orNull(numberSchema(GRACE))),
  completes: described("Whether its work is done when it ends with 0.", { type: ["boolean", "null"] }),
  depends_on: described("Services that are started before it.", orNull(textsSchema({ type: "string" }))),
};

export function servicesSchema(): JsonSchema {
  return namesSchema({
    ...mappingSchema(SERVICE, ["command"]),
    // It would never be done.
    not: {
      properties: { completes: { const: true }, restart: { const: "always" } },
      required: ["completes", "restart"],
    },
  });
}
