/** The project as its files declare it, read by Compose. No daemon is needed for that. */

import { dirname, join, resolve } from "@std/path";
import type { Captured } from "../../host/capture.ts";
import type { Host } from "../../host/host.ts";
import { environmentFailure } from "../../model/failure.ts";
import { parseProject, type ProjectSpec } from "./output/declared.ts";
import { command, composeWords, reasonOf } from "./docker.ts";
import { EngineError } from "../engine.ts";
import { quote } from "../../text/shell_word.ts";
import { withoutQuoted } from "../../secrets/quoted_env.ts";

export interface WantedProject {
  projectDir: string;
  /** Absolute paths; if empty, Compose looks for a file in the project dir. */
  composeFiles: string[];
  /** Added to Compose's environment. */
  env: Record<string, string>;
}

const COMPOSE_NAMES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/** Throws a Failure if the project dir or a file is missing. */
export async function requireFiles(host: Host, { projectDir, composeFiles }: WantedProject): Promise<void> {
  if (await host.files.kind(projectDir) !== "directory") {
    throw environmentFailure(
      `Cannot find the project: "${projectDir}" is not a directory`,
      "Name it with --project-dir",
    );
  }
  for (const file of composeFiles) {
    if (await host.files.kind(file) === "file") continue;
    throw environmentFailure(`Cannot find the compose file "${file}"`, "Check --compose-file");
  }
  if (composeFiles.length === 0) await requireComposeFile(host, projectDir);
}

/**
 * Compose itself goes on looking in the folders above. A run that was pointed at the wrong folder must not start another
 * project's services, so the file has to be in the project dir, or named.
 */
async function requireComposeFile(host: Host, projectDir: string): Promise<void> {
  const names = await host.files.list(projectDir);
  if (COMPOSE_NAMES.some((name) => names.includes(name)) || await namedFile(host, projectDir) !== null) return;
  throw environmentFailure(
    `Cannot find a compose file: looked for ${COMPOSE_NAMES.join(", ")} in "${projectDir}"`,
    "Name the project's folder with --project-dir, or its file with --compose-file",
  );
}

/** The first file that COMPOSE_FILE names, in the environment or in .env, as written there; null if it names none. */
async function namedFile(host: Host, projectDir: string): Promise<string | null> {
  const value = host.env("COMPOSE_FILE") ?? "";
  if (value !== "") return firstOf(value);
  if (!(await host.files.list(projectDir)).includes(".env")) return null;
  const text = await host.files.readText(join(projectDir, ".env"));
  const [, given = ""] = /^[ \t]*(?:export[ \t]+)?COMPOSE_FILE[ \t]*[=:](.*)$/m.exec(text) ?? [];
  const plain = given.trim().replace(/^(["'])(.*)\1.*$/, "$2").replace(/\s#.*$/, "").trimEnd();
  return plain === "" ? null : firstOf(plain);
}

function firstOf(list: string): string {
  return list.split(":")[0] ?? list;
}

/**
 * The folders that containers of this project may have in their label as the project's folder: the folder of the first
 * file, or the project dir if Compose was given that.
 */
export async function homesOf(host: Host, { projectDir, composeFiles }: WantedProject): Promise<string[]> {
  const first = composeFiles[0] ?? await namedFile(host, projectDir);
  return [...new Set([projectDir, ...(first === null ? [] : [dirname(resolve(projectDir, first))])])];
}

/**
 * Throws a Failure if Compose refuses the project as it is without a named profile. The result has the services of all
 * profiles. A service that is on without a named profile has no profiles in it, as if none were declared.
 */
export async function askProject(
  host: Host,
  wanted: WantedProject,
  compose: readonly string[],
  signal?: AbortSignal,
): Promise<ProjectSpec> {
  const options = { cwd: wanted.projectDir, env: wanted.env, ...(signal === undefined ? {} : { signal }) };
  const ask = (profiles: readonly string[], ...more: string[]) =>
    command(host, [...composeWords(compose, wanted.composeFiles, null, profiles), "config", ...more], options);
  const asJson = (profiles: readonly string[]) => ask(profiles, "--format", "json");
  const [plain, all] = await Promise.all([asJson([]), asJson(["*"])]);
  const on = projectOf(wanted, plain, [...composeWords(compose, wanted.composeFiles, null), "config", "--quiet"]);
  if (all.code === 0) return withProfiles(on, [readProject(all.stdout)]);
  // Two profiles may exclude each other, such as one with a GPU and one without: then each one is requested by itself.
  const names = (await ask([], "--profiles")).stdout.split("\n").map((name) => name.trim()).filter((name) =>
    name !== ""
  );
  const each = await Promise.all(names.map((name) => asJson([name])));
  return withProfiles(on, each.filter(({ code }) => code === 0).map(({ stdout }) => readProject(stdout)));
}

function withProfiles(on: ProjectSpec, others: readonly ProjectSpec[]): ProjectSpec {
  const services = new Map(others.flatMap(({ services }) => [...services]));
  for (const [name, spec] of on.services) {
    const { profiles: _, ...always } = services.get(name) ?? spec;
    services.set(name, always);
  }
  return { name: on.name, services, variables: [on, ...others].flatMap(({ variables }) => variables) };
}

/** From the output of `docker compose config`. `again`: the words of a command that says whether Compose takes the files. */
function projectOf(
  { projectDir, composeFiles }: WantedProject,
  config: Captured,
  again: readonly string[],
): ProjectSpec {
  if (config.code === 0) return readProject(config.stdout);
  const stderr = withoutQuoted(config.stderr);
  const where = composeFiles.length === 0 ? `in "${projectDir}"` : composeFiles.map((file) => `"${file}"`).join(", ");
  const reason = reasonOf({ ...config, stderr });
  const line = `\`${again.map(quote).join(" ")}\``;
  throw environmentFailure(
    `Cannot read the compose project ${where}: ${reason}`,
    stderr === "" || stderr !== config.stderr
      ? `${line} shows the whole message`
      : `Correct it: ${line} says nothing if all is well`,
    stderr.trim() === reason ? "" : stderr,
  );
}

function readProject(output: string): ProjectSpec {
  try {
    return parseProject(output);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw environmentFailure(`Cannot read the compose project: ${error.message}`, "Update Docker Compose");
  }
}
