/** Finds the installed Compose: the plugin of `docker`, or the program `docker-compose`, from version 2 on. */

import type { Captured } from "../../host/capture.ts";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { environmentFailure } from "../../model/failure.ts";
import { command, type DockerOptions, PLUGIN, reasonOf, STANDALONE } from "./docker.ts";

export interface ComposeCommand {
  /** The words of its command. */
  words: readonly string[];
  /** As Compose itself reports it: `2.26.1`, or `dev` if it was built by hand. */
  version: string;
}

/** Throws a Failure if there is none, or only version 1. */
export async function findComposeCommand(host: Host, options: DockerOptions): Promise<ComposeCommand> {
  const plugin = await ask(host, PLUGIN, options);
  if (plugin.version !== null) return { words: PLUGIN, version: plugin.version };
  const standalone = await ask(host, STANDALONE, options);
  if (standalone.version !== null && !isFirst(standalone.version)) {
    return { words: STANDALONE, version: standalone.version };
  }
  throw environmentFailure(
    standalone.version === null
      ? `Cannot use Docker Compose: ${plugin.why}`
      : `Cannot use Docker Compose: only version ${standalone.version} (\`docker-compose\`) is installed, and version 2 is needed`,
    "Install the Compose v2 plugin (Debian and Ubuntu: docker-compose-plugin or docker-compose-v2)",
  );
}

type Version = { version: string; why?: never } | { version: null; why: string };

/** The version need not be a number: it only matters that Compose answers. */
async function ask(host: Host, compose: readonly string[], options: DockerOptions): Promise<Version> {
  let result: Captured;
  try {
    result = await command(host, [...compose, "version", "--short"], options);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    return { version: null, why: error.kind === "not found" ? `\`${compose[0]}\` is not on PATH` : error.message };
  }
  if (result.code !== 0) {
    return { version: null, why: `\`${compose.join(" ")} version\` failed: ${reasonOf(result)}` };
  }
  return { version: result.stdout.trim().replace(/^v(?=\d)/, "") || "unknown" };
}

function isFirst(version: string): boolean {
  return /^[01]\./.test(version);
}
