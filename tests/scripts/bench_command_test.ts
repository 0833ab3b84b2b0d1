/** The whole command on a program that only pretends: it writes a report and a journal, and does no work. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";

const BENCH = join(import.meta.dirname ?? ".", "../../scripts/bench.ts");

/** Journal and report of eleven cycles of 10 ms each; `--cycles 11` is what the test asks for. */
const PRETENDER = `#!/bin/sh
code=0
while [ $# -gt 0 ]; do
  [ "$1" = --audit-dir ] && dir=$2
  [ "$1$2" = --jobsauto ] && code=$AUTO_CODE
  shift
done
mkdir -p "$dir"
echo '{"timing": {"jobs": 2, "sum_ms": 60000, "critical_ms": 50000}}' >"$dir/REPORT.json"
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
echo "{\\"type\\": \\"run_started\\", \\"at\\": \\"$now\\", \\"ms\\": 0}" >"$dir/journal.ndjson"
[ "$code" = 0 ] || echo "switch FAIL"
exit "$code"
`;

async function bench(autoCode: string): Promise<{ code: number; text: string }> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-bench-test-" });
  try {
    const binary = join(dir, "pretender");
    const markdown = join(dir, "bench.md");
    await Deno.writeTextFile(binary, PRETENDER, { mode: 0o755 });
    const options = ["--only", "process", "--runs", "1", "--modules", "9", "--cycles", "11"];
    const args = ["run", "--quiet", "-A", BENCH, ...options, "--binary", binary, "--markdown", markdown];
    const env = { AUTO_CODE: autoCode };
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, env, stdin: "null" }).output();
    const text = await Deno.readTextFile(markdown).catch(() => new TextDecoder().decode(stderr));
    return { code, text: text.replaceAll(binary, "PROGRAM") };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("bench writes a table of each size and the promises", async () => {
  const { code, text } = await bench("0");
  assertEquals(code, 0, text);
  assertMatch(text, /^Measured \d{4}-\d\d-\d\d \d\d:\d\d UTC on .*\n`scripts\/deno task bench --only process/);
  for (const title of ["9 modules, 1 cycle, on processes", "9 modules, 11 cycles, on processes, quick probes"]) {
    assertStringIncludes(text, `**${title}.**`);
  }
  assertMatch(text, /\| --jobs auto +\| 1 +\| 2 +\| \d+\.\d +\| 60\.0 +\| 50\.0 +\| 0\.\d\d/);
  assertMatch(
    text,
    /\| 9 modules, 1 cycle, on processes, --jobs 1: wall ÷ sum of phases +\| at most 1\.10 +\| 0\.\d\d +\| PASS/,
  );
  assertMatch(text, /\n--jobs 1: wall ÷ sum of phases: 0\.\d\d\. Of so short a cycle nothing is promised\./);
  assertMatch(text, /--jobs 1: slope of the harness's RSS over the cycles +\|[^|]*\| – +\| not measured/);
});

Deno.test("bench goes on where a run fails, says what was said, and ends with 1", async () => {
  const { code, text } = await bench("1");
  assertEquals(code, 1, text);
  assertMatch(text, /^Went wrong: 9 modules, 1 cycle, on processes: `PROGRAM .*--jobs auto.*` ended with 1\./m);
  assertStringIncludes(text, "\nswitch FAIL\n");
  assertStringIncludes(text, "\nWent wrong: 9 modules, 11 cycles");
});
