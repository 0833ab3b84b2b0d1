/** `schema`: JSON Schemas of what the program reads and writes. */

import { EXIT_CODES } from "../../model/failure.ts";
import { oneOf } from "../../text/one_of.ts";
import type { Command, Parsed } from "../command.ts";
import { BUG } from "../shared_exits.ts";
import { sharedAll } from "../shared_options.ts";
import { readArgument } from "../values.ts";

export const SCHEMA_NAMES = ["config", "report", "journal"] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

interface SchemaOf extends Parsed {
  kind: "schema";
  name: SchemaName;
}

export const schema: Command<SchemaOf> = {
  summary:
    "Print a JSON Schema, for editors and programs: of a config file, of REPORT.json, or of a line of journal.ndjson",
  arguments: { placeholder: "NAME", wanted: oneOf(SCHEMA_NAMES), values: SCHEMA_NAMES },
  options: sharedAll("help"),
  exits: { ok: "the schema was printed", usage: "wrong usage", environment: "it could not be printed", bug: BUG },
  examples: [
    ["vx11-stability schema config", "of a config file"],
    ["vx11-stability schema report > report.schema.json", "of REPORT.json"],
    ["vx11-stability schema journal", "of each line of journal.ndjson"],
  ],
  parse: (argv) => ({ kind: "schema", name: readArgument(argv, "schema", SCHEMA_NAMES) }),
  async execute(host, { name }) {
    const { schemaText } = await import("../doing/schema.ts");
    host.out.write(schemaText(name));
    return EXIT_CODES.ok.code;
  },
  isPrinter: () => true,
};
