/** Which containers a start would replace, as the project is now: Compose itself says, in a dry run. */

import type { Host } from "../../host/host.ts";
import { command, type DockerOptions, reasonOf } from "./docker.ts";
import type { Drift } from "../engine.ts";

/** `compose`: words of a Compose command for the project. */
export async function driftOf(
  host: Host,
  compose: readonly string[],
  services: readonly string[],
  options: DockerOptions,
): Promise<Drift> {
  const words = [...compose, "--dry-run", "up", ...CREATE_ALONE, "--", ...services];
  const result = await command(host, words, options);
  if (result.code !== 0) return { why: `\`docker compose --dry-run up\` failed: ${reasonOf(result)}` };
  return { containers: recreated(`${result.stdout}\n${result.stderr}`) };
}

/** Options of `up` by which it makes containers and nothing else: none is started, and nothing is built or pulled for it. */
export const CREATE_ALONE = ["--no-start", "--no-deps", "--no-build", "--pull", "never"] as const;

/** Names of the containers of which it is said that they would be replaced, whatever stands around that. Pure. */
export function recreated(output: string): string[] {
  return [...new Set(Array.from(output.matchAll(/\bContainer (\S+)\s+Recreate\b/g), ([, name = ""]) => name))];
}
