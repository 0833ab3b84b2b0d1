/**
 * A run that is killed at any record of its journal, at any rename and at any other step on the disk leaves nothing behind once
 * `clean` or the next run has been there, and nothing that it did not see counts as good. All instants: see instants.ts.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseJournal } from "../fakes/journal.ts";
import { chosen, isWhole, tryEach } from "./instants.ts";
import { missingOf } from "./seen.ts";
import { alive, killProject, type Project } from "./killed.ts";

const EXTRACTS = [["samples.ndjson", ["sample", "sample_missing", "probe"]], ["events.ndjson", [
  "event",
  "gap",
]]] as const;
const REPORTS = ["REPORT.json", "REPORT.md", "REPORT.html", "junit.xml"];

Deno.test("a run that is killed at any of its steps leaves nothing once it was cleaned up", async () => {
  await using project = await killProject();
  const { code, told } = await project.runTo("");
  assertEquals(code, 0, JSON.stringify(await project.call("judge", "audit")));
  const counts = Object.entries(told as Record<string, number>);
  const names = counts.flatMap(([kind, count]) => Array.from({ length: count }, (_, nr) => `${kind}#${nr + 1}`));
  await tryEach(chosen(names, 1), killedAt, 8);
});

async function killedAt(name: string): Promise<void> {
  await using project = await killProject();
  const { signal, told } = await project.runTo(name);
  // How many samples and probes there are is a matter of time: the last of them may not come to pass.
  if (signal !== "SIGKILL") return;
  await checkJudge(project, "before");
  if (await project.isMarked()) {
    const cleaned = await project.call("clean");
    assertEquals(cleaned.code, 0, cleaned.out);
  } // Without a mark nothing had begun, and `clean` does not know the engine.
  else assertEquals((await project.runTo("")).code, 0);
  assertEquals([alive(told as []), project.marked()], [[], []], "processes are left");
  assertEquals(await project.leftFiles(), []);
  await checkJudge(project, "after");
  await checkReports(project);
  await checkLines(project);
}

/** Killed is no PASS, unless it had come to its end. */
async function checkJudge({ auditDir, call }: Project, when: string): Promise<void> {
  const text = await Deno.readTextFile(join(auditDir, "journal.ndjson")).catch(() => "");
  const isFinished = /"type":"run_finished".*\n$/.test(text);
  const { code, out } = await call("judge", "audit", "--out", `judged_${when}`);
  const killed = when === "after" && text.includes('"type":"interrupted"');
  const isBegun = /"type":"run_started".*\n/.test(text);
  const expected = isFinished && !killed ? [0] : when === "after" && isBegun ? [130] : [2, 3, 130];
  assert(expected.includes(code), `judge ${when} ended with ${code}, not ${expected}: ${out}`);
  const journal = parseJournal(text.slice(0, text.lastIndexOf("\n") + 1));
  for (const module of ["switch", "baseline"]) {
    if (new RegExp(`^${module}.* PASS`, "m").test(out)) {
      assertEquals(missingOf(journal, module), [], `${module}: ${out}`);
    }
  }
}

/** All of them, as the journal has them, or none. */
async function checkReports({ auditDir, dir }: Project): Promise<void> {
  const read = (path: string) => Deno.readTextFile(path).catch(() => null);
  for (const report of REPORTS) {
    assertEquals(await read(join(auditDir, report)), await read(join(dir, "judged_after", report)), report);
  }
}

/** No line is cut short, and the extracts are those of the journal. */
async function checkLines({ auditDir }: Project): Promise<void> {
  const linesOf = async (name: string) => {
    const text = await Deno.readTextFile(join(auditDir, name)).catch(() => "");
    assert(text === "" || text.endsWith("\n"), `${name} is cut short`);
    return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  };
  const journal = await linesOf("journal.ndjson");
  for (const [name, types] of EXTRACTS) {
    const wanted = journal.filter(({ type }) => (types as readonly string[]).includes(type)).map(({ h: _, ...line }) =>
      line
    );
    if (journal.some(({ type }) => type === "run_started")) assertEquals(await linesOf(name), wanted, name);
  }
}

Deno.test("the run after one that was killed takes away what that has left, and comes to its own end", async () => {
  if (isWhole) return;
  await tryEach(["journal#40"], async (name) => {
    await using project = await killProject();
    const { told } = await project.runTo(name);
    const next = await project.runTo("");
    assertEquals([next.code, alive(told as []), project.marked()], [0, [], []]);
    assertEquals(await project.leftFiles(), []);
  });
});
