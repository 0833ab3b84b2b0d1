import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { writeReports } from "../../lib/report/write.ts";
import type { FileData } from "../../lib/host/host.ts";
import { failingRun, stableRun } from "../fakes/records.ts";
import { textOf } from "../fakes/texts.ts";
import { fixture } from "../fixtures/read.ts";

function memory(raw: Record<string, string> = {}) {
  const written = new Map<string, string>();
  return {
    written,
    kind: (path: string) => Promise.resolve(path in raw ? "file" as const : "missing" as const),
    readText: (path: string) => Promise.resolve(raw[path] ?? ""),
    writeAtomic(path: string, data: FileData) {
      written.set(path, textOf(data));
      return Promise.resolve();
    },
  };
}

Deno.test("writeReports() writes every report that is a file into the audit dir", async () => {
  const files = memory();
  const written = await writeReports(files, "/srv/audit", stableRun());
  for (const name of ["REPORT.json", "REPORT.md", "REPORT.html", "junit.xml"]) {
    assertEquals(written.includes(`/srv/audit/${name}`), true);
  }
  assertEquals([...files.written.keys()], written);
  assertEquals(JSON.parse(files.written.get("/srv/audit/REPORT.json") ?? "").summary.passed, 2);
  assertStringIncludes(files.written.get("/srv/audit/REPORT.md") ?? "", "# VX11 Stability P0 Report");
  assertStringIncludes(files.written.get("/srv/audit/REPORT.html") ?? "", "All 2 modules are stable");
});

Deno.test("junit.xml has pytest's own cases where raw/ of the run has them, also when it goes elsewhere", async () => {
  const path = join("/srv/audit", "raw/test_hermes_health.py.xml");
  const files = memory({ [path]: fixture("pytest9_mixed.xml") });
  await writeReports(files, "/tmp/out", failingRun(), { dir: "/srv/audit" });
  assertStringIncludes(files.written.get("/tmp/out/junit.xml") ?? "", 'name="test_td"');
  const readText = () => Promise.reject(new Error("Permission denied"));
  await writeReports({ ...files, readText }, "/tmp/out", failingRun(), { dir: "/srv/audit" });
  const without = files.written.get("/tmp/out/junit.xml") ?? "";
  assertEquals([without.includes("test_td"), without.includes("test_hermes_health.py")], [false, true]);
});

Deno.test("writeReports() does not hide that there is no place to write", async () => {
  const files = { ...memory(), writeAtomic: () => Promise.reject(new Error("No space left on device")) };
  await assertRejects(() => writeReports(files, "/srv/audit", stableRun()), Error, "No space left");
});
