/** `selftest`: tries the catalogue of planted defects on this host's own engine, and writes the table of results. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { environmentFailure, EXIT_CODES, messageOf } from "../../model/failure.ts";
import type { TestsPer } from "../../model/settings.ts";
import { CATALOGUE } from "../../selftest/catalogue.ts";
import type { RigName } from "../../selftest/rig_name.ts";
import type { CatalogueEntry, Family } from "../../selftest/defect.ts";
import { adoptOrphans, unseenText } from "../../proc/orphans.ts";
import { openRig } from "../../selftest/open_rig.ts";
import { scoreOf } from "../../selftest/score.ts";
import { selftest } from "../../selftest/selftest.ts";
import { jsonOf, markdownOf, type Results, trialLine, verdictLine } from "../../selftest/table.ts";
import type { Tool } from "../version.ts";
import type { Interrupt } from "../interrupt.ts";

/** The settings of `selftest`. Paths are absolute. */
export interface SelftestConfig {
  engine: RigName;
  /** Empty: every family. */
  only: Family[];
  repeat: number;
  jobs: number;
  /** Whether each defect is tested beside a healthy module. */
  sideBySide: boolean;
  testsPer: TestsPer;
  out: string;
  quiet: boolean;
  json: boolean;
}

/** Resolves to the exit code: 0 if nothing was judged wrong, 1 otherwise. */
export async function selftestCommand(
  host: Host,
  tool: Tool,
  config: SelftestConfig,
  { second, signal }: Interrupt,
): Promise<number> {
  const result = await Promise.race([carryOut(host, tool, config, signal), second]);
  return result === "second interrupt" ? EXIT_CODES.interrupted.code : result;
}

async function carryOut(host: Host, tool: Tool, config: SelftestConfig, signal: AbortSignal): Promise<number> {
  const { engine, jobs, only, out, quiet, repeat, sideBySide, testsPer } = config;
  const chosen = CATALOGUE.filter(({ family }) => only.length === 0 || only.includes(family));
  const known = chosen.filter(({ engines }) => engines.includes(engine))
    .map((entry) => sideBySide ? { ...entry, beside: { bystander: {} } } : entry);
  const others = skippedOf(chosen, config);
  const startedAt = new Date(host.clock.wall()).toISOString();
  const began = host.clock.mono();
  await makeFolder(host, out);
  const orphans = adoptOrphans(host);
  if (orphans.why !== null) host.err.write(`${unseenText(orphans.why)}\n`);
  const rig = await openRig(host, engine, signal);
  if (rig.notice !== undefined) host.err.write(`${rig.notice}\n`);
  try {
    const cannot = new Map(known.flatMap((entry): [string, string][] => {
      const why = rig.whyNot?.(entry) ?? null;
      return why === null ? [] : [[entry.id, why]];
    }));
    const entries = known.filter(({ id }) => !cannot.has(id));
    const skipped = new Map([...others, ...cannot]);
    const trials = await selftest(host, rig, entries, {
      tool,
      signal,
      testsPer,
      repeat,
      jobs,
      keepDir: join(out, "wrong"),
      onTrial(trial, done, all) {
        if (quiet || (trial.outcome === "right" && repeat > 1)) {
          return tellRound(host, config, entries.length, done, all);
        }
        host.err.write(`${String(done).padStart(String(all).length)}/${all} ${trialLine(trial)}\n`);
      },
    });
    const durationMs = host.clock.mono() - began;
    const versions = { ...rig.versions, [host.os]: host.arch };
    return await tell(host, config, {
      tool,
      engine,
      versions,
      startedAt,
      durationMs,
      jobs,
      repeat,
      only,
      sideBySide,
      testsPer,
      entries,
      trials,
      skipped,
    });
  } finally {
    await rig.close();
    orphans.close();
  }
}

/** With several repetitions, a line each time the whole catalogue is finished. */
function tellRound(host: Host, { quiet }: SelftestConfig, round: number, done: number, all: number): void {
  if (!quiet && done % round === 0) host.err.write(`${done} of ${all} trials\n`);
}

function skippedOf(chosen: readonly CatalogueEntry[], { engine }: SelftestConfig): Map<string, string> {
  const others = chosen.filter(({ engines }) => !engines.includes(engine));
  return new Map(others.map(({ id, engines }) => [id, `only the ${engines.join(", ")} engine has it`]));
}

async function makeFolder(host: Host, dir: string): Promise<void> {
  try {
    await host.files.ensureDir(dir);
  } catch (error) {
    const why = messageOf(error);
    throw environmentFailure(`Cannot write to "${dir}": ${why}`, "Name another folder with --out");
  }
}

async function tell(host: Host, { json, out }: SelftestConfig, results: Results): Promise<number> {
  await host.files.writeAtomic(join(out, "SELFTEST.json"), jsonOf(results));
  await host.files.writeAtomic(join(out, "SELFTEST.md"), markdownOf(results));
  host.out.write(json ? jsonOf(results) : `${verdictLine(results)}\nTable: ${out}/SELFTEST.md\n`);
  return scoreOf(results.trials).wrong === 0 ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
}
