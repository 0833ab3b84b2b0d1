/** An audit dir that holds a run already: that run is moved aside, whole, and nothing that is not a run's is touched. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { parseJournal, rechained } from "../fakes/journal.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { AUDIT_DIR, type World, world, type WorldOptions } from "../run/harness.ts";

function after(it: World, options: WorldOptions = {}): World {
  return world({ engine: it.engine, files: it.files, clock: autoClock(it.clock.mono()), ...options });
}

function audit(files: ReadonlyMap<string, string>): string[] {
  return [...files.keys()].filter((path) => path.startsWith(`${AUDIT_DIR}/`)).map((path) =>
    path.slice(AUDIT_DIR.length + 1)
  ).sort();
}

function kept(files: ReadonlyMap<string, string>, prefix: string): Map<string, string> {
  return new Map([...files].filter(([path]) => path.startsWith(prefix)));
}

function stampOf(journal: string): string {
  return (parseJournal(journal)[0]?.at ?? "").replaceAll(/[-:]|\.\d+/g, "");
}

async function refused(it: World, ...texts: string[]): Promise<void> {
  const before = new Map(it.files);
  const failure = await assertRejects(() => it.run(), Failure);
  for (const text of texts) assertStringIncludes(`${failure.data.what}. ${failure.data.next}`, text);
  assertEquals(audit(it.files), audit(before), "nothing is written, nothing moved");
  for (const [path, text] of before) if (!path.includes(".running")) assertEquals(it.files.get(path), text);
}

Deno.test("an earlier run in the audit dir is moved aside, whole, and said so; one before it stays where it is", async () => {
  const first = world();
  await first.run();
  first.files.set(`${AUDIT_DIR}/notes.txt`, "mine");
  first.files.set(`${AUDIT_DIR}/REPORT.md.66.tmp`, "half");
  const names = audit(first.files).filter((name) => name !== "notes.txt");
  const texts = names.map((name) => first.files.get(`${AUDIT_DIR}/${name}`));
  const stamp = stampOf(first.files.get(`${AUDIT_DIR}/journal.ndjson`) ?? "");
  const second = after(first);
  const { judged } = await second.run();
  const place = `${AUDIT_DIR}/previous_${stamp}`;
  assertEquals(judged.evidence.notices[0], `The audit dir held an earlier run: it is in ${place} now`);
  assertEquals(names.map((name) => second.files.get(`${place}/${name}`)), texts);
  assertEquals(second.files.get(`${AUDIT_DIR}/notes.txt`), "mine");
  assertEquals([...kept(second.files, place)].length, names.length);

  const old = kept(second.files, `${place}/`);
  const third = after(second);
  await third.run();
  assertEquals(kept(third.files, `${place}/`), old, "the one before the last stays");
  assertEquals(
    audit(third.files).filter((name) => /^previous_.*\/REPORT\.json$/.test(name)).length,
    2,
    audit(third.files).join(),
  );
});

Deno.test("a kill while the run is moved loses nothing: the next run goes on with it", async () => {
  const first = world();
  await first.run();
  const names = audit(first.files);
  const before = names.map((name) => first.files.get(`${AUDIT_DIR}/${name}`));
  const place = `${AUDIT_DIR}/previous_${stampOf(first.files.get(`${AUDIT_DIR}/journal.ndjson`) ?? "")}`;
  const second = after(first, { pid: 78 });
  const { rename } = second.host.files;
  let moves = 0;
  second.host.files.rename = (from, to) => ++moves > 3 ? new Promise(() => {}) : rename(from, to);
  await second.killedAt(60_000);
  assertEquals(moves, 4);
  const third = after(second);
  await third.run();
  assertEquals(names.map((name) => third.files.get(`${place}/${name}`)), before);
  assertEquals(audit(third.files).filter((name) => name.includes("previous_")).length, names.length);
});

async function killed(options: WorldOptions = {}): Promise<World> {
  const slowly = { probe_idle_interval_ms: 500, sample_interval_ms: 500 };
  const dead = world({ config: { soakSec: 60 }, thresholds: slowly, pid: 66, ...options });
  await dead.killedAt(20_000);
  dead.engine.disconnect();
  return dead;
}

Deno.test("a killed run is finished before it is moved, with its mark or without", async () => {
  for (const hasMark of [true, false]) {
    const dead = await killed();
    if (!hasMark) {
      for (const path of [...dead.files.keys()]) if (path.includes(".running")) dead.files.delete(path);
    }
    assertEquals(dead.engine.running().length > 0, true);
    const it = after(dead);
    const { judged } = await it.run();
    assertStringIncludes(
      judged.evidence.notices[0] ?? "",
      `An earlier run had been killed (${AUDIT_DIR}): removed vx11-`,
    );
    assertEquals(it.engine.running(), []);
    const [journal = ""] = audit(it.files).filter((name) => /^previous_\w+\/journal/.test(name));
    const old = judge(foldJournal(parseJournal(it.files.get(`${AUDIT_DIR}/${journal}`) ?? "")));
    assertEquals([old.evidence.finished, old.evidence.interrupted], [true, "a kill"]);
  }
});

Deno.test("a run that is still going on in the audit dir is refused", async () => {
  const it = after(await killed());
  it.alive.add(66);
  await refused(it, "Another run is at work", "process 66");
});

/** The journal with another word in its run_started. */
function changed(it: World, from: string, to: string): void {
  const path = `${AUDIT_DIR}/journal.ndjson`;
  it.files.set(path, rechained((it.files.get(path) ?? "").replace(from, to)));
  for (const mark of [...it.files.keys()]) if (mark.includes(".running")) it.files.delete(mark);
}

Deno.test("a killed run whose containers this one cannot remove is refused, with the command that can", async () => {
  const dead = await killed();
  const name = dead.engine.project.name;
  changed(dead, `"project":{"name":"${name}"`, '"project":{"name":"other"');
  await refused(after(dead), "a run that has not ended", 'on project "other"', "vx11-stability clean --project-dir");
  const elsewhere = await killed();
  changed(elsewhere, '"hostname":"lab1"', '"hostname":"lab2"');
  await refused(after(elsewhere), 'on host "lab2", where it may still be going on');
});

Deno.test("a run of the Python harness is moved aside as well", async () => {
  const files = new Map([
    [`${AUDIT_DIR}/REPORT.json`, '{"timestamp":"2025-12-22T21:50:59.435007","modules_tested":[],"summary":{}}'],
    [`${AUDIT_DIR}/REPORT.md`, "# VX11"],
    [`${AUDIT_DIR}/raw/switch_test_a.py.txt`, "out"],
  ]);
  const it = world({ files });
  await it.run();
  const place = `${AUDIT_DIR}/previous_20251222T215059Z`;
  assertEquals([...kept(it.files, place).keys()].sort(), [
    `${place}/REPORT.json`,
    `${place}/REPORT.md`,
    `${place}/raw/switch_test_a.py.txt`,
  ]);
});

Deno.test("a journal that a kill left empty is moved aside", async () => {
  for (const text of ["", '{"at":"2026-01']) {
    const it = world({ files: new Map([[`${AUDIT_DIR}/journal.ndjson`, text]]) });
    await it.run();
    assertEquals([...kept(it.files, `${AUDIT_DIR}/previous_`).values()], [text]);
  }
});

for (
  const [name, text] of [
    ["junit.xml", "<testsuites/>"],
    ["raw/photo.cr2", ""],
    ["REPORT.md", "# Sales"],
    ["REPORT.json", '{"sales": 1}'],
    ["REPORT.json", "no json"],
    ["REPORT.html", ""],
    ["journal.ndjson", "dear diary"],
    ["journal.ndjson", '{"type":"entry"}\n{"type":"entry"}\n'],
    ["samples.ndjson", ""],
    ["DEEPSEEK_R1_REVIEW.md", ""],
  ] as const
) {
  Deno.test(`a stranger's ${name} (${text}) in the audit dir is neither moved nor overwritten`, async () => {
    const it = world({ files: new Map([[`${AUDIT_DIR}/${name}`, text]]) });
    await refused(it, `"${name.split("/")[0]}" is there, does not belong to a run, and would be overwritten`);
  });
}

Deno.test("a folder with nothing of ours in it is written to", async () => {
  const it = world({ files: new Map([[`${AUDIT_DIR}/notes.txt`, "mine"]]) });
  const { judged } = await it.run();
  assertEquals([it.files.get(`${AUDIT_DIR}/notes.txt`), judged.evidence.notices], ["mine", []]);
});
