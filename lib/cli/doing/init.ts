/** `init`: the config file of a Compose project, drafted from what its files declare. */

import { join } from "@std/path";
import { parseConfig } from "../../config/file.ts";
import type { Host } from "../../host/host.ts";
import { environmentFailure, messageOf, usageFailure } from "../../model/failure.ts";
import { plain } from "../../report/escape.ts";
import { shown } from "../../text/shown.ts";
import { quote } from "../../text/shell_word.ts";
import { count } from "../../text/units.ts";
import { OWN_FILE, ownConfig } from "../config_text.ts";
import { declaredByFiles } from "../engines.ts";
import { type Draft, draftOf } from "./init_draft.ts";
import { SCHEMA_FILE, schemaPlace, writeSchema } from "./init_schema.ts";
import { draftText } from "./init_text.ts";
import { NO_FOLDER, testFiles } from "./test_files.ts";

/** Paths are absolute. */
export interface InitRequest {
  projectDir: string;
  composeFiles: string[];
  testsDir: string;
  /** Whether a file that is there may be overwritten. */
  isForced: boolean;
  /** Whether the file is printed, and not written. */
  isPrinted: boolean;
  /** The words of this command line that a run of the same project needs, too. */
  where: string[];
}

/** Returns what is to be printed. */
export async function draftConfig(host: Host, request: InitRequest): Promise<string> {
  const { isForced, isPrinted, projectDir, testsDir } = request;
  // Before anything is asked: the answer would be of no use.
  const there = isPrinted ? undefined : await ownConfig(host, projectDir);
  if (there !== undefined && !isForced) {
    throw usageFailure(
      `The project has a config file already: ${shown(there)}`,
      "--stdout prints a new draft, --force overwrites the file",
    );
  }
  const schema = isPrinted ? undefined : await schemaPlace(host, projectDir, isForced);
  const { literalChecks, project, services } = await declaredByFiles(host, request);
  const { closed, files, why } = await testFiles(host, testsDir);
  // A project without tests says that in the draft; what could not be seen is only said here.
  const unread = why === null || why === NO_FOLDER ? [] : [`No test file was read: ${why}`];
  for (const notice of [...closed, ...unread]) host.err.write(`note: ${plain(notice)}\n`);
  const draft = draftOf({ services, literalChecks }, files);
  if (draft.known.length + draft.modules.length === 0) throw nothingToTest(projectDir, draft);
  const text = draftText(project ?? "", draft);
  refuseUnreadable(text);
  if (schema === undefined) return text;
  const path = there ?? join(projectDir, OWN_FILE);
  try {
    // Before the file that names it.
    await writeSchema(host, schema);
    await host.files.writeAtomic(path, text);
  } catch (error) {
    throw environmentFailure(
      `Cannot write ${shown(path)} and ${shown(schema)}: ${messageOf(error)}`,
      "Check their folder's permissions, or use --stdout",
    );
  }
  return wroteText(path, draft, request.where);
}

function wroteText(path: string, { core, known, leftOut, modules }: Draft, where: readonly string[]): string {
  const kept = core.length === 0 ? "" : `, core: ${core.join(", ")}`;
  const out = leftOut.length === 0 ? "" : `; ${count(leftOut.length, "service")} left out, as its end says`;
  return `Wrote ${path}: ${count(known.length + modules.length, "module")}${kept}${out}\n` +
    `Editors check it by ${SCHEMA_FILE} beside it. Read it, then see what a run would do: ${
      ["vx11-stability", "plan", ...where].map(quote).join(" ")
    }\n`;
}

function nothingToTest(projectDir: string, { leftOut }: Draft) {
  const why = leftOut.map(({ service, why }) => `"${service}": ${why}`).join("; ");
  return environmentFailure(
    `Nothing to test in ${shown(projectDir)}: ${why === "" ? "the project has no services" : why}`,
    "Name the project with --project-dir or --compose-file",
  );
}

/** A draft that the next command refuses would be a bug of this one. */
function refuseUnreadable(text: string): void {
  try {
    parseConfig(text, OWN_FILE);
  } catch (error) {
    throw new Error(`init drafted a file that cannot be read: ${messageOf(error)}`);
  }
}
