/** What holds of a run of which one call to the outside world fails, whichever it is; see instants.ts for all of them. */

import { assert, assertEquals } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import type { RunResult } from "../../lib/run/run.ts";
import { readEvidence } from "../../lib/audit/rejudge.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { isFailed } from "../fakes/failed.ts";
import { textOf } from "../fakes/texts.ts";
import { AUDIT_DIR, type World, world, type WorldOptions } from "../run/harness.ts";
import { jsonPieces } from "../../lib/report/json/json.ts";
import { counting, failingAt, instantsOf, TOLD } from "./faults.ts";
import { chosen, tryEach } from "./instants.ts";
import { type Tap, tapped } from "./taps.ts";

/** What the run would come to if nothing failed. */
const PLOTS: Record<string, { options: WorldOptions; prepare?: (it: World) => void }> = {
  "a run that passes": { options: { config: { selected: ["switch"], cycles: 2 } } },
  "a run with a failing test": {
    options: { config: { selected: ["switch", "hermes"], jobs: 2 }, tests: { "test_switch_a.py": 1 } },
  },
};

interface Ran {
  world: World;
  result: RunResult | null;
  error: unknown;
}

async function ran({ options, prepare }: (typeof PLOTS)[string], tap: Tap): Promise<Ran> {
  const it = world(options);
  prepare?.(it);
  Object.assign(it.host, tapped({ ...it.host }, tap));
  try {
    return { world: it, result: await it.run(), error: null };
  } catch (error) {
    return { world: it, result: null, error };
  }
}

for (const [plot, setting] of Object.entries(PLOTS)) {
  Deno.test(`${plot} holds its promises whichever call of it fails`, async () => {
    const counts = new Map<string, number>();
    const whole = await ran(setting, counting(counts));
    assert(whole.result !== null && whole.result.failure === null, `${whole.error}`);
    const evidence = evidenceOf(whole);
    await tryEach(chosen(instantsOf(counts), 2), async (name) => {
      const hits: string[] = [];
      const one = await ran(setting, failingAt(name, (of) => hits.push(of)));
      assert(hits.length > 0, "the call was not made");
      await check(one, evidence);
    });
  });
}

/** What was seen: each module's looks and tests, and the files that stand for them. */
function evidenceOf({ result, world: { files } }: Ran): string[] {
  const cycles = (result?.judged.evidence.modules ?? []).flatMap(({ cycles, name }) =>
    cycles.flatMap(({ cycle, services, tests }) => [
      ...services.flatMap(({ lastLook, probes, samples, service, stop }) => [
        `${name} ${cycle}: last look at ${service}: ${lastLook?.status}`,
        `${name} ${cycle}: stop of ${service}: ${stop?.verified}`,
        `${name} ${cycle}: enough of ${service}: ${probes.length >= 3} ${samples.length > 0}`,
      ]),
      ...tests.map(({ counts, file }) => `${name} ${cycle}: ${file}: ${counts?.passed}, ${counts?.failed}`),
    ])
  );
  return [...cycles, ...[...files.keys()].filter((path) => path.startsWith(AUDIT_DIR))].sort();
}

async function check(ran: Ran, whole: readonly string[]): Promise<void> {
  const { error, result, world: it } = ran;
  checkNothingLeft(ran);
  if (result === null) {
    // Deno's own errors have a code, and are told as what the system refused.
    const isSystems = error instanceof Error && "code" in error && error.message !== "";
    assert(error instanceof Failure || isSystems, `a bug: ${error instanceof Error ? error.stack : error}`);
    assert(TOLD.test(error instanceof Failure ? `${error.data.what} ${error.data.detail}` : `${error}`), `${error}`);
    return;
  }
  const { failure, judged } = result;
  assert(failure?.exit !== "bug", failure?.what);
  const said = JSON.stringify([failure, judged.modules, judged.alsoRun, judged.evidence.notices, it.progress]);
  const seen = new Set(evidenceOf(ran));
  const missing = whole.filter((each) => !seen.has(each));
  const isGood = failure === null && !isFailed(judged, true);
  if (isGood) assertEquals(missing, [], `it counts as good, and this is missing: ${said.slice(0, 300)}`);
  // What is missing is told, with why.
  if (missing.length > 0) assert(TOLD.test(said), `missing without a word: ${missing.join("; ")}`);
  for (const { name, status } of judged.modules) {
    if (status !== "PASS") continue;
    assertEquals(missing.filter((each) => each.startsWith(`${name} `)), [], `${name} is PASS`);
  }
  await checkJudgedAgain(ran);
}

/** The reports that are there say what the journal says. */
async function checkJudgedAgain({ result, world: { files } }: Ran): Promise<void> {
  const it = world({ files: new Map(files) });
  const report = files.get(`${AUDIT_DIR}/REPORT.json`);
  if (result === null || result.failure !== null || report === undefined) return;
  const again = judge(await readEvidence(it.host, AUDIT_DIR, "judge"));
  assertEquals(textOf([...jsonPieces(again)]), report, "judged again, it says something else");
}

function checkNothingLeft({ result, world: { engine } }: Ran): void {
  const left = result?.judged.evidence.leftBehind.join("\n") ?? "";
  const running = engine.running().filter((service) => !left.includes(service));
  assertEquals(running, [], "left running");
  assert(engine.orders.length === 0 || engine.closed, "the engine was not closed");
}
