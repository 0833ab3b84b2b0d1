/** The journal on disk: in order, with its extracts, and honest about a disk that is full. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { AppendFile, Clock } from "../../lib/host/host.ts";
import type { JournalEntry } from "../../lib/model/evidence.ts";
import { Failure } from "../../lib/model/failure.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { openJournal } from "../../lib/record/journal.ts";
import { parseJournal, rechained } from "../fakes/journal.ts";
import { runStarted, sample, told } from "../fakes/evidence.ts";
import { realJournal } from "../run/journal_lines.ts";

interface Disk {
  texts: Map<string, string>;
  closed: string[];
  /** Awaited before each write. */
  gate: Promise<void>;
  full: boolean;
}

function journalOn(disk: Disk) {
  const clock: Clock = {
    wall: () => Date.UTC(2025, 11, 22),
    mono: () => 1000.06,
    sleep: () => Promise.reject(new Error("a journal does not sleep")),
  };
  const openAppend = (path: string): Promise<AppendFile> => {
    disk.texts.set(path, disk.texts.get(path) ?? "");
    return Promise.resolve({
      async append(text) {
        await disk.gate;
        if (disk.full) throw new Error("No space left on device");
        disk.texts.set(path, `${disk.texts.get(path)}${text}`);
      },
      close() {
        disk.closed.push(path);
        return Promise.resolve();
      },
    });
  };
  async function* readLines(path: string): AsyncGenerator<string> {
    const text = disk.texts.get(path);
    if (text === undefined) throw new Error("No such file or directory");
    for (const line of text.split("\n").filter((line) => line !== "")) yield await Promise.resolve(line);
  }
  return openJournal({ clock, files: { openAppend, readLines } }, "/audit");
}

function newDisk(): Disk {
  return { texts: new Map(), closed: [], gate: Promise.resolve(), full: false };
}

Deno.test("add() writes in the order in which was added, also while a write is under way", async () => {
  const disk = newDisk();
  const gate = Promise.withResolvers<void>();
  disk.gate = gate.promise;
  const journal = await journalOn(disk);
  for (let cycle = 1; cycle <= 5; cycle++) journal.add({ type: "cycle_started", cycle });
  gate.resolve();
  await journal.flush();
  for (let cycle = 6; cycle <= 9; cycle++) {
    journal.add({ type: "cycle_started", cycle });
    if (cycle % 2 === 0) await Promise.resolve();
  }
  await journal.flush();
  const lines = parseJournal(disk.texts.get("/audit/journal.ndjson") ?? "");
  assertEquals(lines.map((line) => line.type === "cycle_started" && line.cycle), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals([...new Set(lines.map(({ at, ms }) => `${at} ${ms}`))], ["2025-12-22T00:00:00.000Z 0"]);
  await journal.close();
});

Deno.test("add() writes samples and events to their extracts as well, and nothing else there", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  const where = { cycle: 1, module: "db", service: "db" };
  const { ms: _, ...sampled } = sample("db", 0);
  journal.add(runStarted());
  journal.add({ type: "sample", ...where, ...sampled });
  journal.add({ type: "event", ...told("db", "start") });
  journal.add({ type: "sample_missing", ...where, why: "gone" });
  journal.add({ type: "probe", ...where, ok: true, latencyMs: 1.23456, status: 200, error: null });
  journal.add({ type: "gap", why: "ended" });
  await journal.flush();
  const text = (name: string) => disk.texts.get(`/audit/${name}`) ?? "";
  const types = (lines: string) => parseJournal(lines).map(({ type }) => type);
  assertEquals(types(rechained(text("samples.ndjson"))), ["sample", "sample_missing", "probe"]);
  assertEquals(types(rechained(text("events.ndjson"))), ["event", "gap"]);
  assertEquals(types(text("journal.ndjson")).length, 6);
  assertStringIncludes(disk.texts.get("/audit/journal.ndjson") ?? "", `"latencyMs":1.2,`);
  await journal.close();
});

Deno.test("evidence is folded as it is added, byte for byte as from the file", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  for (const { at: _at, ms: _ms, ...entry } of realJournal()) journal.add(entry);
  const live = JSON.stringify(journal.evidence);
  await journal.flush();
  const text = disk.texts.get("/audit/journal.ndjson") ?? "";
  assertEquals(JSON.stringify(foldJournal(parseJournal(text))), live);
  assertEquals(journal.evidence.modules.length, 2);
  await journal.close();
});

/** A run of five cycles over two modules, each probed once a cycle. */
function* fiveCycles(): Generator<JournalEntry> {
  yield runStarted({ cycles: 5, selected: ["api", "db"], services: { api: ["api"], db: ["db"] } });
  for (let cycle = 1; cycle <= 5; cycle++) {
    yield { type: "cycle_started", cycle };
    for (const module of ["api", "db"]) {
      const where = { cycle, module };
      yield { type: "window_opened", ...where, inPlace: [] };
      yield { type: "probe", ...where, service: module, ok: true, latencyMs: cycle, status: 200, error: null };
      yield { type: "window_closed", ...where };
    }
    yield { type: "cycle_finished", cycle, waitPct: null };
  }
}

Deno.test("evidence has the last two cycles of each module, and whole() all of them, as from the file", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  const most = { cycles: 0 };
  for (const entry of fiveCycles()) {
    journal.add(entry);
    most.cycles = Math.max(most.cycles, ...journal.evidence.modules.map(({ cycles }) => cycles.length));
  }
  assertEquals(most.cycles, 3, "the two before, and the one that goes on");
  const whole = await journal.whole();
  assertEquals(whole.modules.map(({ cycles }) => cycles.map(({ cycle }) => cycle)), [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]);
  const text = disk.texts.get("/audit/journal.ndjson") ?? "";
  assertEquals(JSON.stringify(whole), JSON.stringify(foldJournal(parseJournal(text))));
  await journal.close();
});

Deno.test("whole() is what was added before it was called, whatever is half written meanwhile", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  for (const entry of fiveCycles()) journal.add(entry);
  await journal.flush();
  const path = "/audit/journal.ndjson";
  disk.texts.set(path, `${disk.texts.get(path)}{"at":"2025-`);
  const whole = await journal.whole();
  assertEquals(whole.modules.map(({ cycles }) => cycles.length), [5, 5]);
  await journal.close();
});

Deno.test("whole() has what was added while the file was read, and needs the file only once", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  for (const entry of fiveCycles()) journal.add(entry);
  const reading = journal.whole();
  await journal.flush();
  journal.add({ type: "notice", text: "meanwhile" });
  await reading;
  journal.add({ type: "notice", text: "later" });
  await journal.flush();
  const text = disk.texts.get("/audit/journal.ndjson") ?? "";
  disk.texts.clear();
  const whole = await journal.whole();
  assertEquals(whole.notices, ["meanwhile", "later"]);
  assertEquals(JSON.stringify(whole), JSON.stringify(foldJournal(parseJournal(text))));
  assertEquals(journal.evidence, whole);
  await journal.close();
});

Deno.test("whole() rejects with a Failure where older cycles cannot be read back, and needs no file before", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  journal.add({ type: "notice", text: "one" });
  disk.texts.clear();
  assertEquals((await journal.whole()).notices, ["one"]);
  for (const entry of fiveCycles()) journal.add(entry);
  await journal.flush();
  disk.texts.clear();
  const { data } = await assertRejects(() => journal.whole(), Failure);
  assertEquals(data.exit, "environment");
  assertStringIncludes(data.what, 'what the run wrote to "/audit/journal.ndjson": No such file');
  await journal.close();
});

Deno.test("flush() rejects with the Failure when the disk is full, also later, and never hangs", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  disk.full = true;
  journal.add({ type: "notice", text: "one" });
  const failure = await assertRejects(() => journal.flush(), Failure);
  assertEquals(failure.data.exit, "environment");
  assertStringIncludes(failure.data.what, 'Cannot write the evidence to "/audit": No space left on device');
  disk.full = false;
  journal.add({ type: "notice", text: "two" });
  await assertRejects(() => journal.flush(), Failure);
  assertEquals(journal.evidence.notices, ["one", "two"], "the record goes on without the disk");
  await journal.close();
});

Deno.test("close() writes what is left, and a second one does nothing", async () => {
  const disk = newDisk();
  const journal = await journalOn(disk);
  journal.add({ type: "run_finished" });
  await journal.close();
  assertEquals(parseJournal(disk.texts.get("/audit/journal.ndjson") ?? "").length, 1);
  await journal.close();
  assertEquals(disk.closed.length, 3);
  journal.add({ type: "notice", text: "late" });
  await journal.flush();
  assertEquals(parseJournal(disk.texts.get("/audit/journal.ndjson") ?? "").length, 1);
});
