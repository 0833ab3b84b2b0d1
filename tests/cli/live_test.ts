import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Live } from "../../lib/cli/live/live.ts";
import type { View } from "../../lib/cli/live/shown_run.ts";
import { type HandClock, handClock } from "../fakes/clock.ts";
import { fakeScreen, type Screen } from "../fakes/screen.ts";
import { cycle, memory, phase, started, verdict } from "./live_events.ts";

interface Stage {
  view: View;
  screen: Screen;
  clock: HandClock;
  resize(columns: number, rows: number): void;
  listeners: Set<() => void>;
}

function stage({ leave = false, columns = 60, rows = 12 } = {}): Stage {
  const screen = fakeScreen({ columns, rows });
  const clock = handClock();
  const listeners = new Set<() => void>();
  const onSignal = (_signal: string, handler: () => void) => {
    listeners.add(handler);
    return () => void listeners.delete(handler);
  };
  const view = new Live({ clock, err: screen, onSignal }, { color: false, unicode: true, leave });
  const resize = (columns: number, rows: number) => {
    screen.resize({ columns, rows });
    for (const listener of listeners) listener();
  };
  return { view, screen, clock, resize, listeners };
}

function play({ view }: Stage): void {
  view.progress(started(["switch", "hermes"]));
  view.progress(phase("switch", "tests"));
  view.progress(memory("switch", "switch", 12.5));
}

const HEAD = ["Testing 2 modules, 1 cycle, mode low_power (docker 28)", "Evidence goes to docs/audit/x"];

Deno.test("Live draws below the permanent lines, and again as time goes by", async () => {
  const on = stage();
  play(on);
  await on.clock.advance(2040);
  assertEquals(on.screen.lines(), [
    ...HEAD,
    "⠧     switch  tests                  2s    12.5 MiB",
    "      hermes  waiting",
    "░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 of 2  2s",
  ]);
  assertEquals(on.screen.cursor, { row: 2, column: 0, shown: false });
  await on.view.close();
});

Deno.test("Live lets notices and what went wrong scroll above, and nothing of what went well", async () => {
  const on = stage();
  play(on);
  on.view.progress({ type: "notice", text: "beware of \x1b[2J" });
  on.view.progress(verdict("switch", "WARN", 1000, "half of it"));
  on.view.progress(verdict("hermes", "PASS"));
  assertEquals(on.screen.lines(), [
    ...HEAD,
    "note: beware of \\x1b[2J",
    "WARN switch (1000 ms)",
    "    tests_failed: half of it",
    "WARN  switch  tests_failed           1s",
    "PASS  hermes                         1s",
    "██████████████████████████████  2 of 2  0s",
  ]);
  await on.view.close();
});

for (const leave of [false, true]) {
  Deno.test(`Live gives the terminal back clean, the area ${leave ? "left" : "removed"}`, async () => {
    const on = stage({ leave });
    play(on);
    on.view.progress(verdict("switch", "PASS"));
    await on.view.close();
    await on.view.close();
    on.view.progress(verdict("hermes", "FAIL"));
    on.view.interrupted("SIGINT");
    const left = [
      "PASS  switch                         1s",
      "      hermes  not run",
      "███████████████░░░░░░░░░░░░░░░  1 of 2  0s",
    ];
    assertEquals(on.screen.lines().filter((line) => line !== ""), [...HEAD, ...leave ? left : []]);
    assertEquals(on.screen.cursor, { row: leave ? 5 : 2, column: 0, shown: true });
    assertEquals([on.screen.wraps, on.listeners.size, on.clock.sleepers()], [true, 0, 0]);
  });
}

Deno.test("Live says that it is stopping from the first Ctrl+C on", async () => {
  const on = stage();
  play(on);
  on.view.interrupted("SIGINT");
  on.view.progress({ type: "stopping", containers: ["vx11-switch"] });
  const [said, ...area] = on.screen.lines().slice(2);
  assertEquals(said, "Interrupted by SIGINT: stopping what this run started; a seco".slice(0, 60));
  assertEquals(area.at(-1), "⠋ Stopping vx11-switch");
  await on.view.close();
});

Deno.test("Live leaves no rubbish when the terminal gets smaller and larger", async () => {
  const on = stage({ columns: 80, rows: 24 });
  play(on);
  for (const [columns, rows] of [[80, 10], [80, 30], [100, 5], [61, 24]] as const) {
    on.resize(columns, rows);
    await on.clock.advance(240);
  }
  const lines = on.screen.lines();
  assertEquals(lines.filter((line) => line.includes("hermes")).length, 1, lines.join("\n"));
  assertEquals(lines.filter((line) => line.includes("0 of 2")).length, 1, lines.join("\n"));
  assert(lines.join("\n").startsWith(HEAD.join("\n")));
  await on.view.close();
});

Deno.test("Live scrolls with an area as high as the terminal, and draws no line twice", async () => {
  const on = stage({ rows: 5 });
  on.view.progress(started(["a", "b", "c", "d", "e"]));
  on.view.progress(phase("d", "tests"));
  for (let number = 1; number <= 6; number++) on.view.progress({ type: "notice", text: `number ${number}` });
  await on.clock.advance(500);
  assertEquals(
    on.screen.lines().slice(2),
    [
      ...[1, 2, 3, 4, 5, 6].map((number) => `note: number ${number}`),
      "      a  waiting",
      "⠼     d  tests                  0s",
      "and 3 more: 3 to come",
      "░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 of 5  0s",
    ],
  );
  await on.view.close();
});

Deno.test("Live writes nothing but plain lines before the run has started", async () => {
  const on = stage();
  on.view.progress({ type: "notice", text: "an early one" });
  await on.clock.advance(1000);
  await on.view.close();
  assertEquals(on.screen.raw, "note: an early one\n");
});

Deno.test("Live keeps a bug of its own away from the run, gives the terminal back, and throws it at the end", async () => {
  const on = stage();
  play(on);
  const { mono } = on.clock;
  on.clock.mono = () => {
    throw new Error("no time");
  };
  on.view.progress(cycle(1, 1));
  on.clock.mono = mono;
  await on.clock.advance(1000);
  assertEquals([on.screen.cursor.shown, on.screen.lines().slice(2).join("")], [true, ""]);
  await assertRejects(() => on.view.close(), Error, "no time");
});

Deno.test("Live without colours writes no colour codes", async () => {
  const on = stage();
  play(on);
  on.view.progress(verdict("switch", "FAIL"));
  await on.view.close();
  // deno-lint-ignore no-control-regex -- it is what a colour begins with
  assert(!/\x1b\[[\d;]*m/.test(on.screen.raw));
  assertStringIncludes(on.screen.raw, "\x1b[?25l");
});
