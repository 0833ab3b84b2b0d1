/**
 * What a killed run left is taken away in the end, whichever call of the first try to do so fails: that try says why, or has done
 * it all the same. All of them: see instants.ts.
 */

import { assert, assertEquals } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import { readEvidence } from "../../lib/audit/rejudge.ts";
import { sweep } from "../../lib/audit/leftovers.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { jsonText } from "../fakes/texts.ts";
import { type World, world } from "../run/harness.ts";
import { counting, failingAt, instantsOf, TOLD } from "./faults.ts";
import { chosen, tryEach } from "./instants.ts";
import { type Tap, tapped } from "./taps.ts";

const DEAD = "/audit/dead";
const WHERE = { projectDir: "/srv/vx11", dirs: [], keepCore: false };

/** The world after a run that was killed while it watched, with half a line at the end of its journal. */
async function afterKill(): Promise<World> {
  const thresholds = { probe_idle_interval_ms: 500, sample_interval_ms: 500 };
  const dead = world({ config: { auditDir: DEAD, soakSec: 60 }, thresholds, pid: 66 });
  await dead.killedAt(5000);
  dead.engine.disconnect();
  const path = `${DEAD}/journal.ndjson`;
  dead.files.set(path, (dead.files.get(path) ?? "").slice(0, -10));
  return world({ engine: dead.engine, files: dead.files, clock: autoClock(dead.clock.mono()) });
}

async function swept(it: World, tap: Tap): Promise<void> {
  await it.clock.drive(() => sweep(tapped(it.host, tap), it.engine, WHERE));
}

Deno.test("what a killed run left goes, whichever call of the first try fails", async () => {
  const counts = new Map<string, number>();
  await swept(await afterKill(), counting(counts));
  await tryEach(chosen(instantsOf(counts), 3), async (name) => {
    const it = await afterKill();
    let hits = 0;
    try {
      await swept(it, failingAt(name, () => hits++));
    } catch (error) {
      const isSystems = error instanceof Error && "code" in error;
      assert(error instanceof Failure || isSystems, `a bug: ${error instanceof Error ? error.stack : error}`);
      assert(TOLD.test(error.message), error.message);
    }
    assert(hits > 0, "the call was not made");
    await swept(it, () => {});
    assertEquals([it.engine.running(), [...it.files.keys()].filter((path) => path.includes(".running"))], [[], []]);
    const judged = judge(await readEvidence(it.host, DEAD, "judge"));
    assertEquals([judged.evidence.interrupted, judged.evidence.finished], ["a kill", true]);
    assertEquals(it.files.get(`${DEAD}/REPORT.json`), jsonText(judged));
  });
});
