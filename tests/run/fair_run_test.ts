/** Whole runs on real processes that a busy host or a slow page must not fail. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { processProject } from "../fakes/program.ts";
import { PYTHON } from "../fakes/python.ts";

const BURNER = new URL("../fixtures/burner.py", import.meta.url).pathname;

function service(env: Record<string, string>): string {
  return JSON.stringify({ command: [PYTHON, BURNER], port: "auto", env });
}

Deno.test("a page that takes 6 s for an answer is slow with a timeout of 25 s, and no failure", async () => {
  await using project = await processProject(() => `
engine: process
rules: { no_tests: off }
services: { madre: ${service({})}, tentaculo_link: ${service({})}, switch: ${service({ LATE: "6" })} }
`);
  const { code } = await project.run("--config", "config.yaml", "--modules", "switch", "--timeout-sec", "25");
  const markdown = await Deno.readTextFile(`${await project.auditDir()}/REPORT.md`);
  assertEquals(code, 0, markdown);
  assertStringIncludes(markdown, 'Health p95 of "switch" was');
});

/** Four services on two cores at once: each is ready after twice as long as alone, and its limit is in between. */
const FOUR = ["switch", "hermes", "spawner", "hormiguero"];

for (const jobs of ["1", "4", "auto"]) {
  Deno.test(`services that burn CPU at their start are ready in time with --jobs ${jobs}, whatever runs beside them`, async () => {
    await using project = await processProject(() => `
engine: process
rules: { no_tests: off, high_latency: off }
services:
  madre: ${service({})}
  tentaculo_link: ${service({})}
${FOUR.map((name) => `  ${name}: ${service({ BURN: "1.2" })}`).join("\n")}
modules:
${FOUR.map((name) => `  ${name}: { services: [${name}], depends_on: [baseline] }`).join("\n")}
`);
    const { code } = await project.run(
      ...["--config", "config.yaml", "--modules", FOUR.join(","), "--timeout-sec", "2", "--jobs", jobs],
    );
    const report = await Deno.readTextFile(`${await project.auditDir()}/REPORT.md`);
    assertEquals(code, 0, report);
    for (const name of FOUR) assertStringIncludes(report, `### ✅ ${name}`);
  });
}
