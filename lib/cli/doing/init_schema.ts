/**
 * The JSON Schema that a drafted config file names in its first line. It stands beside that file, so that editors need no
 * network and have the schema of the program that is in use.
 */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { messageOf, usageFailure } from "../../model/failure.ts";
import { shown } from "../../text/shown.ts";
import { recordOf } from "../../values/json.ts";
import { schemaText } from "./schema.ts";

export const SCHEMA_FILE = "vx11-stability.schema.json";

/** What editors look for in the first line of a file. The path is relative to that file. */
export const SCHEMA_LINE = `# yaml-language-server: $schema=./${SCHEMA_FILE}`;

/** Where it stands in a folder. Usage Failure if a file of that name is there that is no schema of this program. */
export async function schemaPlace(host: Pick<Host, "files">, dir: string, isForced: boolean): Promise<string> {
  const path = join(dir, SCHEMA_FILE);
  if (isForced || await host.files.kind(path) === "missing" || await isOurs(host, path)) return path;
  throw usageFailure(
    `There is a file ${shown(path)} that this program did not write`,
    "The draft names a file of this name in its first line: move it, or overwrite it with --force",
  );
}

async function isOurs({ files }: Pick<Host, "files">, path: string): Promise<boolean> {
  try {
    return idOf(await files.readText(path)) === idOf(schemaText("config"));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw usageFailure(`Cannot read ${shown(path)}: ${messageOf(error)}`, "Move it, or overwrite it with --force");
  }
}

function idOf(text: string): unknown {
  return recordOf(JSON.parse(text))["$id"];
}

export async function writeSchema({ files }: Pick<Host, "files">, path: string): Promise<void> {
  await files.writeAtomic(path, schemaText("config"));
}
