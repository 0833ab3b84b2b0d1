/**
 * A disk that is full after any number of bytes, in a whole run: nothing that was not written counts, what is there is whole, and
 * why it is not all is told. All numbers: see instants.ts.
 */

import { assert, assertEquals } from "@std/assert";
import { readEvidence } from "../../lib/audit/rejudge.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { isFailed } from "../fakes/failed.ts";
import { Failure } from "../../lib/model/failure.ts";
import { jsonText } from "../fakes/texts.ts";
import { parseJournal } from "../fakes/journal.ts";
import { AUDIT_DIR, type World, world } from "../run/harness.ts";
import { chosen, tryEach } from "./instants.ts";
import { type SmallDisk, smallDisk } from "./small_disk.ts";

const REPORTS = ["REPORT.json", "REPORT.md", "REPORT.html", "junit.xml"];

function onDisk(room: number): { it: World; disk: SmallDisk } {
  const it = world({ config: { selected: ["switch"], cycles: 2 }, tests: { "test_switch_a.py": 0 } });
  const disk = smallDisk(it.host.files, AUDIT_DIR, room, (path) => it.files.get(path) ?? "");
  Object.assign(it.host, { files: disk.files });
  return { it, disk };
}

Deno.test("a run whose disk is full after any number of bytes keeps what it wrote, and never passes by what it could not", async () => {
  const { disk, it } = onDisk(Infinity);
  let most = 0;
  const append = disk.files.writeAtomic;
  disk.files.writeAtomic = async (path, data) => {
    await append(path, data);
    most = Math.max(
      most,
      [...it.files].reduce((sum, [path, text]) => sum + (path.startsWith(AUDIT_DIR) ? text.length : 0), 0),
    );
  };
  await it.run();
  // While a report is written, its earlier version is still there.
  const all = Math.ceil(most * 1.5);
  const names = Array.from({ length: all }, (_, room) => `room for bytes#${room}`);
  await tryEach(chosen(names, 60), async (name) => await checkWith(Number(name.split("#")[1])));
});

async function checkWith(room: number): Promise<void> {
  const { disk, it } = onDisk(room);
  const ended = await it.run().then((result) => ({ result }), (error: unknown) => ({ error }));
  assertEquals(it.engine.running(), [], "left running");
  await checkReports(it);
  if ("error" in ended) {
    assert(ended.error instanceof Failure, `a bug: ${ended.error}`);
    assertEquals([ended.error.data.exit, /os error 28/.test(ended.error.message)], [
      // Before it begins, the folder is what is wrong with the command.
      /audit dir/.test(ended.error.message) ? "usage" : "environment",
      true,
    ], ended.error.message);
    assert(disk.isFull);
    return;
  }
  const { failure, judged } = ended.result;
  if (failure !== null) {
    assertEquals([failure.exit, /os error 28/.test(failure.what)], ["environment", true], failure.what);
    assert(!judged.modules.some(({ status }) => status === "PASS") || judged.evidence.failure !== null);
    return;
  }
  assertEquals([isFailed(judged, true), it.journal().at(-1)?.type], [false, "run_finished"]);
  for (const name of REPORTS) assert(it.files.has(`${AUDIT_DIR}/${name}`), `${name} is missing, and nothing is said`);
}

/** What the journal has says at most what the run said; and a report that is there is of one moment of it. */
async function checkReports(it: World): Promise<void> {
  const text = it.files.get(`${AUDIT_DIR}/journal.ndjson`) ?? "";
  const lines = text.split("\n").length - 1;
  if (text.includes('"run_started"') && lines > 0) {
    const judged = judge(await readEvidence(world({ files: new Map(it.files) }).host, AUDIT_DIR, "judge"));
    const isFinished = parseJournal(text.slice(0, text.lastIndexOf("\n") + 1)).at(-1)?.type === "run_finished";
    if (!isFinished) assertEquals(judged.evidence.finished, false);
    const report = it.files.get(`${AUDIT_DIR}/REPORT.json`);
    // One from before the last stop says so.
    const isLast = report !== undefined && JSON.parse(report).finished === true;
    if (isLast) assertEquals(report, jsonText(judged));
  }
  for (const name of REPORTS) {
    const report = it.files.get(`${AUDIT_DIR}/${name}`);
    const end = { json: /\}\n$/, html: /<\/html>\n$/, xml: /<\/testsuites>\n$/, md: /\n$/ }[name.split(".")[1] ?? ""];
    if (report !== undefined) assert(end?.test(report), `${name} is cut short`);
  }
}
