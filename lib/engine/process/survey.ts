/** What keeps services of the process engine from being started: not declared, no such command, no such folder. */

import { join, resolve } from "@std/path";
import type { Host, PathKind, SpawnError } from "../../host/host.ts";
import type { ProcessMap, ProcessSpec } from "../../model/process.ts";
import { nameHint } from "../../text/nearest.ts";
import { serviceClosure } from "../closure.ts";
import type { Obstacle, ServiceSpec } from "../engine.ts";

type LookHost = Pick<Host, "env" | "files">;

export interface Surveyed {
  /** Absolute; the services' folders are relative to it. */
  dir: string;
  services: ProcessMap;
  specs: ReadonlyMap<string, ServiceSpec>;
  /** Service → port. */
  ports: ReadonlyMap<string, number>;
}

/** An obstacle of a dependency is reported as one of the service itself, unless the dependency is wanted as well. */
export async function surveyServices(
  host: LookHost,
  project: Surveyed,
  wanted: readonly string[],
): Promise<Obstacle[]> {
  const each = await Promise.all(wanted.map(async (service) => {
    if (!project.services.has(service)) return [{ service, ...undeclared(project.services, service) }];
    const found = await Promise.all(
      [...serviceClosure(project.specs, [service])].filter((name) => name === service || !wanted.includes(name)).map((
        name,
      ) => obstacleOf(host, project, service, name)),
    );
    return found.flat();
  }));
  return each.flat();
}

export function undeclared(services: ProcessMap, service: string): Problem {
  return {
    why: `service "${service}" is not among the services of the config file`,
    next: services.size === 0
      ? "Declare it in `services` of a --config file, or change the module's `services` there"
      : `${nameHint(service, services.keys(), "Services")}. Add it to \`services\` of the config file, or change the ` +
        "module's `services` there",
  };
}

async function obstacleOf(host: LookHost, project: Surveyed, service: string, name: string): Promise<Obstacle[]> {
  const spec = project.services.get(name);
  const problem = spec === undefined
    ? null
    : spec.port === "auto" && !project.ports.has(name)
    ? { why: "no port is free for it on 127.0.0.1", next: "Give it a `port` of its own in the config file" }
    : await commandProblem(host, project.dir, spec);
  if (problem === null) return [];
  return [{ service, ...problem, why: name === service ? problem.why : `it needs "${name}": ${problem.why}` }];
}

/** A limit that is not enforced must not pass for one that was not reached. `os` has no /proc. */
export function limitNotices(os: string, services: ProcessMap, wanted: readonly string[]): string[] {
  const limited = wanted.filter((service) => (services.get(service)?.memLimitBytes ?? null) !== null);
  if (limited.length === 0) return [];
  return [
    `The memory limit of ${limited.join(", ")} is not enforced: that needs /proc, which this system (${os}) lacks`,
  ];
}

/** An obstacle without its service. */
export type Problem = Pick<Obstacle, "why" | "next">;

/** Why a service's command cannot be started; null if nothing is seen that prevents it. */
export async function commandProblem(host: LookHost, projectDir: string, spec: ProcessSpec): Promise<Problem | null> {
  const cwd = workingDir(projectDir, spec);
  const [program = ""] = spec.command;
  const dirKind = await kindOf(host, cwd);
  if (dirKind !== "directory") {
    const what = {
      file: "is a file, not a directory",
      missing: "does not exist",
      closed: "is in a folder that this user may not look into",
    }[dirKind];
    return { why: `its working directory "${cwd}" ${what}`, next: "Check its `cwd` in the config file" };
  }
  const path = spec.env.PATH ?? host.env("PATH") ?? "";
  return program.includes("/")
    ? await fileProblem(host, resolve(cwd, program))
    : await pathProblem(host, program, path);
}

/** Why a command was not started: what can be seen of it, else the system's own message. */
export async function spawnProblem(
  host: LookHost,
  projectDir: string,
  spec: ProcessSpec,
  error: SpawnError,
): Promise<Problem> {
  const seen = await commandProblem(host, projectDir, spec);
  if (seen !== null) return seen;
  const [program] = spec.command;
  // The file is there: so "not found" is about another file.
  const script = error.kind === "not found"
    ? ": it is there, but the program that its first line names may not be"
    : "";
  return { why: `its command "${program}" cannot be run${script} (${error.message})`, next: "Try it by hand" };
}

export function workingDir(projectDir: string, { cwd }: ProcessSpec): string {
  return resolve(projectDir, cwd);
}

async function fileProblem({ files }: LookHost, path: string): Promise<Problem | null> {
  const next = "Check its `command` in the config file";
  switch (await kindOf({ files }, path)) {
    case "closed":
      return { why: `its command "${path}" is in a folder that this user may not look into`, next };
    case "missing":
      return { why: `its command "${path}" does not exist`, next };
    case "directory":
      return { why: `its command "${path}" is a directory`, next };
    case "file":
      return await files.isExecutable(path)
        ? null
        : { why: `its command "${path}" is not executable`, next: `Run \`chmod +x ${path}\`, or ${lower(next)}` };
  }
}

/** `closed`: it is in a folder that this user may not look into, and may be there or not. */
async function kindOf({ files }: Pick<Host, "files">, path: string): Promise<PathKind | "closed"> {
  try {
    return await files.kind(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EACCES") return "closed";
    throw error;
  }
}

/** As execvp(3) does: the first executable file of that name in the folders of PATH. */
async function pathProblem(host: LookHost, program: string, path: string): Promise<Problem | null> {
  const next = "Install it, or give its path in `command`";
  let seen: string | null = null;
  const closed: string[] = [];
  for (const dir of path.split(":").filter((folder) => folder !== "")) {
    const file = join(dir, program);
    const kind = await kindOf(host, file);
    if (kind === "closed") closed.push(dir);
    if (kind !== "file") continue;
    if (await host.files.isExecutable(file)) return null;
    seen ??= file;
  }
  if (seen !== null) {
    return { why: `its command "${program}" is not executable (${seen})`, next: `Run \`chmod +x ${seen}\`` };
  }
  const left = closed.length === 0 ? "" : `; this user may not look into ${closed.join(", ")}`;
  return {
    why: `its command "${program}" was not found on PATH (${path === "" ? "which is empty" : path}${left})`,
    next,
  };
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
