/** What a killed run left: found by its mark and its journal, stopped, and its record finished. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { Failure } from "../../lib/model/failure.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { sweep } from "../../lib/audit/leftovers.ts";
import { findLeft } from "../../lib/audit/left.ts";
import { readUnfinished } from "../../lib/audit/ended_run.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import type { World, WorldOptions } from "../run/harness.ts";
import { verdictOn, world } from "../run/harness.ts";

const PROJECT = { projectDir: "/srv/vx11", dirs: [], keepCore: true };

/** A run that was killed at a moment of its own, and the world after it. */
async function killed(ms: number, options: WorldOptions = {}, before = (_: World) => {}): Promise<World> {
  const slowly = { probe_idle_interval_ms: 500, sample_interval_ms: 500 };
  const dead = world({ config: { auditDir: "/audit/dead", soakSec: 60 }, thresholds: slowly, pid: 66, ...options });
  before(dead);
  await dead.killedAt(ms);
  dead.engine.disconnect();
  return world({ engine: dead.engine, files: dead.files, clock: autoClock(dead.clock.mono()) });
}

Deno.test("the next run finishes a killed run: its containers, its journal, its reports, its mark", async () => {
  const it = await killed(20_000, { running: ["hermes"] });
  assertEquals(it.engine.running().length, 5);
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), it.engine.running()], ["PASS", ["hermes"]]);
  const dead = judge(foldJournal(it.journal("/audit/dead")));
  assertEquals([dead.evidence.interrupted, dead.evidence.finished], ["a kill", true]);
  assertEquals(dead.modules.map(({ status }) => status), ["SKIP"]);
  assertStringIncludes(it.files.get("/audit/dead/REPORT.md") ?? "", "Interrupted by a kill");
  assertStringIncludes(
    result.judged.evidence.notices[0] ?? "",
    "An earlier run had been killed (/audit/dead): removed vx11-",
  );
  assertEquals([...it.files.keys()].filter((path) => path.includes(".running")), []);
});

Deno.test("a core that was to be kept stays, and `clean` removes it", async () => {
  const it = await killed(20_000, { config: { auditDir: "/audit/dead", soakSec: 60, keepCore: true } });
  const copy = new Map(it.files);
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals(it.engine.running().sort(), ["madre", "redis", "tentaculo_link"]);
  for (const [path, text] of copy) it.files.set(path, text);
  const swept = await it.clock.drive(() => sweep(it.host, it.engine, { ...PROJECT, keepCore: false }));
  assertEquals([swept.map(({ dir }) => dir), it.engine.running(), [...it.engine.networkIds]], [
    ["/audit/dead"],
    [],
    [],
  ]);
});

Deno.test("what a run could not remove, since the engine had gone, the next one removes, but for a core that was kept", async () => {
  const lost = world({ config: { auditDir: "/audit/lost" }, pid: 66 });
  const { look, remove } = lost.engine;
  const gone = () => Promise.reject(new EngineError("cannot connect to the Docker daemon"));
  lost.engine.onOrder = (order) => {
    if (!order.startsWith("stop switch")) return;
    lost.engine.look = gone;
    lost.engine.remove = (ids) => Promise.resolve(new Map(ids.map((id) => [id, "cannot connect"])));
  };
  const ended = await lost.run();
  assert(ended.judged.evidence.leftBehind.length > 0);
  assert([...lost.files.keys()].some((path) => path.includes(".running")), "the mark stays");
  const record = lost.files.get("/audit/lost/journal.ndjson");
  lost.engine.onOrder = () => {};
  Object.assign(lost.engine, { look, remove });
  lost.engine.disconnect();
  const it = world({ engine: lost.engine, files: lost.files, clock: autoClock(lost.clock.mono()) });
  it.engine.remove = (ids) => Promise.resolve(new Map(ids.map((id) => [id, "removal is already in progress"])));
  const [tried] = await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertStringIncludes(tried?.trouble?.message ?? "", "removal is already in progress");
  assert([...it.files.keys()].some((path) => path.includes(".running")), "the mark stays until all is removed");
  it.engine.remove = remove;
  const swept = await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals([swept.map(({ killed }) => killed), it.engine.running(), [...it.engine.networkIds]], [[false], [], []]);
  assertEquals(it.files.get("/audit/lost/journal.ndjson"), record);
  assertEquals([...it.files.keys()].filter((path) => path.includes(".running")), []);
});

Deno.test("what was being started when the kill came is found by what was written down before", async () => {
  const it = await killed(0, {}, (dead) => {
    dead.engine.onOrder = (order) => order === "up switch" ? new Promise(() => {}) : undefined;
  });
  // Nothing sleeps any more: the run hangs in `up`, its container is there, and nobody has claimed it.
  assertEquals(it.engine.container("switch")?.state.status, "running");
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals(it.engine.running(), []);
});

Deno.test("what the engine still makes of a start that the kill met is waited for and removed", async () => {
  const it = await killed(0, {}, (dead) => {
    dead.engine.onOrder = (order) => order === "up switch" ? new Promise(() => {}) : undefined;
  });
  // Its command lives on and is ended first; what it had asked for comes a moment later.
  const found = it.engine.container("switch");
  it.engine.containers.delete(found?.state.id ?? "");
  const ended: number[] = [];
  it.engine.endOrphans = (pid) => {
    ended.push(pid);
    it.clock.sleep(400).then(() => {
      if (found !== undefined) it.engine.containers.set(found.state.id, found);
      it.engine.emit("switch", "create");
    }, () => {});
    return Promise.resolve();
  };
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals([[...it.engine.containers.keys()], ended], [[], [66]]);
});

Deno.test("what somebody else started later stays", async () => {
  const it = await killed(20_000);
  await it.clock.drive(() => it.clock.sleep(3_000_000));
  it.engine.containers.delete(it.engine.container("switch")?.state.id ?? "");
  it.engine.startByHand("switch");
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals(it.engine.running(), ["switch"]);
});

Deno.test("what was there and stopped is stopped again and stays", async () => {
  const it = await killed(20_000, { stopped: ["switch"] });
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals([it.engine.running(), it.engine.container("switch")?.state.status], [[], "exited"]);
});

Deno.test("what was there and stopped, and was being started when the kill came, is stopped again and stays", async () => {
  const it = await killed(0, { stopped: ["switch"] }, (dead) => {
    dead.engine.onOrder = (order) => order === "up switch" ? new Promise(() => {}) : undefined;
  });
  assertEquals(it.engine.container("switch")?.state.status, "running");
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals([it.engine.running(), it.engine.container("switch")?.state.status], [[], "exited"]);
});

Deno.test("a line that the kill cut short is left out, and what is added stands on a line of its own", async () => {
  const it = await killed(20_000);
  const path = "/audit/dead/journal.ndjson";
  it.files.set(path, (it.files.get(path) ?? "").slice(0, -25));
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals([it.journal("/audit/dead").at(-1)?.type, it.engine.running()], ["run_finished", []]);
});

Deno.test("a journal that cannot be read ends the sweep with where to look", async () => {
  const it = await killed(20_000);
  const path = "/audit/dead/journal.ndjson";
  it.files.set(path, (it.files.get(path) ?? "").replace("\n", "\n{broken\n"));
  const failure = await assertRejects(() => it.clock.drive(() => sweep(it.host, it.engine, PROJECT)), Failure);
  assertStringIncludes(failure.message, "Cannot read the journal of an earlier run");
});

Deno.test("a run that is still going on is left alone, and no other begins", async () => {
  const it = await killed(20_000);
  it.alive.add(66);
  const running = it.engine.running();
  const failure = await assertRejects(() => it.run(), Failure);
  assertStringIncludes(failure.message, 'Another run is at work on project "vx11": process 66');
  assertEquals(it.engine.running(), running);
});

Deno.test("the number of a dead run that another program has now is no run", async () => {
  const it = await killed(20_000);
  it.alive.add(66);
  it.startOf.set(66, 2000);
  assertEquals((await it.clock.drive(() => sweep(it.host, it.engine, PROJECT))).length, 1);
});

Deno.test("a run of an earlier boot is over, whatever has its number and its start now", async () => {
  const it = await killed(20_000);
  it.alive.add(66);
  it.boot = "boot-2";
  assertEquals((await it.clock.drive(() => sweep(it.host, it.engine, PROJECT))).length, 1);
});

Deno.test("the run of another project is left alone", async () => {
  const it = await killed(20_000);
  for (const [path, text] of it.files) {
    if (path.includes(".running")) it.files.set(path, text.replace('"project":"vx11"', '"project":"other"'));
  }
  const running = it.engine.running();
  assertEquals(await it.clock.drive(() => sweep(it.host, it.engine, PROJECT)), []);
  assertEquals(it.engine.running(), running);
});

Deno.test("a folder that is named is finished without a mark, once", async () => {
  const it = await killed(20_000);
  for (const path of [...it.files.keys()]) if (path.includes(".running")) it.files.delete(path);
  const named = { ...PROJECT, dirs: ["/audit/dead", "/audit/none"] };
  assertEquals((await it.clock.drive(() => sweep(it.host, it.engine, named))).map(({ dir }) => dir), ["/audit/dead"]);
  assertEquals(await it.clock.drive(() => sweep(it.host, it.engine, named)), []);
  assertEquals(await readUnfinished(it.host, it.engine, "/audit/dead"), null);
});

Deno.test("what cannot be removed is named with the command, and the journal stays open for the next try", async () => {
  const it = await killed(20_000);
  it.engine.scripts.set("switch", { removeFails: "device busy" });
  const failure = await assertRejects(() => it.clock.drive(() => sweep(it.host, it.engine, PROJECT)), Failure);
  assertStringIncludes(
    failure.message,
    "Cannot remove what the earlier run in /audit/dead left, vx11-switch: device busy",
  );
  assertStringIncludes(failure.data.next, "docker rm --force switch-4");
  it.engine.scripts.set("switch", {});
  assertEquals((await it.clock.drive(() => sweep(it.host, it.engine, PROJECT))).length, 1);
  assertEquals(it.engine.running(), []);
});

Deno.test("what was there before and does not stop is to be stopped by hand", async () => {
  const it = await killed(20_000, { stopped: ["switch"] });
  it.engine.scripts.set("switch", { stopFails: "busy" });
  const failure = await assertRejects(() => it.clock.drive(() => sweep(it.host, it.engine, PROJECT)), Failure);
  assertEquals(failure.data.next, "Stop it by hand");
});

Deno.test("an engine that does not answer leaves all as it is", async () => {
  const it = await killed(20_000);
  it.engine.onOrder = () => {
    throw new EngineError("no daemon");
  };
  const failure = await assertRejects(() => it.clock.drive(() => sweep(it.host, it.engine, PROJECT)), Failure);
  assertStringIncludes(failure.message, "Cannot finish the earlier run in /audit/dead: no daemon");
  assert([...it.files.keys()].some((path) => path.includes(".running")));
});

Deno.test("what was there and stopped, and is started anew in each cycle, is stopped again after a kill in the second", async () => {
  const options = { config: { auditDir: "/audit/dead", cycles: 2 }, stopped: ["switch"] };
  const it = await killed(3000, options, (dead) => {
    let runs = 0;
    dead.onTest = () => ++runs === 2 ? new Promise(() => {}) : undefined;
  });
  assertEquals(it.engine.container("switch")?.state.status, "running");
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals([it.engine.running(), it.engine.container("switch")?.state.status], [[], "exited"]);
});

/** A run whose mark is still there, with its files changed as a kill behind the end of its journal leaves them. */
async function killedAtReports(change: (files: Map<string, string>) => void): Promise<World> {
  const dead = world({ config: { auditDir: "/audit/dead" }, pid: 66 });
  const marks = new Map<string, string>();
  dead.onTest = () => {
    for (const [path, text] of dead.files) if (path.includes(".running")) marks.set(path, text);
  };
  await dead.run();
  assertEquals(marks.size, 1);
  for (const [path, text] of marks) dead.files.set(path, text);
  change(dead.files);
  return world({ engine: dead.engine, files: dead.files, clock: autoClock(dead.clock.mono()) });
}

Deno.test("a run that was killed while it wrote its reports has them whole after the next one", async () => {
  const before = new Map<string, string>();
  const it = await killedAtReports((files) => {
    for (const name of ["REPORT.json", "REPORT.md"]) {
      before.set(name, files.get(`/audit/dead/${name}`) ?? "");
      files.delete(`/audit/dead/${name}`);
    }
    files.set("/audit/dead/REPORT.json.66-0123abcd.tmp", "{");
    files.set("/audit/dead/raw/out.txt.66-0123abcd.tmp", "half");
  });
  const swept = await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals(swept, []);
  for (const [name, text] of before) assertEquals(it.files.get(`/audit/dead/${name}`), text);
  assertEquals([...it.files.keys()].filter((path) => path.endsWith(".tmp") || path.includes(".running")), []);
});

Deno.test("samples and events of a killed run are whole lines again, and those of its journal", async () => {
  for (const cut of [5, 400]) {
    const it = await killed(20_000);
    for (const name of ["samples.ndjson", "events.ndjson"]) {
      const path = `/audit/dead/${name}`;
      it.files.set(path, (it.files.get(path) ?? "").slice(0, -cut));
    }
    await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
    const linesOf = (name: string) => (it.files.get(`/audit/dead/${name}`) ?? "").split("\n").slice(0, -1);
    const journal = it.journal("/audit/dead");
    assertEquals(linesOf("samples.ndjson").map((line) => JSON.parse(line)), [
      ...journal.filter(({ type }) => ["sample", "sample_missing", "probe"].includes(type)),
    ]);
    assertEquals(
      linesOf("events.ndjson").map((line) => JSON.parse(line)),
      journal.filter(({ type }) => type === "event" || type === "gap"),
    );
  }
});

Deno.test("what a run was writing that was killed before its journal began goes, and nothing of another run", async () => {
  const it = await killedAtReports((files) => {
    files.set("/audit/dead/.writable.66-0123abcd.tmp", "");
    files.set("/audit/dead/.writable", "");
    files.set("/audit/dead/REPORT.md.67-0123abcd.tmp", "half of another run's");
    // As one of an earlier process of this number: its journal is no longer that run's.
    const path = "/audit/dead/journal.ndjson";
    files.set(path, "");
  });
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  const left = [...it.files.keys()].filter((path) => /\.tmp$|\.writable|\.running/.test(path));
  assertEquals(left, ["/audit/dead/REPORT.md.67-0123abcd.tmp"]);
});

Deno.test("a mark that was being written when the kill came goes; one of a process that lives, or of another host, stays", async () => {
  const it = world();
  const dir = "/srv/vx11/docs/audit/.running";
  it.alive.add(67);
  const names = ["lab1-66.json.66-0123abcd.tmp", "lab1-67.json.67-0123abcd.tmp", "lab2-66.json.66-0123abcd.tmp"];
  for (const name of names) it.files.set(`${dir}/${name}`, "{");
  await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals(await it.host.files.list(dir), names.slice(1));
});

/** Of a container that a test's command ran in, by the process that made it. */
const madeBy = (pid: number) => `/tmp/vx11-junit-00000000-1-${pid}-5-${world().host.hostname()}-abc${pid}`;

/** What tests left, in a world that has been booted since. */
function withApart(families: readonly string[], it: World): World {
  for (const [index, family] of families.entries()) {
    it.engine.apartContainers.push({ id: `c${index}`, name: `vx11-junit-${index}`, family });
  }
  const kernel = {
    ...it.host.kernel,
    read: (path: string) => path === "/proc/sys/kernel/random/boot_id" ? "11111111-2222\n" : it.host.kernel.read(path),
  };
  return { ...it, host: { ...it.host, kernel } };
}

Deno.test("the container of a killed run's test goes, and is told as that run's", async () => {
  const it = withApart([madeBy(66), "/tmp/vx11-junit-zzz"], await killed(20_000));
  const [swept] = await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals(swept?.removed.at(-1), "vx11-junit-0");
  assertEquals(it.engine.apartContainers.map(({ id }) => id), ["c1"]);
  // It is on a network of the project.
  const [apart, network] = ["remove apart c0", "remove network"].map((order) =>
    it.engine.orders.findIndex((each) => each.startsWith(order))
  );
  assert(apart !== undefined && apart >= 0 && (network === -1 || apart < (network ?? 0)), it.engine.orders.join());
});

Deno.test("the container of a test goes, and is told, though nothing else of its run is there", async () => {
  const it = withApart([madeBy(66)], world());
  const before = await findLeft(it.host, it.engine, { dirs: [], looks: [], projectDir: PROJECT.projectDir });
  assertEquals(before.left, [{ dir: madeBy(66), killed: true, containers: ["vx11-junit-0"] }]);
  const swept = await it.clock.drive(() => sweep(it.host, it.engine, PROJECT));
  assertEquals(swept, [{ dir: madeBy(66), removed: ["vx11-junit-0"], killed: true, trouble: null }]);
  assertEquals(it.engine.apartContainers, []);
});

Deno.test("a test's container that cannot be removed ends the next run before it begins", async () => {
  const it = withApart([madeBy(66)], world());
  it.engine.onOrder = (order) => {
    if (order.startsWith("remove apart")) throw new EngineError("vx11-junit-0 cannot be removed: device busy");
  };
  const failure = await assertRejects(() => it.clock.drive(() => sweep(it.host, it.engine, PROJECT)), Failure);
  assertStringIncludes(failure.message, "Cannot remove what the tests of an earlier run left: vx11-junit-0 cannot be");
  assertEquals(it.engine.apartContainers.length, 1);
});
