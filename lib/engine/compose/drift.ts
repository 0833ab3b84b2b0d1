/**
 * Which containers a start would replace, given the project as it is now: Compose itself reports them, in a dry run.
 */

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
  const result = await command(host, words, { ...options, env: { ...options.env, ...PLAIN } });
  if (result.code !== 0) return { why: `\`docker compose --dry-run up\` failed: ${reasonOf(result)}` };
  return { containers: recreated(`${result.stdout}\n${result.stderr}`) };
}

/** A user's setting may have Compose report its steps as JSON, or not at all. */
export const PLAIN = { COMPOSE_PROGRESS: "plain" } as const;

/** Options with which `up` only creates containers: it starts none, and builds and pulls nothing for them. */
export const CREATE_ALONE = ["--no-start", "--no-deps", "--no-build", "--pull", "never"] as const;

/** Names of the containers that the output reports as to be replaced, whatever the rest of the line is. Pure. */
export function recreated(output: string): string[] {
  return [...new Set(Array.from(output.matchAll(/\bContainer (\S+)\s+Recreate\b/g), ([, name = ""]) => name))];
}
