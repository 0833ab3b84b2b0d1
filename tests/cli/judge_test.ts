/** `judge` on the journal of a real run: the same reports, byte for byte; other rules, another verdict. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Files } from "../../lib/host/host.ts";
import type { Host } from "../../lib/host/host.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { parseJournal, rechained } from "../fakes/journal.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { fakeHost } from "../fakes/host.ts";
import { fixture } from "../fixtures/read.ts";
import { jsonText } from "../fakes/texts.ts";

const JOURNAL = fixture("journal_switch.ndjson");

interface Outcome {
  code: number;
  out: string;
  err: string;
}

async function withRun(journal: string, test: (dir: string, judged: Judging) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-judge-" });
  try {
    await Deno.writeTextFile(join(dir, "journal.ndjson"), journal);
    await test(dir, async (...args) => {
      const { files } = denoHost();
      const host = fakeHost({ args: ["judge", ...args], cwd: dir, host: { files } satisfies Partial<Host> });
      const code = await main(host, { name: "vx11-stability", version: "0.1.0" });
      return { code, ...host.written };
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

type Judging = (...args: string[]) => Promise<Outcome>;

Deno.test("judge writes the reports that the run wrote, byte for byte, wherever the journal is", async () => {
  const judged = judge(foldJournal(parseJournal(JOURNAL)));
  await withRun(JOURNAL, async (dir, run) => {
    const { code, out, err } = await run(dir);
    assertEquals([code, err], [0, ""]);
    assertStringIncludes(out, `Report: ${dir}/REPORT.md`);
    assertEquals(await Deno.readTextFile(join(dir, "REPORT.json")), jsonText(judged));
    assertEquals(await Deno.readTextFile(join(dir, "REPORT.md")), markdownText(judged));
    assertEquals((await run(dir, "--out", "elsewhere", "--quiet", "--json")).out, jsonText(judged));
    assertEquals(await Deno.readTextFile(join(dir, "elsewhere/REPORT.json")), jsonText(judged));
    assertEquals(await Deno.readTextFile(join(dir, "journal.ndjson")), JOURNAL, "the evidence stays as it is");
  });
});

Deno.test("judge by other rules gives another verdict beside the first, and says so", async () => {
  await withRun(JOURNAL, async (dir, run) => {
    await Deno.writeTextFile(
      join(dir, "hard.yaml"),
      "thresholds: { latency_p95_ms: 1 }\nrules: { high_latency: fail }\n",
    );
    const { code, out } = await run(dir, "--config", "hard.yaml");
    assertEquals(code, 1, out);
    assertEquals(
      await exists(join(dir, "REPORT.json")),
      false,
      "the verdict of the run's own rules is not overwritten",
    );
    const report = JSON.parse(await Deno.readTextFile(join(dir, "rejudged/REPORT.json")));
    assertEquals([report.thresholds.latency_p95_ms, report.rules.high_latency], [1, "fail"]);
    assertEquals(report.rules.flaky, "warn", "what the file does not name stays as the run had it");
    assertEquals(report.notices.at(-1), 'Judged again by the rules of "hard.yaml"');
  });
});

Deno.test("judge --exit-zero ends with 0 whatever the verdict, and says that it failed", async () => {
  await withRun(JOURNAL, async (dir, run) => {
    await Deno.writeTextFile(join(dir, "hard.yaml"), "thresholds: { latency_p95_ms: 1 }");
    const said = "Failed; the exit code is 0 all the same, as --exit-zero asks\n";
    const strict = ["--config", "hard.yaml", "--strict"];
    assertEquals((await run(dir, ...strict)).code, 1);
    const { code, err, out } = await run(dir, ...strict, "--exit-zero");
    assertEquals([code, err], [0, said]);
    assertStringIncludes(out, "WARN");
    assertEquals((await run(dir, "--exit-zero")).err, "", "what is well needs no word");
    await Deno.writeTextFile(join(dir, "bad.yaml"), "thresholds: { latency: 1 }");
    assertEquals((await run(dir, "--config", "bad.yaml", "--exit-zero")).code, 2);
  });
  for (
    const [code, entry] of [
      [130, { type: "interrupted", by: "SIGTERM" }],
      [3, { type: "run_failed", failure: { exit: "environment", what: "No engine", next: "" } }],
      [4, { type: "run_failed", failure: { exit: "bug", what: "A bug", next: "" } }],
    ] as const
  ) {
    await withRun(ending(entry, { type: "run_finished" }), async (dir, run) => {
      assertEquals((await run(dir, "--exit-zero")).code, code);
    });
  }
});

/** The journal with `entries` in the place of its last line, `run_finished`. */
function ending(...entries: object[]): string {
  const lines = entries.map((entry) => JSON.stringify({ at: "2026-01-01T00:00:00Z", ms: 9e6, ...entry }));
  return rechained(JOURNAL.trimEnd().split("\n").toSpliced(-1, 1, ...lines).join("\n"));
}

Deno.test("judge ends with the exit code of the run: interrupted, failed, strict", async () => {
  const finished = { type: "run_finished" };
  const codes: [object, number][] = [
    [{ type: "interrupted", by: "SIGINT" }, 130],
    [{ type: "run_failed", failure: { exit: "environment", what: "The disk is full", next: "" } }, 3],
    [{ type: "left_behind", text: "Could not remove x" }, 1],
  ];
  for (const [entry, code] of codes) {
    await withRun(ending(entry, finished), async (dir, run) => assertEquals((await run(dir)).code, code));
  }
  await withRun(JOURNAL, async (dir, run) => {
    await Deno.writeTextFile(join(dir, "slow.yaml"), "thresholds: { latency_p95_ms: 1 }\n");
    assertEquals((await run(dir, "--config", "slow.yaml")).code, 0);
    const strict = await run(dir, "--config", "slow.yaml", "--strict", "--json");
    // What it prints and writes says what its exit code says.
    const { settings, verdict } = JSON.parse(strict.out);
    assertEquals([strict.code, verdict.exit_code, settings.strict], [1, 1, true]);
    assertMatch(verdict.text, /which --strict counts as a failure$/);
  });
});

Deno.test("judge of a run that was killed ends as interrupted, whatever it saw until then", async () => {
  const kinds: [object[], number][] = [
    [[], 130],
    [[{ type: "left_behind", text: "Could not remove x" }], 130],
    [[{ type: "run_failed", failure: { exit: "environment", what: "The disk is full", next: "" } }], 3],
    [[{ type: "run_finished" }], 0],
  ];
  for (const [entries, code] of kinds) {
    await withRun(ending(...entries), async (dir, run) => assertEquals((await run(dir)).code, code));
  }
});

/** The first and the last line alone. */
function ends(text: string): string {
  const lines = text.trimEnd().split("\n");
  return `${lines[0]}\n${lines.at(-1)}\n`;
}

Deno.test("judge refuses a pipe in the place of the journal, and does not wait for it", async () => {
  await withRun(JOURNAL, async (dir, run) => {
    await Deno.remove(join(dir, "journal.ndjson"));
    await new Deno.Command("mkfifo", { args: [join(dir, "journal.ndjson")] }).output();
    const { code, err } = await run(dir);
    assertEquals(code, 2);
    assertMatch(err, /Cannot judge ".*journal\.ndjson": it is not a regular file\nIt must be the journal/);
  });
});

Deno.test("judge of a journal whose end is cut off is that of a killed run, wherever it is cut", async () => {
  const lines = JOURNAL.trimEnd().split("\n");
  for (const text of [lines.slice(0, -1).join("\n"), lines.slice(0, 60).join("\n"), JOURNAL.slice(0, -40)]) {
    await withRun(text, async (dir, run) => assertEquals((await run(dir)).code, 130));
  }
});

const REFUSED: [string, string | null, number, RegExp][] = [
  ["no folder", null, 2, /Cannot judge ".*nowhere": there is no such folder\nName the folder of a run/],
  ["an empty journal", "", 3, /no line of it says what was run/],
  [
    "a journal of another version",
    rechained(JOURNAL.replace(`"schemaVersion":2`, `"schemaVersion":99`)),
    2,
    /Cannot judge ".*journal\.ndjson": it has schema version 99.*reads 2\nUse the version that wrote it, \d/,
  ],
  [
    "a journal that is broken in the middle",
    `{"type"\n${JOURNAL}`,
    2,
    /Cannot judge ".*journal\.ndjson": line 1 is no JSON.*\nIt must be the journal as the run wrote it/,
  ],
  ["a file of something else", '{"a":1}\n{"b":2}\n', 2, /line 1 has no "type"/],
  ["a file of numbers", "1\n2\n", 2, /line 1 is no object/],
  ["a journal without one of its lines", JOURNAL.replace(/\n.*"test".*/, ""), 2, /does not follow from line \d+/],
  [
    "a journal of its first and last line",
    rechained(ends(JOURNAL)),
    2,
    /of module "switch" lines of 1 cycle are missing/,
  ],
  [
    "a journal without hashes",
    JOURNAL.replaceAll(/,"h":"\w+"}$/gm, "}"),
    2,
    /Cannot judge ".*": line 1 has no hash, with which a run ends each line: .*\nIt must be the journal as the run wrote it/,
  ],
  ["one that tests nothing", rechained(ends(JOURNAL).replace('["switch"]', "[]")), 2, /nothing was to be tested/],
  ["a line that is too long", `${JOURNAL}"${"x".repeat(17 * 2 ** 20)}"`, 2, /line 112 is longer than 16 MiB/],
];
for (const [what, journal, code, says] of REFUSED) {
  Deno.test(`judge refuses ${what}`, async () => {
    await withRun(journal ?? JOURNAL, async (dir, run) => {
      const outcome = await run(journal === null ? join(dir, "nowhere") : dir);
      assertEquals([outcome.code, outcome.out], [code, ""]);
      assertMatch(outcome.err, says);
    });
  });
}

Deno.test("judge says what is wrong with its command line", async () => {
  await withRun(JOURNAL, async (dir, run) => {
    assertMatch((await run()).err, /judge names no AUDIT_DIR.*\nUsage: vx11-stability judge AUDIT_DIR/);
    assertMatch((await run(dir, "other")).err, /Cannot use "other" after judge/);
    assertMatch((await run(dir, "--config", "missing.yaml")).err, /Cannot read config "missing.yaml"/);
    assertMatch((await run(dir, "--cycles", "2")).err, /--cycles is not an option of judge/);
    await Deno.writeTextFile(join(dir, "file"), "");
    const { code, err } = await run(dir, "--out", "file");
    assertEquals(code, 3);
    assertMatch(err, /Cannot write the reports to ".*file".*\nName another folder with --out/);
  });
});

/** Files that links of the page lead to, from its folder. */
function linked(html: string): string[] {
  return [...html.matchAll(/href="([^"#:]+)"/g)].map(([, link]) => decodeURIComponent(link ?? ""));
}

Deno.test("judge by other rules links from rejudged/ to the record above it, and to the reports beside", async () => {
  await withRun(JOURNAL, async (dir, run) => {
    await Deno.writeTextFile(join(dir, "hard.yaml"), "thresholds: { latency_p95_ms: 1 }\nrules: { exited: off }\n");
    await run(dir);
    const own = linked(await Deno.readTextFile(join(dir, "REPORT.html")));
    await run(dir, "--config", "hard.yaml");
    const links = linked(await Deno.readTextFile(join(dir, "rejudged/REPORT.html")));
    const reports = ["REPORT.json", "REPORT.md", "junit.xml"];
    assert(own.some((link) => link.startsWith("raw/")), own.join());
    assertEquals(links, own.map((link) => reports.includes(link) ? link : `../${link}`));
  });
});

Deno.test("judge --out writes the same bytes as the run, and tells where the logs are that they link to", async () => {
  await withRun(JOURNAL, async (dir, run) => {
    const { out: told } = await run(dir);
    const { out } = await run(dir, "--out", "elsewhere");
    assertStringIncludes(out, `\nLogs and raw outputs, which REPORT.html links to: ${dir}\n`);
    assert(!told.includes("Logs and raw outputs"), told);
    for (const name of ["REPORT.html", "REPORT.md", "REPORT.json", "junit.xml"]) {
      const [own, other] = [join(dir, name), join(dir, "elsewhere", name)];
      assertEquals(await Deno.readTextFile(other), await Deno.readTextFile(own), name);
    }
  });
});

async function* failing(): AsyncGenerator<string[]> {
  yield await Promise.resolve([JOURNAL.slice(0, JOURNAL.indexOf("\n"))]);
  throw new Error("Input/output error (os error 5)");
}

Deno.test("judge says of a journal that cannot be read why", async () => {
  await withRun(JOURNAL, async (dir) => {
    const files: Files = { ...denoHost().files, lineBlocks: failing, masked: () => files };
    const host = fakeHost({ args: ["judge", dir], cwd: dir, host: { files } });
    assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 3);
    assertMatch(
      host.written.err,
      /Cannot judge ".*journal\.ndjson": Input\/output error .*\nSee whether it can be read/,
    );
  });
});
