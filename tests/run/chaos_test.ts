/**
 * What holds of every run, whatever happens in it: looked for in whole runs of random events. A failure names its seed, and
 * `VX11_SEED=n` runs just that one.
 */

import { assert, assertEquals } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import type { JournalLine } from "../../lib/model/evidence.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import { newFold } from "../../lib/record/fold.ts";
import { sweep } from "../../lib/audit/leftovers.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { isFailed } from "../fakes/failed.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { random } from "../fakes/random.ts";
import type { Chaos, ChaosResult } from "./chaos.ts";
import { chaos, chaosRun } from "./chaos.ts";
import { checkJudgedAgain, checkTestsRan, checkTruth } from "./chaos_truth.ts";
import { AUDIT_DIR, world } from "./harness.ts";

/** `VX11_CHAOS=5000` makes so many runs; `VX11_CHAOS_FROM=1001` begins at another seed. */
const many = Number(Deno.env.get("VX11_CHAOS") ?? 0);
const RUNS = many || 200;
const KILLS = many || 60;

const only = Number(Deno.env.get("VX11_SEED") ?? 0);
const first = Number(Deno.env.get("VX11_CHAOS_FROM") ?? 1);
const seeds = (count: number) => only > 0 ? [only] : Array.from({ length: count }, (_, index) => first + index);

async function forEachSeed(count: number, check: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of seeds(count)) {
    try {
      await check(seed);
    } catch (error) {
      throw new Error(`seed ${seed} (again: VX11_SEED=${seed})`, { cause: error });
    }
  }
}

Deno.test(`what holds of every run holds of ${RUNS} runs full of trouble`, async () => {
  const statuses = new Map<string, number>();
  await forEachSeed(RUNS, async (seed) => {
    const ran = await chaosRun(seed);
    const { error, result, world: it } = ran;
    if (result === null) return checkThrown(ran, error);
    for (const { status } of result.judged.modules) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const journal = it.journal();
    checkVerdicts(result.judged, journal);
    checkBroughtUp(result.judged, journal);
    checkTruth(ran, result.judged, journal);
    checkTestsRan(result.judged, journal);
    if (seed % 4 === 0) await checkJudgedAgain(ran);
    checkPrefixes(journal, seed % 20 === 0 ? 1 : 29);
    checkForeign(ran);
    checkNothingLeft(ran, leftOf(ran, result.judged));
    checkEnd(ran, journal);
  });
  if (only === 0) assertEquals([...statuses.keys()].sort(), ["FAIL", "PASS", "SKIP", "WARN"]);
});

Deno.test("the same seed gives the same journal and the same report, byte for byte", async () => {
  await forEachSeed(20, async (seed) => {
    const [one, two] = [await chaosRun(seed), await chaosRun(seed)].map(({ world: it }) => it.files);
    assertEquals(one?.get(`${AUDIT_DIR}/journal.ndjson`), two?.get(`${AUDIT_DIR}/journal.ndjson`));
    assertEquals(one?.get(`${AUDIT_DIR}/REPORT.json`), two?.get(`${AUDIT_DIR}/REPORT.json`));
  });
});

Deno.test(`a run that is killed at any moment is finished by the next, in ${KILLS} runs full of trouble`, async () => {
  await forEachSeed(KILLS, async (seed) => {
    const next = random(seed);
    const dead = chaos(seed);
    const { engine, files, clock } = dead.world;
    if (!await isKilled(dead, next() * 12_000)) return;
    engine.disconnect();
    for (const script of engine.scripts.values()) {
      for (const trouble of ["stopFails", "stopThrows", "removeFails"] as const) delete script[trouble];
    }
    const path = `${AUDIT_DIR}/journal.ndjson`;
    const text = files.get(path);
    if (text !== undefined && next() < 0.5) files.set(path, text.slice(0, -10));
    const it = world({ engine, files, clock: autoClock(clock.mono()), pid: 99 });
    const where = { projectDir: "/srv/vx11", dirs: [], keepCore: false };
    await it.clock.drive(() => sweep(it.host, it.engine, where));
    checkForeign(dead);
    const own = [...engine.broughtUp].filter((id) => engine.containers.has(id));
    const running = own.filter((id) => engine.containers.get(id)?.state.status === "running");
    assertEquals([running, own.filter((id) => !dead.stoppedBefore.has(id))], [[], []]);
    if (text !== undefined) checkPrefixes(it.journal(), 13);
    if (text?.includes('"run_started"')) assertEquals(it.journal().at(-1)?.type, "run_finished");
  });
});

/** Whether the run was still at work then; one that was not is the other test's. */
async function isKilled({ world: it }: Chaos, ms: number): Promise<boolean> {
  try {
    return !await it.killedAt(ms);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false;
  }
}

/** Only the environment: it kept the run from beginning, and nothing was touched; or there is no place for its reports. */
function checkThrown(ran: ChaosResult, error: unknown): void {
  if (!(error instanceof Failure)) throw error;
  const { config, engine, progress } = ran.world;
  checkForeign(ran);
  if (!engine.orders.some((order) => order.startsWith("up"))) return;
  assert(error.message.startsWith("Cannot write the evidence"), error.message);
  const leftBehind = progress.flatMap((event) => event.type === "notice" ? event.text : []);
  checkNothingLeft(ran, { leftBehind, kept: config.keepCore ? LEFT_UP : [] });
}

function checkVerdicts(judged: JudgedRun, journal: JournalLine[]): void {
  const bad = culprits(judged, journal);
  for (const { cycles, name, reasons, skipped, status } of judged.modules) {
    assert(status !== "PASS" || !bad.has(name), `${name} is PASS, though ${bad.get(name)}`);
    assertEquals(status === "FAIL", reasons.some(({ level }) => level === "fail"), name);
    if (status === "PASS") assertEquals([reasons, skipped, cycles.length], [[], null, judged.evidence.run?.cycles]);
    if (status === "SKIP") assert((skipped ?? "") !== "");
    for (const { text } of reasons) assert(text !== "" && !/undefined|NaN|\[object/.test(text), text);
    const codes = reasons.map(({ code }) => code);
    if (cycles.length === 1 && codes.includes("dependency_failed")) assertEquals(codes, ["dependency_failed"]);
  }
}

/** Whatever the run brought up and that went wrong: its own module, tested or not, is no PASS, and nor is who leans on it. */
function checkBroughtUp(judged: JudgedRun, journal: JournalLine[]): void {
  const statuses = new Map([...judged.modules, ...judged.alsoRun].map(({ name, status }) => [name, status]));
  for (const [module, why] of culprits(judged, journal)) {
    assert(statuses.get(module) !== "PASS", `${module} is PASS, though ${why}`);
  }
  for (const [module, why] of shaken(judged, journal)) {
    assert(statuses.get(module) !== "PASS", `${module} is PASS, though ${why}`);
  }
  const bad = [...statuses.values()].includes("FAIL");
  if (bad) assert(isFailed(judged, false), "a run with a FAIL counts as failed");
}

/** Each line with the modules whose windows are open by then. */
function* withOpenWindows(journal: JournalLine[]): Generator<{ line: JournalLine; open: ReadonlySet<string> }> {
  const open = new Set<string>();
  for (const line of journal) {
    if (line.type === "window_opened") open.add(line.module);
    if (line.type === "window_closed") open.delete(line.module);
    if (line.type === "interrupted" || line.type === "run_failed") open.clear();
    yield { line, open };
  }
}

/** Modules in whose windows the container of something that they lean on was killed for memory or ended. */
function shaken({ evidence }: JudgedRun, journal: JournalLine[]): Map<string, string> {
  const { core = [], dependsOn = {}, helpers = {}, services = {} } = evidence.run ?? {};
  const leansOn = (name: string): string[] => (dependsOn[name] ?? []).flatMap((each) => [each, ...leansOn(each)]);
  const bad = new Map<string, string>();
  for (const { line, open } of withOpenWindows(journal)) {
    if (line.type !== "event" || !["oom", "die"].includes(line.action)) continue;
    for (const module of open) {
      const others = [...leansOn(module), ...(core.includes(module) ? [] : core)].filter((name) => open.has(name));
      const of = others.find((name) => [...services[name] ?? [], ...helpers[name] ?? []].includes(line.service));
      if (of !== undefined) bad.set(module, `${line.service} of ${of}: ${line.action}`);
    }
  }
  return bad;
}

/** Modules that can be PASS no more, and why: by the journal's own lines, without the rules. */
function culprits({ evidence }: JudgedRun, journal: JournalLine[]): Map<string, string> {
  const bad = new Map<string, string>();
  for (const { line, open } of withOpenWindows(journal)) {
    if (line.type === "test" && (line.returnCode !== 0 || line.unfinished !== undefined)) {
      bad.set(line.module, `${line.file} failed`);
    }
    const isCrash = line.type === "stop" && ![0, 143].includes(line.exitCode ?? 0);
    if (line.type === "stop" && (line.error !== null || !line.verified || line.killed || isCrash)) {
      bad.set(line.module, `${line.service} did not stop well`);
    }
    if (line.type === "check_run" && line.why !== null) bad.set(line.module, `the check of ${line.service} failed`);
    if (line.type === "look" && line.when === "last" && line.state.health === "starting" && line.state.checks?.failed) {
      bad.set(line.module, `${line.state.service} never passed its check`);
    }
    if (line.type === "start_failed" || line.type === "not_ready") bad.set(line.module, line.type);
    if (line.type === "container_missing") bad.set(line.module, `${line.service} was gone`);
    if (line.type !== "event" || !["oom", "die", "unhealthy"].includes(line.action)) continue;
    const { helpers = {}, services: own = {} } = evidence.run ?? {};
    for (const [module, all] of Object.entries(own)) {
      const services = [...all, ...helpers[module] ?? []];
      // Docker's check may be unhealthy before the service is ready.
      const judgedAction = line.action !== "unhealthy";
      if (judgedAction && open.has(module) && services.includes(line.service)) {
        bad.set(module, `${line.service}: ${line.action}`);
      }
    }
  }
  return bad;
}

/** Every prefix folds, and judging it throws nothing; `every`: how many lines from one judgement to the next. */
function checkPrefixes(journal: JournalLine[], every: number): void {
  const fold = newFold();
  for (const [index, line] of journal.entries()) {
    fold.add(line);
    if (index % every !== 0 && index < journal.length - 1) continue;
    const { modules, summary } = judge(fold.evidence);
    assertEquals(summary.total, modules.length);
    for (const { status, reasons } of modules) {
      assertEquals(status === "FAIL", reasons.some(({ level }) => level === "fail"), `after ${index} lines`);
    }
  }
}

function checkForeign({ foreign, stoppedBefore, world: { config, engine } }: Chaos): void {
  const touched = [...foreign].filter((id) =>
    !engine.containers.has(id) || engine.orders.some((order) => new RegExp(`^(stop|remove) ${id}\\b`).test(order))
  );
  assertEquals(touched, [], "foreign containers");
  const removed = [...stoppedBefore].filter((id) => engine.orders.includes(`remove ${id}`));
  if (!config.recreate) assertEquals(removed, [], "containers that were there before");
}

/** What `--keep-core` keeps, with what the engine starts for it. */
const LEFT_UP = ["madre", "tentaculo_link", "redis"];

interface Left {
  leftBehind: string[];
  /** Services that stay as asked. */
  kept: string[];
}

function leftOf({ world: { config } }: ChaosResult, { evidence }: JudgedRun): Left {
  const early = evidence.interrupted !== null || evidence.failure !== null;
  return { leftBehind: evidence.leftBehind, kept: config.keepCore && !early ? LEFT_UP : [] };
}

/** What the run started is gone, or kept as asked, or named as left behind. */
function checkNothingLeft({ stoppedBefore, world: { engine } }: ChaosResult, { leftBehind, kept }: Left): void {
  const said = leftBehind.join("\n");
  for (const id of engine.broughtUp) {
    const state = engine.containers.get(id)?.state;
    if (state === undefined || kept.includes(state.service)) continue;
    if (stoppedBefore.has(id) && state.status !== "running") continue;
    assert(said.includes(state.name) || said.includes(`"${state.service}"`), `${id} is ${state.status}: ${said}`);
  }
}

/** A hurried end has 15 s for the engine, 3 s for its last looks, and what was under way. */
const LONGEST_END_MS = 25_000;

function checkEnd({ interruptedMs, result, world: it }: ChaosResult, journal: JournalLine[]): void {
  assert(it.engine.closed);
  if (result?.failure === null) assertEquals(journal.at(-1)?.type, "run_finished");
  // By its mark the next run finds what this one left.
  const marks = [...it.files.keys()].filter((path) => path.includes(".running")).length;
  assertEquals(marks, result !== null && result.judged.evidence.leftBehind.length > 0 ? 1 : 0);
  if (interruptedMs !== null) assert(it.clock.mono() - interruptedMs < LONGEST_END_MS, `${it.clock.mono()} ms`);
}
