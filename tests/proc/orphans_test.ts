/** Orphans: the real ones each in a program of its own, since they come to a whole program, and all tests share one. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Host, HostSignal } from "../../lib/host/host.ts";
import { adoptOrphans, endUntold, orphanOf, orphansOf, unseenText } from "../../lib/proc/orphans.ts";
import { noOrphans } from "../fakes/host.ts";
import { type FakeOrphan, fakeOrphans, orphanKernel } from "../fakes/orphans.ts";

const DRIVER = join(import.meta.dirname ?? ".", "adopting.ts");
const IS_LINUX = Deno.build.os === "linux";

async function saw(scenario: string, how = "adopting"): Promise<Record<string, unknown>> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-orphans-" });
  try {
    const args = ["run", "--quiet", "--no-prompt", "-A", DRIVER, scenario, how, dir];
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function onLinux(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !IS_LINUX, fn });
}

onLinux("orphans come to the program, each known by what it descends from, and commands' are spared", async () => {
  const { found, exit, ...seen } = await saw("families");
  const all = [true, true, true, true];
  assertEquals(seen, {
    why: null,
    parents: all,
    listed: all,
    isA: [true, false, false, false],
    isUntold: [false, false, false, true],
    ownLimit: "unlimited",
    left: null,
    spared: false,
    afterUntold: [true, true, true, false],
    // A child that was spawned is none, and its end is left to Deno.
    listsChildren: false,
    afterEnd: [false, false, true, false],
  });
  assertEquals([found, exit], [1, { code: null, signal: "SIGKILL" }]);
});

onLinux("an orphan that ends does not stay as a zombie", async () => {
  assertEquals(await saw("reaped"), { why: null, left: [] });
});

onLinux("what a test leaves as a daemon with a cleared environment is ended", async () => {
  assertEquals(await saw("pytest"), { why: null, returnCode: 0, survivors: null, isLeft: false });
});

onLinux("what a service leaves as a daemon is counted as its own, and gone at its stop; another's stays", async () => {
  assertEquals(await saw("service"), {
    why: null,
    described: true,
    isCounted: true,
    stopped: true,
    error: null,
    isLeft: false,
    othersLeft: true,
    isAnyLeft: false,
  });
});

onLinux("without orphans such a daemon is not seen: these tests can fail", async () => {
  assertEquals((await saw("pytest", "alone")).isLeft, true);
  const { described, isCounted, isLeft } = await saw("service", "alone");
  assertEquals({ described, isCounted, isLeft }, { described: false, isCounted: false, isLeft: true });
});

function program(table: FakeOrphan[], mayBeOthers = false) {
  const killed: number[] = [];
  const orphans = fakeOrphans(table, mayBeOthers);
  const host = {
    pid: 1,
    orphans,
    kernel: orphanKernel(table),
    clock: { wall: () => 0, mono: () => 0, sleep: () => Promise.resolve() },
    kill(pid: number) {
      killed.push(pid);
      for (const each of table) if (each.pid === pid) each.dead = true;
      return "sent" as const;
    },
  };
  return { host, killed, orphans };
}

Deno.test("orphansOf() gives those of the family, without the dead, of which it lets go", () => {
  const table = [
    { pid: 11, family: "a" },
    { pid: 12, family: "a", dead: true },
    { pid: 13, family: "b" },
    { pid: 14, family: null },
  ];
  const { host, orphans } = program(table);
  assertEquals(orphansOf(host, "a").map(({ pid }) => pid), [11]);
  assertEquals(orphans.reaped, [12]);
  const isOfA = orphanOf(host, "a");
  const [first] = orphansOf(host, "a");
  if (first === undefined) throw new Error("there is one");
  assertEquals([isOfA(first), isOfA({ ...first, parent: 2 }), isOfA({ ...first, pid: 13 })], [true, false, false]);
});

Deno.test("endUntold() ends what nobody can tell of, and names it; nothing else", async () => {
  const { host, killed } = program([{ pid: 11, family: "a" }, { pid: 12, family: null }, { pid: 13, family: "" }]);
  assertEquals(await endUntold(host), { found: ["12 (daemon --of null)"], left: null, spared: false });
  assertEquals(killed, [12]);
});

Deno.test("endUntold() touches nothing that may be somebody else's, and names it", async () => {
  const { host, killed } = program([{ pid: 12, family: null }], true);
  assertEquals(await endUntold(host), { found: ["12 (daemon --of null)"], left: null, spared: true });
  assertEquals(killed, []);
});

Deno.test("endUntold() says what cannot be ended", async () => {
  const { host } = program([{ pid: 12, family: null }]);
  const { left } = await endUntold({ ...host, kill: () => "not permitted" });
  assertEquals(left === "unseen" ? left : left?.map(({ outcome, proc }) => [proc.pid, outcome]), [[
    12,
    "not permitted",
  ]]);
});

Deno.test("adoptOrphans() lets go of each as it ends, until it is closed", () => {
  const table: FakeOrphan[] = [{ pid: 11, family: "a" }];
  const { host, orphans } = program(table);
  const handlers = new Map<HostSignal, () => void>();
  const onSignal: Host["onSignal"] = (signal, handler) => {
    handlers.set(signal, handler);
    return () => void handlers.delete(signal);
  };
  const { close, why } = adoptOrphans({ ...host, onSignal });
  table[0]!.dead = true;
  handlers.get("SIGCHLD")?.();
  assertEquals([why, orphans.reaped], [null, [11]]);
  close();
  assertEquals(handlers.size, 0);
});

Deno.test("adoptOrphans() says why there are none, and listens to nothing then", () => {
  const { host } = program([]);
  const onSignal = () => {
    throw new Error("listens");
  };
  const { close, why } = adoptOrphans({ ...host, orphans: { ...noOrphans, adopt: () => "no libc.so.6" }, onSignal });
  close();
  assertStringIncludes(
    unseenText(why ?? ""),
    "may stay unseen, if they cleared their environment and lost their parent: this program cannot become the parent of orphans: no libc.so.6",
  );
});
