/**
 * Runs that are killed at moments by a seed, on both engines: `clean` or the next run leaves nothing of them, no file is torn,
 * and nothing that was not seen is PASS. A campaign of 700 and 300:
 *
 *     VX11_INTEGRATION=1 VX11_KILLS=700 VX11_AT_ONCE=4 scripts/deno test -A tests/integration/kills_test.ts --filter processes
 *     VX11_INTEGRATION=1 VX11_KILLS=300 VX11_AT_ONCE=4 scripts/deno test -A tests/integration/kills_test.ts --filter Compose
 */

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { join } from "@std/path";
import { complain } from "../../scripts/say.ts";
import { parseJournal } from "../fakes/journal.ts";
import { random } from "../fakes/random.ts";
import { missingOf } from "../torture/seen.ts";
import { integrationTest } from "./environment.ts";
import { type Finished, type Running, start } from "./program.ts";
import { Sandbox } from "./sandbox.ts";
import { standIns } from "./standins.ts";

const KILLS = Number(Deno.env.get("VX11_KILLS") ?? 4);
const AT_ONCE = Number(Deno.env.get("VX11_AT_ONCE") ?? 1);
const SEED = Number(Deno.env.get("VX11_SEED") ?? 1);
/** One in so many is followed by a run, the others by `clean`. */
const NEXT_RUN = 5;

/** Of a campaign each so manieth kill is told. */
const TELL = 25;

/** A busy machine is to change no verdict here; and a p95 of three probes, as seen.ts has it. */
const CONFIG = { thresholds: { latency_p95_ms: 60_000, min_probes: 3, probe_interval_ms: 20 } };

interface Place {
  dir: string;
  /** Starts the program in the project, with the temporary folder of the place. */
  program(args: readonly string[]): Promise<Running>;
  /** Options of a run. */
  run: readonly string[];
  /** What there is of the project: processes, or containers and networks. */
  left(): Promise<string[]>;
}

async function call({ program }: Place, ...args: string[]): Promise<Finished> {
  return await (await program(args)).finished;
}

async function campaign(place: Place, seed: number, kills: number): Promise<void> {
  await Deno.mkdir(join(place.dir, "tmp"));
  const chance = random(seed);
  const whole = await call(place, ...place.run, "--audit-dir", "whole");
  assertEquals(whole.code, 0, whole.stderr);
  for (let nth = 1; nth <= kills; nth++) {
    const atMs = whole.durationMs * 1.05 * chance();
    const audit = `killed${nth}`;
    const running = await place.program([...place.run, "--audit-dir", audit]);
    await Promise.race([delay(atMs), running.finished]);
    running.kill("SIGKILL");
    await running.finished;
    try {
      await checkKilled(place, audit, nth % NEXT_RUN === 0);
    } catch (cause) {
      throw new Error(`seed ${seed}, kill ${nth} of ${kills}, after ${Math.round(atMs)} ms, ${place.dir}`, { cause });
    }
    await Deno.remove(join(place.dir, audit), { recursive: true }).catch(() => {});
    if (nth % TELL === 0) complain(`seed ${seed}: ${nth} of ${kills} kills`);
  }
}

async function checkKilled(place: Place, audit: string, byRun: boolean): Promise<void> {
  await checkJudge(place, audit, "before");
  if (!byRun && await isMarked(place)) {
    const cleaned = await call(place, "clean");
    assertEquals(cleaned.code, 0, cleaned.stderr);
  } // Without a mark nothing had begun, and `clean` does not know the engine.
  else {
    const next = await call(place, ...place.run, "--audit-dir", `${audit}_next`);
    assertEquals(next.code, 0, next.stderr);
    await Deno.remove(join(place.dir, `${audit}_next`), { recursive: true });
  }
  assertEquals(await place.left(), [], "processes, containers or networks");
  assertEquals(await namesIn(join(place.dir, "tmp")), [], "temporary files");
  assertEquals(await namesIn(join(place.dir, "docs/audit/.running")), [], "marks");
  await checkJudge(place, audit, "after");
  await checkFiles(join(place.dir, audit));
}

/** Killed is no PASS, unless it had come to its end; what is PASS was seen. */
async function checkJudge(place: Place, audit: string, when: "before" | "after"): Promise<void> {
  const text = await Deno.readTextFile(join(place.dir, audit, "journal.ndjson")).catch(() => "");
  const { code, stderr, stdout } = await call(place, "judge", audit, "--out", `${audit}_${when}`);
  const isFinished = /"type":"run_finished".*\n/.test(text) && !text.includes('"type":"interrupted"');
  const expected = isFinished ? [0] : when === "after" && text.includes('"type":"run_started"') ? [130] : [2, 3, 130];
  assert(expected.includes(code), `judge ${when} ended with ${code}, not ${expected}: ${stdout}${stderr}`);
  const journal = parseJournal(text.slice(0, text.lastIndexOf("\n") + 1));
  for (const module of ["switch", "baseline"]) {
    if (!new RegExp(`^${module}.* PASS`, "m").test(stdout)) continue;
    assertEquals(missingOf(journal, module), [], `${module}: ${stdout}`);
  }
  await Deno.remove(join(place.dir, `${audit}_${when}`), { recursive: true }).catch(() => {});
}

/** No line and no report is cut short, and no file of a moment is left. */
async function checkFiles(auditDir: string): Promise<void> {
  for (const name of await namesIn(auditDir)) {
    assert(!name.endsWith(".tmp") && !name.startsWith(".writable"), name);
    const path = join(auditDir, name);
    if (name.endsWith(".ndjson")) {
      const text = await Deno.readTextFile(path);
      assert(text === "" || text.endsWith("\n"), `${name} is cut short`);
      for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
    }
    if (name === "REPORT.json") JSON.parse(await Deno.readTextFile(path));
    if (name === "REPORT.html") assert((await Deno.readTextFile(path)).trimEnd().endsWith("</html>"), name);
    if (name === "junit.xml") assert((await Deno.readTextFile(path)).trimEnd().endsWith("</testsuites>"), name);
  }
}

async function isMarked({ dir }: Place): Promise<boolean> {
  return (await namesIn(join(dir, "docs/audit/.running"))).some((name) => name.endsWith(".json"));
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await Array.fromAsync(Deno.readDir(dir), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The kills shared out over several projects at once, each with a seed of its own. */
async function shared(one: (seed: number, kills: number) => Promise<void>): Promise<void> {
  const shares = Array.from({ length: AT_ONCE }, (_, nr) => Math.floor((KILLS + nr) / AT_ONCE));
  await Promise.all(shares.map((kills, nr) => one(SEED * 1000 + nr, kills)));
}

const PASSES = "def test_that_passes():\n    pass\n";

integrationTest(
  "kills on processes: nothing is left, nothing is torn, nothing unseen is PASS",
  () =>
    shared(async (seed, kills) => {
      await using project = await standIns(
        ["madre", "tentaculo_link", "switch"],
        { "test_switch_a.py": PASSES },
        CONFIG,
      );
      const { dir, left } = project;
      const env = { TMPDIR: join(dir, "tmp") };
      const run = ["--modules", "switch", "--config", "stability.yaml"];
      await campaign({ dir, left, run, program: (args) => start(args, { cwd: dir, env }) }, seed, kills);
    }),
);

integrationTest(
  "kills on Compose: nothing is left, nothing is torn, nothing unseen is PASS",
  () =>
    shared(async (seed, kills) => {
      await using sandbox = await Sandbox.create({ tests: (name) => name.startsWith("test_switch") });
      const { dir } = sandbox;
      const env = { TMPDIR: join(dir, "tmp") };
      await Deno.writeTextFile(sandbox.path("stability.yaml"), JSON.stringify(CONFIG));
      const left = async () => [
        ...(await sandbox.containers()).map(({ service, state }) => `${service} ${state}`),
        ...await sandbox.owned("network"),
      ];
      const run = ["--modules", "switch", "--config", "stability.yaml", "--no-keep-core"];
      await campaign({ dir, left, run, program: (args) => start(args, { cwd: dir, env }) }, seed, kills);
    }),
);
