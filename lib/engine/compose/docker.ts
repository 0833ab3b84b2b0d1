/**
 * The `docker` command: argument lists (pure), running one to its end, and reading one that keeps running. Names from
 * outside are checked before they get here (services by lib/config/file.ts, ids by Docker itself), and `--` stands
 * before them as well.
 */

import { extendedText } from "../../text/extended.ts";
import type { Captured } from "../../host/capture.ts";
import { capture, wholeLines } from "../../host/capture.ts";
import type { Child, Host } from "../../host/host.ts";
import { EngineError } from "../engine.ts";

/** Docker answers most questions in 50 ms; if an answer takes this long, Docker has stopped answering. */
export const QUESTION_TIMEOUT_MS = 30_000;

export interface DockerOptions {
  cwd: string;
  env?: Record<string, string>;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Runs the command, whatever its exit code. */
export function command(host: Host, words: readonly string[], options: DockerOptions): Promise<Captured> {
  return capture(host, words, { timeoutMs: QUESTION_TIMEOUT_MS, ...options });
}

/** Runs `docker ARGS`, whatever its exit code. */
export function docker(host: Host, args: readonly string[], options: DockerOptions): Promise<Captured> {
  return command(host, ["docker", ...args], options);
}

/** Runs `docker ARGS` and returns its standard output; throws EngineError with what Docker said. */
export async function dockerText(host: Host, args: readonly string[], options: DockerOptions): Promise<string> {
  const result = await docker(host, args, options);
  if (result.code !== 0) throw new EngineError(`docker ${args.slice(0, 2).join(" ")}: ${reasonOf(result)}`);
  return result.stdout;
}

/** What a failed docker command said, in one line. */
export function reasonOf(result: Captured): string {
  if (result.timedOut) {
    const { durationMs, limitMs, starvedMs } = result;
    return `no answer within ${(durationMs / 1000).toFixed(0)} s${extendedText(limitMs, starvedMs)}`;
  }
  const lines = result.stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const last =
    lines.findLast((line) => /error|fail|cannot|denied|invalid|unhealthy|no such|didn't complete/i.test(line)) ??
      lines[lines.length - 1];
  if (last === undefined) return result.signal === null ? `exit code ${result.code}` : `ended by ${result.signal}`;
  return last.replace(/^Error response from daemon: /, "").replace(/^Error: /, "");
}

/** How Compose is called: as the plugin of `docker`, or as a program of its own. */
export const PLUGIN = ["docker", "compose"] as const;
export const STANDALONE = ["docker-compose"] as const;

/**
 * Words of a Compose command for a project: files in the user's order. Compose itself finds the folder that their paths
 * start from, and the project's name and profiles if none are given: from the files and from the folder that it runs
 * in.
 */
export function composeWords(
  compose: readonly string[],
  files: readonly string[],
  project: string | null,
  profiles: readonly string[] = [],
): string[] {
  return [
    ...compose,
    ...(project === null ? [] : ["--project-name", project]),
    ...files.flatMap((file) => ["--file", file]),
    ...profiles.flatMap((profile) => ["--profile", profile]),
  ];
}

/** Calls `onLine` for each line that a long-lived command prints; resolves at its end. */
export async function readLines(child: Child, onLine: (line: string) => void): Promise<void> {
  for await (const line of wholeLines(child.stdout)) if (line.trim() !== "") onLine(line);
}
