/** Reports of a run that goes on, while it goes on. */

import { assertEquals } from "@std/assert";
import { writeReports } from "../../lib/report/write.ts";
import { interruptedRun, stableRun } from "../fakes/records.ts";
import { textOf } from "../fakes/texts.ts";

/** The reports, written to a disk that has `meanwhile` happen before it asks for a single piece. */
async function written(
  judged: ReturnType<typeof stableRun>,
  meanwhile: (path: string) => void,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  await writeReports(
    {
      kind: () => Promise.resolve("missing" as const),
      readText: () => Promise.reject(new Error("no file")),
      writeAtomic(path, data) {
        meanwhile(path);
        texts.set(path, textOf(data));
        return Promise.resolve();
      },
    },
    "/audit",
    judged,
  );
  return texts;
}

Deno.test("each report of a run that goes on is of the moment before it is written", async () => {
  const run = interruptedRun();
  run.evidence.finished = false;
  const before = await written(structuredClone(run), () => {});
  const after = await written(run, (path) => {
    if (path !== "/audit/REPORT.html") return;
    const cycles = run.evidence.modules.flatMap(({ cycles }) => cycles);
    for (const { phases } of cycles) phases.push({ phase: "stop", startMs: 0, durationMs: 99_999 });
  });
  assertEquals(after.get("/audit/REPORT.html"), before.get("/audit/REPORT.html"));
});

Deno.test("room is made before each report", async () => {
  const steps: string[] = [];
  await writeReports(
    {
      kind: () => Promise.resolve("missing" as const),
      readText: () => Promise.reject(new Error("no file")),
      writeAtomic: (path) => Promise.resolve(void steps.push(path)),
    },
    "/a",
    stableRun(),
    { dir: "/a" },
    () => steps.push("room"),
  );
  // While one is made as well, as often as there is something to let go of.
  assertEquals(steps.filter((step, nr) => step !== "room" || steps[nr - 1] !== "room"), [
    "room",
    "/a/REPORT.json",
    "room",
    "/a/REPORT.md",
    "room",
    "/a/REPORT.html",
    "room",
    "/a/junit.xml",
  ]);
});
