/**
 * A copy of config/sandbox in a temporary folder, as a Compose project of its own with free ports and its own container
 * names, so that tests disturb neither each other nor a real VX11. Disposal removes what carries its project label, and
 * nothing else.
 */

import { assertEquals } from "@std/assert";
import { ensureDir } from "@std/fs";
import { basename, join } from "@std/path";
import { command, ROOT } from "./environment.ts";
import {
  auditDirs,
  type Finished,
  type JournalLine,
  readJournal,
  readReport,
  type Report,
  type Running,
  type RunOptions,
  start,
} from "./program.ts";
import { type Container, containersOf, ownedBy, removeProject } from "./project.ts";

export const SERVICES = [
  "madre",
  "tentaculo_link",
  "switch",
  "hermes",
  "spawner",
  "hormiguero",
  "mcp",
  "manifestator",
  "operator-backend",
  "operator-frontend",
  "shubniggurath",
] as const;
export type Service = (typeof SERVICES)[number];

/** The modules that a run tests unless told otherwise, in their order: each is called as its service. */
export const NINE: readonly string[] = SERVICES.slice(2);

export interface SandboxOptions {
  /** Name of a file in overlays/, without `.yml`. */
  overlay?: string;
  /** The one of config/sandbox that every run is on, instead of docker-compose.yml. */
  composeFile?: string;
  /** Text of the config file that every run gets. */
  config?: string;
  /** Which of the project's test files to keep; all unless given. */
  tests?: (name: string) => boolean;
  /** Further test files, name → text. */
  moreTests?: Record<string, string>;
}

/** What a run of the program left, with its report where it wrote one. */
export type Outcome = Finished & { auditDir: string | undefined };

export class Sandbox implements AsyncDisposable {
  readonly dir: string;
  readonly project: string;
  readonly ports: Readonly<Record<Service, number>>;
  readonly #args: readonly string[];
  readonly #programs: Running[] = [];

  private constructor(dir: string, ports: Record<Service, number>, args: readonly string[]) {
    this.dir = dir;
    this.project = projectOf(dir);
    this.ports = ports;
    this.#args = args;
  }

  static async create(options: SandboxOptions = {}): Promise<Sandbox> {
    const dir = await Deno.makeTempDir({ prefix: "vx11-it-" });
    const project = projectOf(dir);
    const ports = freePorts();
    const args: string[] = [];
    await copyProject(dir, options);
    const settings = { COMPOSE_PROJECT_NAME: project, VX11_PREFIX: `${project}-`, ...portVariables(ports) };
    await Deno.writeTextFile(join(dir, ".env"), Object.entries(settings).map(([k, v]) => `${k}=${v}\n`).join(""));
    if (options.config !== undefined) {
      await Deno.writeTextFile(join(dir, "stability.yaml"), options.config);
      args.push("--config", "stability.yaml");
    }
    if (options.composeFile !== undefined) args.push("--compose-file", options.composeFile);
    return new Sandbox(dir, ports, args);
  }

  container(service: Service): string {
    return `${this.project}-${service}`;
  }

  path(...names: string[]): string {
    return join(this.dir, ...names);
  }

  /** Runs the program in the project to its end. */
  async run(args: readonly string[], options: Partial<RunOptions> = {}): Promise<Outcome> {
    const finished = await (await this.start(args, options)).finished;
    return { ...finished, auditDir: await this.auditDir() };
  }

  /** Starts the program in the project; disposal ends it where it still runs. */
  async start(args: readonly string[], options: Partial<RunOptions> = {}): Promise<Running> {
    const takesConfig = args[0] !== "clean";
    const program = await start([...args, ...takesConfig ? this.#args : []], { cwd: this.dir, ...options });
    this.#programs.push(program);
    return program;
  }

  /** Runs the program, which must end with `code`, and reads its report. */
  async report(args: readonly string[], code: number, options: Partial<RunOptions> = {}): Promise<Report> {
    const outcome = await this.run(args, options);
    assertEquals(outcome.code, code, `exit code of ${args.join(" ")}\n${outcome.stderr}`);
    if (outcome.auditDir === undefined) throw new Error(`No audit dir after ${args.join(" ")}\n${outcome.stderr}`);
    return await readReport(outcome.auditDir);
  }

  /** The newest audit dir at the default place. */
  async auditDir(): Promise<string | undefined> {
    return (await auditDirs(this.dir)).at(-1);
  }

  async journal(): Promise<JournalLine[]> {
    return await readJournal(await this.auditDir());
  }

  async compose(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await command("docker", ["compose", ...args], this.dir);
    if (code !== 0) throw new Error(`docker compose ${args.join(" ")} ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  /** Every container of the project, running or not. */
  containers(): Promise<Container[]> {
    return containersOf(this.project);
  }

  /** Names of the services that are running, sorted. */
  async running(): Promise<string[]> {
    return (await this.containers()).filter(({ state }) => state === "running").map(({ service }) => service).sort();
  }

  /** Ids of the project's networks, or name and creation time of its volumes. */
  owned(kind: "network" | "volume"): Promise<string[]> {
    return ownedBy(this.project, kind);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs) {
      program.kill("SIGKILL");
      await program.finished;
    }
    await removeProject(this.project);
    await Deno.remove(this.dir, { recursive: true });
  }
}

/** Compose allows no upper case in a project's name. */
function projectOf(dir: string): string {
  return basename(dir).toLowerCase();
}

async function copyProject(
  dir: string,
  { composeFile = "docker-compose.yml", overlay, tests = () => true, moreTests = {} }: SandboxOptions,
) {
  const source = join(ROOT, "config/sandbox");
  for (const name of [composeFile, "pytest.ini"]) await Deno.copyFile(join(source, name), join(dir, name));
  await ensureDir(join(dir, "tests"));
  for await (const { name } of Deno.readDir(join(source, "tests"))) {
    const wanted = name === "conftest.py" || (name.endsWith(".py") && tests(name));
    if (wanted) await Deno.copyFile(join(source, "tests", name), join(dir, "tests", name));
  }
  for (const [name, text] of Object.entries(moreTests)) await Deno.writeTextFile(join(dir, "tests", name), text);
  if (overlay === undefined) return;
  await Deno.copyFile(overlayPath(overlay), join(dir, "docker-compose.override.yml"));
}

export function overlayPath(name: string): string {
  return join(ROOT, "tests/integration/overlays", `${name}.yml`);
}

function portVariables(ports: Record<Service, number>): Record<string, string> {
  return Object.fromEntries(
    SERVICES.map((service) => [`${service.toUpperCase().replaceAll("-", "_")}_PORT`, String(ports[service])]),
  );
}

/** A block of ports that nothing listens on, below those that the system hands out by itself. */
function freePorts(): Record<Service, number> {
  const size = 16;
  for (let attempt = 0; attempt < 100; attempt++) {
    const base = 20_000 + size * Math.floor(Math.random() * 700);
    const ports = SERVICES.map((_, index) => base + index);
    if (ports.every(isFree)) {
      return Object.fromEntries(SERVICES.map((service, index) => [service, base + index])) as Record<Service, number>;
    }
  }
  throw new Error("Found no block of free ports between 20000 and 31200");
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}
