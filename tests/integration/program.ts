/**
 * Runs the compiled program as a user would, and reads what it leaves. Knows nothing of the code in lib/: the shape of
 * REPORT.json below is what readers of it rely on.
 */

import { delay } from "@std/async";
import { join } from "@std/path";
import { binary } from "./environment.ts";

/** No run of these tests takes nearly as long, unless it says so; one that does is killed. */
const RUN_LIMIT_MS = 400_000;

export interface ReportModule {
  name: string;
  status: string;
  errors: string[];
  reasons: { code: string; level: string; text: string; service: string | null }[];
  cycle_results: { cycle: number; status: string }[];
  metrics: Record<string, ReportContainer>;
  test_results: Record<string, { return_code: number | null; passed: boolean; output: string }>;
}

export interface ReportContainer {
  url: string | null;
  way: string | null;
  stats: {
    status: string | null;
    restart_count: number | null;
    oom_killed: boolean | null;
    mem_peak_mib: number | null;
    cpu_mean_pct: number | null;
    mem_source: string | null;
  };
  health_latency_ms: number[];
}

export interface Report {
  timestamp: string;
  started_at: string;
  finished_at: string;
  mode: string;
  cycles: number;
  interrupted: string | null;
  notices: string[];
  summary: { total_modules: number; passed: number; failed: number; warned: number; skipped: number };
  modules_tested: string[];
  modules: Record<string, ReportModule>;
}

export interface RunOptions {
  cwd: string;
  /** Added to the environment, or all of it with `clearEnv`. */
  env?: Record<string, string>;
  clearEnv?: boolean;
  /** Words in front of the program, such as `unshare -n`. */
  prefix?: readonly string[];
  limitMs?: number;
}

export interface Finished {
  code: number;
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
  durationMs: number;
}

export interface Running {
  /** Does nothing where it has ended. */
  kill(signal: Deno.Signal): void;
  readonly finished: Promise<Finished>;
}

/** Starts the program; its output is read to the end in `finished`. */
export async function start(args: readonly string[], options: RunOptions): Promise<Running> {
  const [name = "", ...rest] = [...options.prefix ?? [], await binary(), ...args];
  const began = performance.now();
  const child = new Deno.Command(name, {
    args: rest,
    cwd: options.cwd,
    env: options.env ?? {},
    clearEnv: options.clearEnv ?? false,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let ended = false;
  const kill = (signal: Deno.Signal) => {
    if (!ended) child.kill(signal);
  };
  const limit = setTimeout(() => kill("SIGKILL"), options.limitMs ?? RUN_LIMIT_MS);
  const status = child.status.then((result) => {
    ended = true;
    return result;
  });
  const finish = async (): Promise<Finished> => {
    const [stdout, stderr, { code, signal }] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      status,
    ]);
    clearTimeout(limit);
    return { code, signal, stdout, stderr, durationMs: performance.now() - began };
  };
  return { kill, finished: finish() };
}

/** Resolves as soon as `condition` gives a value; rejects after `limitMs`, naming what it waited for. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  limitMs = 30_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`Waited ${limitMs} ms in vain until ${what}`);
    await delay(25);
  }
}

/** The audit dirs of a project at the default place, oldest first. */
export async function auditDirs(projectDir: string): Promise<string[]> {
  const parent = join(projectDir, "docs/audit");
  try {
    const names = await Array.fromAsync(Deno.readDir(parent), (entry) => entry.name);
    return names.filter((name) => /^vx11_stability_\d{8}T\d{6}Z/.test(name)).sort().map((name) => join(parent, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

export async function readReport(auditDir: string): Promise<Report> {
  return JSON.parse(await Deno.readTextFile(join(auditDir, "REPORT.json")));
}

export type JournalLine = { type: string } & Record<string, unknown>;

/** The whole lines of the journal so far; none where there is no journal yet. */
export async function readJournal(auditDir: string | undefined): Promise<JournalLine[]> {
  if (auditDir === undefined) return [];
  const text = await Deno.readTextFile(join(auditDir, "journal.ndjson")).catch(() => "");
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

export function moduleOf(report: Report, name: string): ReportModule {
  const found = report.modules[name];
  if (found === undefined) {
    throw new Error(`The report has no module "${name}", only ${report.modules_tested}`);
  }
  return found;
}

export function codesOf(module: ReportModule): string[] {
  return [...new Set(module.reasons.map((reason) => reason.code))].sort();
}
