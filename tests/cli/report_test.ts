/** `report`: the files of a run written again from its record, byte for byte, and each of them on stdout. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Files } from "../../lib/host/host.ts";
import { FORMAT_NAMES } from "../../lib/report/formats.ts";
import { writeReports } from "../../lib/report/write.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { parseJournal } from "../fakes/journal.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { fakeHost } from "../fakes/host.ts";
import { MANUAL_REPORT } from "../fakes/manual_report.ts";
import { fixture } from "../fixtures/read.ts";
import { parseTap } from "../parsers/tap.ts";
import { parseXml } from "../parsers/xml.ts";

const JOURNAL = fixture("journal_switch.ndjson");

async function withRun(test: (dir: string, files: Files) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-report-" });
  try {
    const { files } = denoHost();
    await Deno.writeTextFile(join(dir, "journal.ndjson"), JOURNAL);
    await Deno.mkdir(join(dir, "raw"));
    const output = /"output":"(raw\/[^"]+)\.txt"/.exec(JOURNAL)?.[1];
    await Deno.writeTextFile(join(dir, `${output}.xml`), fixture("pytest9_mixed.xml"));
    await writeReports(files, dir, judge(foldJournal(parseJournal(JOURNAL))));
    await test(dir, files);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function report(dir: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { files } = denoHost();
  const host = fakeHost({ args: ["report", ...args], cwd: dir, host: { files } });
  const code = await main(host, { name: "vx11-stability", version: "0.1.0" });
  return { code, ...host.written };
}

async function snapshot(dir: string): Promise<Map<string, string>> {
  const names: string[] = [];
  for await (const { isFile, name } of Deno.readDir(dir)) if (isFile) names.push(name);
  names.sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await Deno.readTextFile(join(dir, name))] as const)),
  );
}

Deno.test("report writes every file as the run wrote it, byte for byte", async () => {
  await withRun(async (dir) => {
    const before = await snapshot(dir);
    assertStringIncludes(before.get("junit.xml") ?? "", 'name="test_td"');
    for (const name of before.keys()) if (name !== "journal.ndjson") await Deno.remove(join(dir, name));
    const { code, err, out } = await report(dir, ".");
    assertEquals([code, err], [0, ""]);
    assertEquals(await snapshot(dir), before);
    const told = out.trimEnd().split("\n").sort();
    assertEquals(told, [...before.keys()].filter((name) => name !== "journal.ndjson").map((name) => join(dir, name)));
    assertEquals((await report(dir, ".", "--quiet")).out, "");
  });
});

Deno.test("report --format prints what the file holds, and touches nothing", async () => {
  await withRun(async (dir) => {
    const before = await snapshot(dir);
    const print = async (...names: string[]) =>
      (await report(dir, dir, ...names.flatMap((name) => ["--format", name]))).out;
    assertEquals(await print("md"), before.get("REPORT.md"));
    assertEquals(await print("json"), before.get("REPORT.json"));
    assertEquals(await print("junit"), before.get("junit.xml"));
    assertEquals(parseXml(await print("junit")).name, "testsuites");
    assertEquals(parseTap(await print("tap")).map(({ name }) => name), [
      "the run came to its end",
      "switch",
      "baseline (core)",
    ]);
    assertEquals(await print("md", "tap"), await print("md") + await print("tap"));
    assertEquals(await snapshot(dir), before);
  });
});

Deno.test("report says what is wrong with its command line, with the formats that there are", async () => {
  await withRun(async (dir) => {
    const unknown = await report(dir, ".", "--format", "jnit");
    assertEquals([unknown.code, unknown.out], [2, ""]);
    assertMatch(unknown.err, /--format is "jnit", it must be .*json, md, html, junit or tap/);
    assertMatch(unknown.err, /Did you mean "junit"\?/);
    assertMatch((await report(dir)).err, /report names no AUDIT_DIR.*\nUsage: vx11-stability report AUDIT_DIR/);
    await Deno.mkdir(join(dir, "empty"));
    await Deno.mkdir(join(dir, "old"));
    await Deno.writeTextFile(join(dir, "old/REPORT.json"), JSON.stringify(MANUAL_REPORT));
    const places: [string, RegExp][] = [
      ["nowhere", /Cannot report ".*nowhere": there is no such folder\n/],
      ["journal.ndjson", /Cannot report ".*journal\.ndjson": it is a file, and no folder\n/],
      ["empty", /Cannot report ".*empty": it has no journal\.ndjson\n/],
      [
        "old",
        /Cannot report ".*old": it is a run of the Python harness, .*\nvx11-stability history lists its verdicts; /,
      ],
    ];
    for (const [place, says] of places) {
      const { code, err } = await report(dir, place);
      assertEquals(code, 2);
      assertMatch(err, says);
    }
    assertMatch((await report(dir, ".", "--strict")).err, /--strict is not an option of report/);
    for (const name of FORMAT_NAMES) assertStringIncludes((await report(dir, "--help")).out, name);
  });
});

Deno.test("report that cannot write ends with 3, and names the way round", async () => {
  await withRun(async (dir) => {
    const { files } = denoHost();
    const writeAtomic = () => Promise.reject(new Error("Read-only file system"));
    const host = fakeHost({ args: ["report", dir], cwd: dir, host: { files: { ...files, writeAtomic } } });
    assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 3);
    assertMatch(
      host.written.err,
      /Cannot write the reports to ".*": Read-only file system\nPrint one with --format instead/,
    );
    assert(host.written.out === "");
  });
});
