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
  // A plugin that gives no answer is there: nothing has to be installed, and an older program beside it is not the reason.
  if (plugin.isLate) {
    throw environmentFailure(
      `Cannot use Docker Compose: ${plugin.why}`,
      `See whether \`${PLUGIN.join(" ")} version\` answers by hand, and run it again when this host is less busy`,
    );
  }
  throw environmentFailure(
    standalone.version === null
      ? `Cannot use Docker Compose: ${plugin.why}${standalone.isLate ? `; ${standalone.why}` : ""}`
      : `Cannot use Docker Compose: only version ${standalone.version} (\`docker-compose\`) is installed, and version 2 or later is needed`,
    "Install the Compose plugin (Debian and Ubuntu: docker-compose-plugin, docker-compose-v2 or docker-compose)",
  );
}

/** `isLate`: it is there, and did not answer in time. */
type Version = { version: string; why?: never; isLate?: never } | { version: null; why: string; isLate: boolean };

/** The version need not be a number: it only matters that Compose answers. */
async function ask(host: Host, compose: readonly string[], options: DockerOptions): Promise<Version> {
  let result: Captured;
  try {
    result = await command(host, [...compose, "version", "--short"], options);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const why = error.kind === "not found" ? `\`${compose[0]}\` is not on PATH` : error.message;
    return { version: null, why, isLate: false };
  }
  if (result.code !== 0) {
    const why = `\`${compose.join(" ")} version\` failed: ${reasonOf(result)}`;
    return { version: null, why, isLate: result.timedOut };
  }
  return { version: result.stdout.trim().replace(/^v(?=\d)/, "") || "unknown" };
}

function isFirst(version: string): boolean {
  return /^[01]\./.test(version);
}
