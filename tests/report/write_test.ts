import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { writeReports } from "../../lib/report/write.ts";
import { stableRun } from "../fakes/records.ts";

Deno.test("writeReports() writes every report into the audit dir", async () => {
  const files = new Map<string, string>();
  const writeAtomic = (path: string, data: string | Uint8Array) => {
    files.set(path, String(data));
    return Promise.resolve();
  };
  const written = await writeReports({ writeAtomic }, "/srv/audit", stableRun());
  assertEquals(written, ["REPORT.json", "REPORT.md", "REPORT.html"].map((name) => `/srv/audit/${name}`));
  assertEquals([...files.keys()], written);
  assertEquals(JSON.parse(files.get("/srv/audit/REPORT.json") ?? "").summary.passed, 2);
  assertStringIncludes(files.get("/srv/audit/REPORT.md") ?? "", "# VX11 stability report");
  assertStringIncludes(files.get("/srv/audit/REPORT.html") ?? "", "All 2 modules are stable");
});

Deno.test("writeReports() does not hide that there is no place to write", async () => {
  const writeAtomic = () => Promise.reject(new Error("No space left on device"));
  await assertRejects(() => writeReports({ writeAtomic }, "/srv/audit", stableRun()), Error, "No space left");
});
