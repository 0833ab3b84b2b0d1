/** Two engines may have projects of one name, in one project dir: a killed run is finished only where it was. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { leftElsewhere } from "../../lib/audit/elsewhere.ts";
import { findLeft } from "../../lib/audit/left.ts";
import { sweep } from "../../lib/audit/leftovers.ts";
import { toFinishFirst } from "../../lib/audit/earlier_run.ts";
import { Failure } from "../../lib/model/failure.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { type World, world } from "../run/harness.ts";

const PROJECT = { projectDir: "/srv/vx11", dirs: [], keepCore: true };
const CONFIG = { auditDir: "/audit/dead", soakSec: 60 };

/** A run that was killed on one engine, and the world after it, whose engine is another. */
async function killedElsewhere(context?: string): Promise<{ it: World; there: World["engine"] }> {
  const slowly = { probe_idle_interval_ms: 500, sample_interval_ms: 500 };
  const config = { ...CONFIG, ...(context === undefined ? {} : { context }) };
  const dead = world({ config, thresholds: slowly, pid: 66 });
  Object.assign(dead.engine, { identity: "THERE vx11" });
  await dead.killedAt(20_000);
  dead.engine.disconnect();
  const it = world({ files: dead.files, clock: autoClock(dead.clock.mono()) });
  Object.assign(it.engine, { identity: "HERE vx11" });
  return { it, there: dead.engine };
}

function marksIn(it: World): string[] {
  return [...it.files.keys()].filter((path) => path.includes(".running/"));
}

Deno.test("a run that was killed on another engine is not finished here, and its mark stays", async () => {
  const { it, there } = await killedElsewhere();
  const record = it.files.get("/audit/dead/journal.ndjson");
  assertEquals(await it.clock.drive(() => sweep(it.host, it.engine, PROJECT)), []);
  assertEquals((await findLeft(it.host, it.engine, { ...PROJECT, looks: [] })).left, []);
  assertEquals([marksIn(it).length, it.files.get("/audit/dead/journal.ndjson") === record], [1, true]);
  const swept = await it.clock.drive(() => sweep(it.host, there, PROJECT));
  assertEquals([swept.map(({ dir }) => dir), marksIn(it)], [["/audit/dead"], []]);
  assertEquals(there.running().sort(), []);
});

Deno.test("the next run here begins, and says how the other one is finished", async () => {
  for (const context of [undefined, "lab"]) {
    const { it } = await killedElsewhere(context);
    const { judged } = await it.run();
    const [notice = ""] = judged.evidence.notices.filter((text) => text.includes("on another engine"));
    assertStringIncludes(notice, "/audit/dead");
    const next = context === undefined ? "the DOCKER_HOST that the run had" : "`vx11-stability clean --context lab`";
    assertStringIncludes(notice, next);
    assertEquals(marksIn(it).length, 1);
  }
});

Deno.test("its own engine sees nothing elsewhere, and neither does one that says no identity", async () => {
  const { it, there } = await killedElsewhere();
  assertEquals(await leftElsewhere(it.host, [there], "/srv/vx11"), []);
  assertEquals((await leftElsewhere(it.host, [it.engine], "/srv/vx11")).length, 1);
  Object.assign(it.engine, { identity: undefined });
  assertEquals(await leftElsewhere(it.host, [it.engine], "/srv/vx11"), []);
});

Deno.test("its audit dir is not written over by a run here", async () => {
  const { it } = await killedElsewhere();
  await assertRejects(
    () => toFinishFirst(it.host, it.engine, "/audit/dead"),
    Failure,
    "it holds a run that has not ended, on another engine, where its containers may still be",
  );
});
