/** Reads the file of --config. */

import { resolve } from "@std/path";
import { defaultSettings, parseConfig } from "../config/file.ts";
import type { Host, PathKind } from "../host/host.ts";
import { messageOf, usageFailure } from "../model/failure.ts";
import type { Settings } from "../model/settings.ts";
import { shown } from "../text/shown.ts";

/** The defaults without a file. */
export async function readSettings(host: Host, path: string | undefined): Promise<Settings> {
  if (path === undefined) return defaultSettings();
  const file = resolve(host.cwd(), path);
  const text = await readConfigText(host, file, path);
  return parseConfig(text, path);
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
