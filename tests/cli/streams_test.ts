/** Streams that cannot be written to: the verdict and the exit code stay, and it is told where something can be told. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { parseJournal } from "../fakes/journal.ts";
import { processProject } from "../fakes/program.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const HAS_FULL = await denoHost().files.kind("/dev/full") === "file";

/** A healthy service, or one that crashes at its third request. */
function config(trouble: string) {
  return (service: (trouble?: string) => string) => `
engine: process
thresholds: { min_probes: 5, probe_interval_ms: 20, sample_interval_ms: 100 }
rules: { no_tests: off }
services:
  madre: { command: ${service()}, port: auto }
  tentaculo_link: { command: ${service()}, port: auto, depends_on: [madre] }
  switch: { command: ${service(trouble)}, port: auto }
`;
}

const RUN = ["--config", "config.yaml", "--modules", "switch"];

async function inShell(dir: string, redirection: string, args: readonly string[]) {
  // Its cache is larger than the limit on files that one of the tests sets.
  const program = [Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-code-cache", "-A", MAIN, ...args];
  const { code, stderr, stdout } = await new Deno.Command("sh", {
    args: [
      "-c",
      `${redirection.startsWith("ulimit") ? `${redirection}; exec "$@"` : `exec "$@" ${redirection}`}`,
      "sh",
      ...program,
    ],
    cwd: dir,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

const FULL = "No space left on device";

for (
  const [redirection, trouble, code, said] of [
    [">/dev/full", "", 0, { err: `Cannot write to standard output: ${FULL}` }],
    [">/dev/full", "crash", 1, { err: `Cannot write to standard output: ${FULL}` }],
    ["2>/dev/full", "", 0, { out: `Cannot write to standard error: ${FULL}` }],
    [">/dev/full 2>/dev/full", "crash", 1, {}],
    [">&- 2>&- <&-", "", 0, {}],
  ] as [string, string, number, { out?: string; err?: string }][]
) {
  Deno.test({
    name: `a run of a service that ${trouble === "" ? "is well" : "crashes"} with ${redirection} ends with ${code}`,
    ignore: !HAS_FULL,
    async fn() {
      await using project = await processProject(config(trouble));
      const ran = await inShell(project.dir, redirection, RUN);
      assertEquals(ran.code, code, ran.err);
      assertStringIncludes(ran.err, said.err ?? "");
      assertStringIncludes(ran.out, said.out ?? "");
      const { modules } = JSON.parse(await Deno.readTextFile(`${await project.auditDir()}/REPORT.json`));
      assertEquals(modules.switch.status, code === 0 ? "PASS" : "FAIL");
      assertEquals(project.processes(), []);
    },
  });
}

Deno.test({
  name: "a plan that could not be printed has failed",
  ignore: !HAS_FULL,
  async fn() {
    await using project = await processProject(config(""));
    const { code, err } = await inShell(project.dir, ">/dev/full", ["plan", ...RUN]);
    assertEquals(code, 3);
    assertStringIncludes(err, `Cannot write to standard output: ${FULL}`);
  },
});

Deno.test({
  name: "at the limit of a file's size the run ends with 3, and takes down what it started",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using project = await processProject(config(""));
    const { code, err } = await inShell(project.dir, "ulimit -f 8", RUN);
    assertEquals(code, 3, err);
    assertStringIncludes(err, "Cannot write the evidence to");
    assertStringIncludes(err, "File too large");
    assertEquals(project.processes(), []);
    const journal = parseJournal(await Deno.readTextFile(`${await project.auditDir()}/journal.ndjson`));
    assert(journal.length > 0);
  },
});
