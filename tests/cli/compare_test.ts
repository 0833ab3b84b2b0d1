/** `compare` on REPORT.json files and audit dirs: what it says, in which form, and its exit code. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { baselineText } from "../fakes/baseline.ts";
import { fakeHost } from "../fakes/host.ts";
import { rechained } from "../fakes/journal.ts";
import { assertGolden } from "../golden.ts";

const JOURNAL = await Deno.readTextFile(new URL("../fixtures/journal_switch.ndjson", import.meta.url));
const OLD = baselineText("switch", { mem_peak_mib: [60, 61, 60.5, 60, 61] });
const NEW = baselineText("switch", { mem_peak_mib: [75, 76, 75.5, 75, 76] });

type Compare = (...args: string[]) => Promise<{ code: number; out: string; err: string }>;

async function inDir(files: Record<string, string>, test: (compare: Compare, dir: string) => Promise<void>) {
  const dir = await Deno.makeTempDir({ prefix: "vx11-compare-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(join(dir, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(dir, name), text);
    }
    await test(async (...args) => {
      const host = fakeHost({ args: ["compare", ...args], cwd: dir, host: { files: denoHost().files } });
      const code = await main(host, { name: "vx11-stability", version: "0.1.0" });
      return { code, ...host.written };
    }, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const FILES = { "old/REPORT.json": OLD, "new/REPORT.json": NEW, "new.json": NEW };

Deno.test("compare ends with 1 where a figure got worse, and with 0 where it got better or nothing changed", async () => {
  await inDir(FILES, async (compare) => {
    assertEquals((await compare("old", "new")).code, 1);
    assertEquals((await compare("old", "new.json")).code, 1, "a report by itself");
    assertEquals((await compare("new", "old")).code, 0);
    assertEquals((await compare("old", "old")).code, 0);
  });
});

Deno.test("compare tells it as text, Markdown and JSON", async () => {
  await inDir(FILES, async (compare) => {
    const { err, out } = await compare("old", "new");
    assertEquals(err, "");
    await assertGolden("compare.txt", out);
    await assertGolden("compare.md", (await compare("old", "new", "--format", "md")).out);
    const json = await compare("old", "new", "--json");
    await assertGolden("compare.json", json.out);
    assertEquals(await compare("old", "new", "--format", "json"), json);
    const [figure] = JSON.parse(json.out).modules[0].figures;
    assertEquals([figure.median_before, figure.median_after, figure.judgement], [60.5, 75.5, "worse"]);
    assertEquals(await compare("old", "new", "--json", "--all"), json, "JSON has everything anyway");
  });
});

Deno.test("compare shows a figure without a change only with --all, and says so", async () => {
  await inDir(FILES, async (compare) => {
    const { out } = await compare("old", "old");
    assertStringIncludes(out, "Same: no change in 1 figure\n\nNot shown: 1 without a change; --all shows them\n");
    assert(!out.includes("Peak memory"), out);
    assertStringIncludes((await compare("old", "old", "--all")).out, "Peak memory");
    const markdown = (await compare("old", "old", "--format", "md")).out;
    assertStringIncludes(markdown, "✅ **Same: no change in 1 figure**");
    assert(!markdown.includes("Peak memory"), markdown);
    assertStringIncludes((await compare("old", "old", "--format", "md", "--all")).out, "| Peak memory |");
  });
});

Deno.test("compare counts a WARN as worse in its answer only with --strict", async () => {
  const warned = OLD.replace('"status":"PASS"', '"status":"WARN"');
  await inDir({ ...FILES, "warned.json": warned }, async (compare) => {
    const lax = await compare("old", "warned.json");
    assertEquals(lax.code, 0);
    assertMatch(lax.out, /^Same: .*; worse only with --strict: switch is WARN \(PASS before\)$/m);
    const strict = await compare("old", "warned.json", "--strict");
    assertEquals(strict.code, 1);
    assertMatch(strict.out, /^Worse: switch is WARN \(PASS before\)$/m);
  });
});

Deno.test("compare takes its limits from a config file", async () => {
  const lax = "thresholds: { regressed_mem_pct: 30 }\n";
  await inDir({ ...FILES, "lax.yaml": lax }, async (compare) => {
    assertEquals((await compare("old", "new", "--config", "lax.yaml")).code, 0);
  });
});

Deno.test("compare reads a run that has nothing but its journal", async () => {
  await inDir({ "a/journal.ndjson": JOURNAL, "b/journal.ndjson": JOURNAL }, async (compare) => {
    const { code, out } = await compare("a", "b", "--all");
    assertEquals(code, 0);
    assertMatch(out, /^Cannot be told for any of 5 figures: it takes at least \d cycles in each run$/m);
    assertStringIncludes(out, "switch: PASS");
    assertMatch(out, /Time to ready +\d.* \+0 % +1, 1 +too few to tell; \d cycles each, at least/);
  });
});

Deno.test("compare of two hosts shows the figures, judges none, and ends with 2", async () => {
  await inDir({ ...FILES, "other.json": NEW.replace("lab1", "lab2") }, async (compare) => {
    const { code, err, out } = await compare("old", "other.json", "--all");
    assertEquals(code, 2);
    assertMatch(out, /^Cannot be told: the runs are of different hosts.* Give --across-hosts to compare them anyway$/m);
    assertMatch(out, /Peak memory +60\.5 MiB +75\.5 MiB +\+25 % +5, 5 +not judged/);
    assertMatch(err, /Not judged: the runs are of different hosts.*\nGive --across-hosts/);
    assertEquals((await compare("old", "other.json", "--across-hosts")).code, 1);
  });
});

Deno.test("compare says nothing that a terminal would obey, whatever a report has in it", async () => {
  const hostile = OLD.replaceAll('"switch"', '"sw\\u001b[31m\\u202e|`<b>::error::\\n"');
  await inDir({ "a.json": hostile }, async (compare) => {
    for (const format of ["text", "md", "json"]) {
      const { code, out } = await compare("a.json", "a.json", "--format", format);
      assertEquals(code, 0);
      // deno-lint-ignore no-control-regex -- they are what must not be there
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(out), out);
      if (format === "md") assert(!out.includes("<b>"), out);
    }
  });
});

const CUT_SHORT: [string, Record<string, unknown>, string][] = [
  ["was interrupted", { interrupted: "SIGINT", finished: true }, "interrupted by SIGINT"],
  ["failed", { failure: { what: "No space\u001b[31m left" }, finished: true }, "failed: No space\\x1b[31m left"],
  ["was killed", { finished: false }, "did not come to its end"],
];
for (const [what, over, says] of CUT_SHORT) {
  Deno.test(`compare ends with 2 where the later run ${what}, and with 1 where something got worse all the same`, async () => {
    const cut = (text: string) => JSON.stringify({ ...JSON.parse(text), ...over });
    await inDir({ ...FILES, "same.json": cut(OLD), "worse.json": cut(NEW) }, async (compare) => {
      const same = await compare("old", "same.json");
      assertEquals(same.code, 2);
      assertStringIncludes(same.out, `Not the same in both: End of the run: came to its end → ${says}`);
      assertStringIncludes(same.err, "Cannot judge whether anything got worse: the later run ");
      assertStringIncludes(same.err, says);
      const worse = await compare("old", "worse.json");
      assertEquals([worse.code, worse.err], [1, ""]);
      assertStringIncludes(worse.out, says);
      const earlier = await compare("same.json", "old");
      assertEquals([earlier.code, earlier.err], [0, ""], "a later run that is whole has its answer");
      assertStringIncludes(earlier.out, `${says} → came to its end`);
      assertStringIncludes((await compare("same.json", "same.json")).out, `${says} → ${says}`);
    });
  });
}

Deno.test("compare ends with 2 where no figure is in both runs", async () => {
  await inDir({ ...FILES, "other.json": baselineText("hermes", { mem_peak_mib: [60] }) }, async (compare) => {
    const { code, err } = await compare("old", "other.json");
    assertEquals(code, 2);
    assertStringIncludes(err, "no figure is in both runs");
  });
});

const REFUSED: [string, string[], RegExp][] = [
  ["one run", ["old"], /compare names no OLD NEW, it must be two runs.*\nUsage: vx11-stability compare OLD NEW/],
  ["no run", [], /compare names no OLD NEW/],
  ["an empty name", ["old", ""], /compare names no OLD NEW/],
  ["three runs", ["old", "new", "more"], /Cannot use "more" after compare old new\nGive one command/],
  [
    "a missing folder",
    ["old", "nowhere"],
    /Cannot compare with ".*nowhere": there is no such file or folder\nName the/,
  ],
  ["a folder without a run", ["old", "empty"], /it has neither REPORT\.json nor journal\.ndjson/],
  ["a file that is not JSON", ["bad.json", "old"], /Cannot compare with ".*bad\.json": it is not JSON/],
  ["a foreign file", ["foreign.json", "old"], /it is not the report of a run/],
  ["a report of another version", ["v9.json", "old"], /it has schema version 9, and this program reads 2/],
  ["another form", ["old", "new", "--format", "html"], /--format is "html", it must be text, json or md/],
  ["two forms", ["old", "new", "--format", "md", "--json"], /--json and --format md contradict each other/],
  ["an option of run", ["old", "new", "--cycles", "2"], /--cycles is not an option of compare/],
  ["a broken config", ["old", "new", "--config", "bad.yaml"], /Config "bad\.yaml": unknown key/],
];
for (const [what, args, says] of REFUSED) {
  Deno.test(`compare refuses ${what}`, async () => {
    const files = {
      ...FILES,
      "empty/notes.txt": "",
      "bad.json": "{",
      "foreign.json": "{}",
      "v9.json": OLD.replace('"schema_version":2', '"schema_version":9'),
      "bad.yaml": "threshold: {}",
    };
    await inDir(files, async (compare) => {
      const { code, err, out } = await compare(...args);
      assertEquals([code, out], [2, ""]);
      assertMatch(err, says);
    });
  });
}

Deno.test("compare refuses a journal of another version as it does a REPORT.json of one", async () => {
  const other = rechained(JOURNAL.replace(`"schemaVersion":2`, `"schemaVersion":99`));
  await inDir({ "a/journal.ndjson": JOURNAL, "b/journal.ndjson": other }, async (compare) => {
    const { code, err } = await compare("a", "b");
    assertEquals(code, 2);
    assertMatch(
      err,
      /Cannot compare with ".*journal\.ndjson": it has schema version 99, .*\nUse the version that wrote it/,
    );
  });
});

Deno.test("compare leaves out what ran already and was tested in place, and says so", async () => {
  const inPlace = NEW.replaceAll('"stats"', '"in_place":true,"stats"');
  await inDir({ ...FILES, "up.json": inPlace }, async (compare) => {
    const { code, err, out } = await compare("old", "up.json", "--all");
    assertEquals(code, 2);
    assertMatch(
      out,
      /^Services that ran already and were tested in place have no figures here: switch \(later run\)$/m,
    );
    assertMatch(out, /Peak memory +60\.5 MiB +– .*not in both runs/);
    assertMatch(err, /Cannot judge whether anything got worse: no figure is in both runs/);
  });
});

Deno.test("compare refuses a report of the Python harness, and says what reads it", async () => {
  const original =
    '{"timestamp":"2025-12-22T21:50:59.435007","modules_tested":["a"],"modules":{"a":{"status":"PASS"}}}';
  await inDir({ ...FILES, "python.json": original }, async (compare) => {
    const { code, err, out } = await compare("python.json", "new");
    assertEquals([code, out], [2, ""]);
    assertMatch(err, /Cannot compare with ".*python\.json": it is of the Python harness.*vx11-stability history lists/);
  });
});
