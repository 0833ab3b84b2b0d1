import { assertEquals } from "@std/assert";
import { bytesOf, largest, membersOf, newTree, parseStat, variableOf } from "../../lib/proc/tree.ts";
import type { Proc, Tree } from "../../lib/proc/tree.ts";
import { fixture } from "../fixtures/read.ts";

Deno.test("parseStat() reads what is needed of a line of Linux 6.18", () => {
  assertEquals(parseStat(fixture("proc_stat_linux6.txt")), {
    pid: 30304,
    name: "bash",
    state: "R",
    parent: 30241,
    group: 30241,
    session: 11108,
    ticks: 1 + 2 + 1 + 2,
    start: 295676,
    rssPages: 792,
  });
});

const TAIL = "1 2 3 0 -1 4194304 0 0 0 0 1 2 3 4 20 0 1 0 99 1000 5 18446744073709551615";
const NAMES = ["sh", "(sd-pam)", "a b", "tmux: server", ") S 1 (", "x)", "日本"];
for (const name of NAMES) {
  Deno.test(`parseStat() finds the end of the name "${name}"`, () => {
    const proc = parseStat(`42 (${name}) R ${TAIL}\n`);
    assertEquals([proc?.pid, proc?.name, proc?.state, proc?.parent, proc?.start, proc?.ticks], [
      42,
      name,
      "R",
      1,
      99,
      10,
    ]);
  });
}

const NO_STATS = ["", "garbage", "42 (sh)", "42 sh R 1 2 3", "42 (sh) R 1 2", "(sh) R 1 2 3"];
for (const text of NO_STATS) {
  Deno.test(`parseStat() is null for "${text}"`, () => assertEquals(parseStat(text), null));
}

function proc(pid: number, parent: number, over: Partial<Proc> = {}): Proc {
  return {
    pid,
    name: "p",
    state: "S",
    parent,
    group: parent,
    session: parent,
    ticks: 0,
    start: pid,
    rssPages: pid,
    ...over,
  };
}

/** Process 10 leads the service's session, as the engine starts it. */
const ROOT = proc(10, 5, { group: 10, session: 10 });

function members(others: Proc[], tree: Partial<Tree> = {}): number[] {
  const processes = new Map([proc(1, 0), proc(5, 1), ...others].map((each) => [each.pid, each]));
  return membersOf(processes, { ...newTree({ pid: 10, start: 10 }), ...tree }).map(({ pid }) => pid)
    .sort((a, b) => a - b);
}

const TREES: [string, Proc[], number[]][] = [
  ["its main process alone", [ROOT, proc(20, 5)], [10]],
  ["children of children", [ROOT, proc(20, 10), proc(21, 20), proc(22, 21)], [10, 20, 21, 22]],
  ["a child in a session of its own", [ROOT, proc(20, 10, { group: 20, session: 20 }), proc(21, 20)], [10, 20, 21]],
  ["an orphan that stayed in the session", [ROOT, proc(20, 1, { group: 20, session: 10 })], [10, 20]],
  ["an orphan that stayed in the group", [ROOT, proc(20, 1, { group: 10, session: 10 })], [10, 20]],
  ["what it left when it ended", [proc(20, 1, { group: 10, session: 10 })], [20]],
  ["a zombie, whose time still counts", [ROOT, proc(20, 10, { state: "Z" })], [10, 20]],
  ["nothing of another session", [ROOT, proc(20, 1, { group: 20, session: 20 })], [10]],
  ["nothing of a later process of its number", [
    proc(10, 1, { group: 10, session: 10, start: 99 }),
    proc(20, 10, { start: 100 }),
  ], []],
  ["nothing older than itself", [ROOT, proc(9, 1, { group: 10, session: 10 })], [10]],
  ["nothing where it is gone", [], []],
];
for (const [what, others, expected] of TREES) {
  Deno.test(`membersOf() gives ${what}`, () => assertEquals(members(others), expected));
}

Deno.test("membersOf() remembers what it has seen, but no later process of the same number", () => {
  const seen = new Map<number, number>();
  const child = proc(20, 10, { group: 20, session: 20 });
  assertEquals(members([ROOT, child], { seen }), [10, 20]);
  assertEquals(members([ROOT, { ...child, parent: 1 }, proc(21, 20)], { seen }), [10, 20, 21]);
  assertEquals(members([ROOT, { ...child, parent: 1, start: 99 }], { seen }), [10]);
});

Deno.test("membersOf() forgets what is gone, and keeps how many there were at once", () => {
  const tree = newTree({ pid: 10, start: 10 });
  for (const others of [[], [proc(20, 10), proc(21, 10)], [proc(22, 10)]]) {
    membersOf(new Map([ROOT, ...others].map((each) => [each.pid, each])), tree);
  }
  assertEquals([[...tree.seen.keys()], tree.most], [[10, 22], 3]);
});

Deno.test("largest() is the process with most memory that is alive", () => {
  assertEquals(largest([proc(20, 1), proc(22, 1), proc(21, 1)])?.pid, 22);
  assertEquals(largest([proc(20, 1), proc(22, 1, { state: "Z" })])?.pid, 20);
  assertEquals(largest([]), undefined);
});

const FIELDS: [string, string, number | undefined][] = [
  ["Rss:                1640 kB\nPss:                 419 kB\n", "Rss", 1640 * 1024],
  ["SwapPss:  8 kB\nPss:  419 kB\n", "Pss", 419 * 1024],
  ["Name:\tsleep\nVmHWM:\t    1500 kB\nVmRSS:\t    1400 kB\n", "VmRSS", 1400 * 1024],
  ["Name:\tzombie\nState:\tZ (zombie)\n", "VmRSS", undefined],
  ["", "Rss", undefined],
  ["Rss: many kB", "Rss", undefined],
];
for (const [text, field, bytes] of FIELDS) {
  Deno.test(`bytesOf() finds ${bytes} for ${field} in ${JSON.stringify(text.slice(0, 30))}`, () =>
    assertEquals(bytesOf(text, field), bytes));
}

Deno.test("variableOf() finds a variable by its whole name, with all that its value holds", () => {
  const environ = "XPORT=1\0PORT=8001\0URL=http://a?b=c\nd\0EMPTY=\0";
  assertEquals(["PORT", "URL", "EMPTY", "ORT", "NONE"].map((name) => variableOf(environ, name)), [
    "8001",
    "http://a?b=c\nd",
    "",
    undefined,
    undefined,
  ]);
});

Deno.test("parseStat() is null if one of the numbers that it reads is none", () => {
  for (const at of [0, 1, 2, 10, 18, 20]) {
    const fields = TAIL.split(" ").with(at, "x").join(" ");
    assertEquals(parseStat(`42 (a) R ${fields}`), null, fields);
  }
});
