/**
 * A copy of tests/vx11/project in a temporary folder, as a Compose project of its own with free ports and its own container
 * names. Disposal removes what carries its project label, and nothing else.
 */

import { ensureDir } from "@std/fs";
import { basename, join } from "@std/path";
import { assertEquals } from "@std/assert";
import { auditDirs, type Finished, readReport, type Report, type ReportModule, start } from "../integration/program.ts";
import { type Container, containersOf, removeProject } from "../integration/project.ts";
import { ensureImage } from "./image.ts";

const PROJECT = join(import.meta.dirname ?? ".", "project");
const PORTS = {
  TENTACULO_LINK_PORT: 0,
  MADRE_PORT: 1,
  SWITCH_PORT: 2,
  HERMES_PORT: 3,
  HORMIGUERO_PORT: 4,
  MANIFESTATOR_PORT: 5,
  MCP_PORT: 6,
  SPAWNER_PORT: 8,
  REDIS_PORT: 9,
};

export interface Options {
  /** Which Compose file becomes the project's docker-compose.yml; the published one unless given. */
  variant?: "production" | "full-test";
  /** Text of docker-compose.override.yml. */
  overlay?: string;
  /** Seconds of CPU that a start costs; 0 unless given, 2 is the real thing. */
  burnCpuS?: number;
  /** When redis is looked at first; 0.5s unless given, 10s is the real thing. */
  redisInterval?: string;
  /** start_period of the services' checks; 0s unless given, 60s is the real thing. */
  startPeriod?: string;
  /** Which of the project's test files to keep; all unless given. */
  tests?: (name: string) => boolean;
  /** Further files, path below the project → text. */
  files?: Record<string, string>;
}

/** What a run left; `report` and `markdown` where it wrote them. */
export interface Outcome extends Finished {
  auditDir: string;
  report: Report;
  markdown: string;
  /** stdout, stderr and both reports, to look for words that must not be anywhere, or must be somewhere. */
  all: string;
}

let made: Promise<void> | undefined;

export class Vx11 implements AsyncDisposable {
  readonly dir: string;
  readonly project: string;
  readonly ports: Readonly<Record<keyof typeof PORTS, number>>;

  private constructor(dir: string, ports: Record<keyof typeof PORTS, number>) {
    this.dir = dir;
    this.project = basename(dir).toLowerCase();
    this.ports = ports;
  }

  static async create(options: Options = {}): Promise<Vx11> {
    await (made ??= ensureImage());
    const dir = await Deno.makeTempDir({ prefix: "vx11-shape-" });
    const vx11 = new Vx11(dir, freePorts());
    await vx11.#copy(options);
    return vx11;
  }

  path(...names: string[]): string {
    return join(this.dir, ...names);
  }

  /** Runs the program in the project to its end, and reads what it wrote. */
  async run(...args: string[]): Promise<Outcome> {
    const finished = await (await start(args, { cwd: this.dir })).finished;
    const auditDir = (await auditDirs(this.dir)).at(-1) ?? "";
    const report = await readReport(auditDir).catch(() => ({} as Report));
    const markdown = await Deno.readTextFile(join(auditDir, "REPORT.md")).catch(() => "");
    const all = [finished.stdout, finished.stderr, JSON.stringify(report), markdown].join("\n");
    return { ...finished, auditDir, report, markdown, all };
  }

  containers(): Promise<Container[]> {
    return containersOf(this.project);
  }

  /** Removes the project's containers, networks and volumes. */
  clear(): Promise<void> {
    return removeProject(this.project);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    await Deno.remove(this.dir, { recursive: true });
  }

  async #copy(options: Options): Promise<void> {
    const { variant, overlay, burnCpuS = 0, redisInterval = "0.5s", startPeriod = "0s", tests = () => true } = options;
    const compose = variant === undefined ? "docker-compose.yml" : `docker-compose.${variant}.yml`;
    await Deno.copyFile(join(PROJECT, compose), this.path("docker-compose.yml"));
    await Deno.copyFile(join(PROJECT, "pytest.ini"), this.path("pytest.ini"));
    await ensureDir(this.path("tests"));
    for await (const { name } of Deno.readDir(join(PROJECT, "tests"))) {
      const wanted = name.endsWith(".py") && (name === "conftest.py" || tests(name));
      if (wanted) await Deno.copyFile(join(PROJECT, "tests", name), this.path("tests", name));
    }
    for (const [name, text] of Object.entries(options.files ?? {})) {
      await ensureDir(join(this.path(name), ".."));
      await Deno.writeTextFile(this.path(name), text);
    }
    if (overlay !== undefined) await Deno.writeTextFile(this.path("docker-compose.override.yml"), overlay);
    const settings = {
      COMPOSE_PROJECT_NAME: this.project,
      VX11_PREFIX: `${this.project}-`,
      VX11_BURN_CPU_S: burnCpuS,
      VX11_REDIS_INTERVAL: redisInterval,
      VX11_CHECK_INTERVAL: redisInterval,
      VX11_START_PERIOD: startPeriod,
      ...this.ports,
    };
    await Deno.writeTextFile(this.path(".env"), Object.entries(settings).map(([k, v]) => `${k}=${v}\n`).join(""));
  }
}

/** The modules of a report in order. */
export function modulesOf({ report, stderr }: Outcome): ReportModule[] {
  const { modules } = report as unknown as Record<string, Record<string, ReportModule>>;
  if (modules === undefined) throw new Error(`There is no report: ${stderr}`);
  return Object.values(modules);
}

export function moduleOf(outcome: Outcome, name: string): ReportModule {
  const found = modulesOf(outcome).find((module) => module.name === name);
  if (found === undefined) throw new Error(`The report has no module "${name}": ${outcome.stderr}`);
  return found;
}

/** Asserts that each named module has PASS, and shows the reasons of those that have not. */
export function assertAllPass(outcome: Outcome, names: readonly string[], skipped: readonly string[] = []): void {
  const seen = modulesOf(outcome).map(({ name, status, reasons }) =>
    [name, status, ...status === "PASS" || status === "SKIP" ? [] : reasons.map(({ text }) => text)].join(" ")
  );
  assertEquals(seen, names.map((name) => `${name} ${skipped.includes(name) ? "SKIP" : "PASS"}`), outcome.stderr);
}

function freePorts(): Record<keyof typeof PORTS, number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const base = 10_000 + 16 * Math.floor(Math.random() * 600);
    if (Object.values(PORTS).every((offset) => isFree(base + offset))) {
      return Object.fromEntries(Object.entries(PORTS).map(([name, offset]) => [name, base + offset])) as Record<
        keyof typeof PORTS,
        number
      >;
    }
  }
  throw new Error("Found no block of free ports between 10000 and 19600");
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "0.0.0.0", port }).close();
    return true;
  } catch {
    return false;
  }
}
