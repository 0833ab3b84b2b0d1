/** Runs that are killed at moments by a seed and resumed, on both engines: nothing done is done again, nothing is left. */

import { assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { join } from "@std/path";
import { random } from "../fakes/random.ts";
import { integrationTest } from "./environment.ts";
import { auditDirs, type Finished, type JournalLine, readJournal, readReport, start } from "./program.ts";
import { Sandbox } from "./sandbox.ts";
import { standIns } from "./standins.ts";

/** Kills of each kind; VX11_RUNS=100 to be surer. */
const RUNS = Number(Deno.env.get("VX11_RUNS") ?? 4);
const SEED = Number(Deno.env.get("VX11_SEED") ?? 1);

/** Starts the program with these arguments, in the project. */
type Program = (args: readonly string[]) => Promise<{ kill(signal: Deno.Signal): void; finished: Promise<Finished> }>;

const OPTIONS = ["--modules", "switch,hermes,shubniggurath", "--cycles", "2", "--config", "stability.yaml"];

/** A busy machine is to change no verdict here. */
const CALM = { thresholds: { latency_p95_ms: 60_000 } };

/** Runs it whole, and then `RUNS` times with a kill in the middle. `left`: what is there when it has ended. */
async function killAndResume(program: Program, dir: string, left: () => Promise<string[]>): Promise<void> {
  const chance = random(SEED);
  const whole = await (await program(OPTIONS)).finished;
  assertEquals(whole.code, 1, whole.stderr);
  const first = (await auditDirs(dir)).at(-1) ?? "";
  const wanted = statusesOf(await readReport(first));
  assertEquals(wanted, ["switch PASS", "hermes FAIL", "shubniggurath PASS"]);
  for (let nth = 1; nth <= RUNS; nth++) {
    const auditDir = join(dir, `killed${nth}`);
    const atMs = whole.durationMs * (0.1 + 0.85 * chance());
    const running = await program([...OPTIONS, "--audit-dir", auditDir]);
    await Promise.race([delay(atMs), running.finished]);
    running.kill("SIGKILL");
    await running.finished;
    const before = await readJournal(auditDir);
    if (!before.some(({ type }) => type === "request")) continue;
    const resumed = await (await program(["resume", auditDir])).finished;
    const where = `seed ${SEED}, run ${nth}, killed after ${Math.round(atMs)} ms\n${resumed.stderr}`;
    if (before.some(({ type }) => type === "run_finished")) {
      assertEquals(resumed.code, 2, where);
      continue;
    }
    assertEquals(resumed.code, 1, where);
    assertEquals(statusesOf(await readReport(auditDir)), wanted, where);
    const after = await readJournal(auditDir);
    const anew = after.slice(after.findIndex(({ type }) => type === "resumed"));
    const again = new Set(opened(anew));
    assertEquals(done(before).filter((each) => again.has(each)), [], where);
    assertEquals(await left(), [], where);
  }
}

function statusesOf(report: { modules: Record<string, { name: string; status: string }> }): string[] {
  return Object.values(report.modules).map(({ name, status }) => `${name} ${status}`);
}

function opened(lines: readonly JournalLine[]): string[] {
  return lines.filter(({ type }) => type === "window_opened").map(({ cycle, module }) => `${cycle} ${module}`);
}

/** Cycles of modules of which nothing was left to do: the window closed, and all that was theirs released. */
function done(lines: readonly JournalLine[]): string[] {
  const released = new Set(lines.flatMap(({ containerId, type }) => type === "stop" ? [containerId] : []));
  const owned = new Map<string, unknown[]>();
  for (const { containerId, service, type } of lines) {
    if (type === "owned") owned.set(String(service), [...owned.get(String(service)) ?? [], containerId]);
  }
  return lines.filter(({ module, type }) => type === "window_closed" && module !== "baseline")
    .filter(({ module }) => (owned.get(String(module)) ?? []).every((id) => released.has(id)))
    .map(({ cycle, module }) => `${cycle} ${module}`);
}

const FAILS = "def test_that_fails():\n    assert False\n";

integrationTest(
  "resume on processes: after a kill at any moment the verdicts are those of a run that was not killed",
  async () => {
    const tests = ["switch", "hermes", "shub"].map((name) => [
      `test_${name}_a.py`,
      name === "hermes" ? FAILS : "def test_that_passes():\n    pass\n",
    ]);
    const names = ["madre", "tentaculo_link", "switch", "hermes", "shubniggurath"];
    await using project = await standIns(names, Object.fromEntries(tests), CALM);
    await killAndResume((args) => start(args, { cwd: project.dir }), project.dir, project.left);
  },
);

integrationTest(
  "resume on Compose: after a kill at any moment the verdicts are those of a run that was not killed",
  async () => {
    await using sandbox = await Sandbox.create({
      tests: (name) => /^test_(switch|shub)/.test(name),
      moreTests: { "test_hermes_fails.py": FAILS },
    });
    await Deno.writeTextFile(sandbox.path("stability.yaml"), JSON.stringify(CALM));
    const program: Program = (args) => sandbox.start(args[0] === "resume" ? args : [...args, "--no-keep-core"]);
    await killAndResume(program, sandbox.dir, async () => {
      const containers = (await sandbox.containers()).map(({ service }) => service);
      return [...containers, ...await sandbox.owned("network")];
    });
    const volumes = (await sandbox.owned("volume")).map((line) => line.split(" ", 1)[0]?.split("_").at(-1));
    assertEquals(volumes.sort(), ["madre-data", "redis-data", "switch-models"], "the named ones, and no more");
  },
);
