/** Reads the file of --config. */

import { join, resolve } from "@std/path";
import { defaultSettings, parseConfig } from "../config/file.ts";
import type { Host, PathKind } from "../host/host.ts";
import { messageOf, usageFailure } from "../model/failure.ts";
import type { Settings } from "../model/settings.ts";
import { shown } from "../text/shown.ts";

/** Names of a config file that is found in the project dir by itself. */
export const OWN_FILE = "vx11-stability.yaml";
export const OWN_FILES = [OWN_FILE, "vx11-stability.yml"] as const;

/** The defaults without a file. */
export async function readSettings(host: Host, path: string | undefined): Promise<Settings> {
  if (path === undefined) return defaultSettings();
  const file = resolve(host.cwd(), path);
  const text = await readConfigText(host, file, path);
  return parseConfig(text, path);
}

/**
 * Path of the project's own config file, absolute; undefined if it has none. Usage Failure if it has two: which of them was
 * meant, nobody knows.
 */
export async function ownConfig({ files }: Pick<Host, "files">, projectDir: string): Promise<string | undefined> {
  const paths = OWN_FILES.map((name) => join(projectDir, name));
  const kinds = await Promise.all(paths.map((path) => files.kind(path).catch(() => "missing")));
  const found = paths.filter((_, nr) => kinds[nr] === "file");
  if (found.length < 2) return found[0];
  throw usageFailure(
    `The project has two config files: ${found.map(shown).join(" and ")}`,
    "Remove one, or name it with --config",
  );
}

/** The text of the file. `path`: as the user gave it. */
export async function readConfigText(host: Host, file: string, path: string): Promise<string> {
  const refused = (why: string) => usageFailure(`Cannot read config ${shown(path)}: ${why}`, "Check --config");
  let kind: PathKind;
  try {
    kind = await host.files.kind(file);
    if (kind === "file") return await host.files.readText(file);
  } catch (error) {
    throw refused(messageOf(error));
  }
  throw refused(kind === "directory" ? "it is a directory" : "there is no such file");
}
