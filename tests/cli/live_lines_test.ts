import { assert, assertEquals, assertMatch } from "@std/assert";
import { liveLines, type LiveStyle } from "../../lib/cli/live/lines.ts";
import { columns } from "../../lib/report/text/fit.ts";
import { cycle, memory, phase, started, stateAfter, type TimedEvent, verdict } from "./live_events.ts";

const STYLE: LiveStyle = { color: false, unicode: true };
const NOW = 65_000;

/** One of each: done well and badly, busy, up, to come, and one that is only there for another. */
const MIXED: TimedEvent[] = [
  [0, started(["switch", "hermes", "spawner", "operator-frontend", "mcp"], 2)],
  [0, cycle(1, 2)],
  [1, verdict("switch", "PASS", 8100)],
  [2, verdict("hermes", "FAIL", 62_000)],
  [30_000, phase("spawner", "start")],
  [31_000, phase("spawner", "start", true)],
  [31_000, memory("spawner", "spawner", 4.5)],
  [60_000, phase("operator-frontend", "probes")],
  [60_000, phase("operator-frontend", "tests")],
  [60_000, memory("operator-frontend", "web", 60)],
  [60_000, memory("operator-frontend", "db", 1140.25)],
  [64_000, phase("operator-backend", "ready")],
];

function lines(events: readonly TimedEvent[], columns: number, rows = 24, style = STYLE): string[] {
  return liveLines(stateAfter(events), NOW, { columns, rows }, style);
}

Deno.test("liveLines() at 80 columns is the whole of it", () => {
  assertEquals(lines(MIXED, 80), [
    "PASS  switch                                    8s",
    "FAIL  hermes             tests_failed        1m02s",
    "      spawner            up                    35s     4.5 MiB",
    "⠙     operator-frontend  tests                  5s  1200.3 MiB",
    "      mcp                waiting",
    "⠙     operator-backend   ready                  1s",
    "██████░░░░░░░░░░░░░░░░░░░░░░░░  2 of 10  cycle 1 of 2  1m05s",
  ]);
});

Deno.test("liveLines() of a run that ends by time shows the cycle, and how much of the time is over", () => {
  const bar = (cycles: number | null, columns: number) =>
    liveLines(
      stateAfter([
        [0, started(["switch"], cycles, { forSec: 86_400 })],
        ...Array.from({ length: 12 }, (_, i): TimedEvent => [i * 1_000_000, cycle(i + 1, cycles)]),
      ]),
      11_400_000,
      { columns, rows: 24 },
      STYLE,
    ).at(-1);
  assertEquals(bar(null, 80), "███░░░░░░░░░░░░░░░░░░░░░░░░░░░  cycle 12  3h10m of 24h  about 21h00m left");
  assertEquals(bar(null, 32), "█░░░░░░░  cycle 12  3h10m of 24h");
  assertEquals(bar(null, 24), "█░░░░░░░░░  3h10m of 24h");
  assertEquals(bar(20, 90), "███░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 of 20  cycle 12 of 20  3h10m of 24h  about 2h23m left");
});

Deno.test("liveLines() counts the tests of the file that runs, if its runner tells of them", () => {
  const file = { module: "switch", file: "test_switch_a.py" } as const;
  const before: TimedEvent[] = [[0, started(["switch"])], [60_000, phase("switch", "tests")]];
  const shown = (...events: TimedEvent[]) => lines([...before, ...events], 80)[0]?.slice(0, 32).trimEnd();
  assertEquals(shown([61_000, { type: "testing", ...file, done: 0, of: null }]), "⠙     switch  tests 0/?");
  const told: TimedEvent = [61_000, { type: "testing", ...file, done: 3, of: 12 }];
  assertEquals(shown(told), "⠙     switch  tests 3/12");
  assertEquals(shown(told, [62_000, { type: "test", ...file, ok: true, durationMs: 1 }]), "⠙     switch  tests");
});

Deno.test("liveLines() shows who waits for a slot as waiting, before and after its start, and no other module for it", () => {
  const events: TimedEvent[] = [
    [0, started(["switch", "hermes"])],
    [0, phase("switch", "slot")],
    [60_000, phase("hermes", "start")],
    [60_000, phase("hermes", "start", true)],
    [61_000, phase("hermes", "slot")],
    [61_000, phase("spawner", "slot")],
  ];
  assertEquals(lines(events, 80).slice(0, -1), [
    "      switch  waiting",
    "      hermes  waiting                5s",
  ]);
});

Deno.test("liveLines() at 40 columns leaves out the memory, and cuts the names", () => {
  assertEquals(lines(MIXED, 40), [
    "PASS switch                           8s",
    "FAIL hermes          tests_failed  1m02s",
    "     spawner         up              35s",
    "⠙    operator-front… tests            5s",
    "     mcp             waiting",
    "⠙    operator-backe… ready            1s",
    "██░░░░░░░░  2 of 10  cycle 1 of 2  1m05s",
  ]);
});

Deno.test("liveLines() at 20 columns is status and name, and how far it is", () => {
  assertEquals(lines(MIXED, 20), [
    "PASS switch",
    "FAIL hermes",
    "     spawner",
    "⠙    operator-front…",
    "     mcp",
    "⠙    operator-backe…",
    "██░░░░░░░░░  2 of 10",
  ]);
});

Deno.test("liveLines() at 200 columns grows no wider than it needs to be", () => {
  assertEquals(lines(MIXED, 200), lines(MIXED, 80));
});

Deno.test("liveLines() keeps to any width and height, whatever the names", () => {
  const names = ["日本語のモジュール名前", "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂", "\x1b[2Jwipe\u202e", "e\u0301".repeat(30), "x"];
  const events: TimedEvent[] = [
    [0, started(names, 2)],
    [0, cycle(1, 2)],
    [50_000, cycle(2, 2)],
    ...names.map((name): TimedEvent => [51_000, phase(name, "dependencies")]),
    [52_000, verdict("x", "WARN")],
  ];
  const ending: TimedEvent = [53_000, { type: "stopping", containers: names }];
  for (const more of [[], [ending]]) {
    for (let width = 1; width <= 100; width++) {
      for (const rows of [1, 2, 3, 4, 24]) {
        const shown = lines([...events, ...more], width, rows);
        assert(shown.length <= rows, `${shown.length} lines in ${rows} rows`);
        for (const line of shown) {
          assert(columns(line) <= width, `${width}: ${line}`);
          assert(!/[\p{Cc}\p{Cf}]/u.test(line), line);
        }
      }
    }
  }
});

Deno.test("liveLines() with fewer rows shows what is busy or went wrong, in order, and counts the rest", () => {
  const text = lines(MIXED, 60, 5).join("\n");
  assertMatch(text, /^FAIL +hermes .*\n.* operator-frontend .*\n.* operator-backend .*\nand 3 more: .*\n█/);
  assertMatch(text, /and 3 more: 1 PASS, 2 to come\n/);
  assertEquals(lines(MIXED, 60, 1).length, 1);
  assertEquals(lines(MIXED, 60, 2).length, 2);
});

Deno.test("liveLines() says how long it may still take once a whole cycle is known", () => {
  assertMatch(lines(MIXED, 80).at(-1) ?? "", /1m05s$/);
  const second: TimedEvent[] = [[0, started(["switch"], 3)], [1000, cycle(1, 3)], [61_000, cycle(2, 3)]];
  assertEquals(lines(second, 80).at(-1), "░".repeat(30) + "  0 of 3  cycle 2 of 3  1m05s  about 1m56s left");
  assertEquals(lines(second, 50).at(-1), "░".repeat(17) + "  0 of 3  1m05s  about 1m56s left");
  assertEquals(lines(second, 36).at(-1), "░".repeat(10) + "  0 of 3  about 1m56s left");
});

Deno.test("liveLines() says that the run is being ended, and what was not tested", () => {
  const text = lines([...MIXED, [64_500, { type: "stopping", containers: ["vx11-mcp", "a\x1bb"] }]], 80);
  assertEquals(text.at(-1), "⠙ Stopping vx11-mcp, a\\x1bb");
  assertMatch(text.join("\n"), /spawner +not judged.*\n.* operator-frontend +tests.*\n +mcp +not run\n/);
});

Deno.test("liveLines() is ASCII where the terminal shows no more, and one bar long even without any module", () => {
  const ascii = lines(MIXED, 80, 24, { color: false, unicode: false }).join("\n");
  assertMatch(ascii, /^[\x20-\x7e\n]+$/);
  assertMatch(ascii, /\n\[#{5}-{23}\] {2}2 of 10/);
  assertEquals(lines([[NOW, started([])]], 80), ["░".repeat(30) + "  0 of 0  0s"]);
});

// @std/fmt itself leaves colours out where NO_COLOR is set.
Deno.test("liveLines() colours only when asked, and the same text", { ignore: Deno.noColor }, () => {
  const colored = lines(MIXED, 80, 24, { color: true, unicode: true });
  // deno-lint-ignore no-control-regex -- it is what a colour begins with
  assertEquals(colored.map((line) => line.replaceAll(/\x1b\[\d+m/g, "")), lines(MIXED, 80));
  assert(colored[0]?.startsWith("\x1b[32mPASS"), colored[0]);
  assert(!lines(MIXED, 80).join("").includes("\x1b"));
});
