import { assertEquals } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { markReader } from "../../lib/engine/process/marks.ts";
import type { Proc } from "../../lib/proc/tree.ts";

/** Seconds since boot. */
const UPTIME = "1000.00 1.00";

function proc(pid: number, over: Partial<Proc> = {}): Proc {
  return {
    pid,
    name: "p",
    state: "S",
    parent: 1,
    group: pid,
    session: pid,
    ticks: 0,
    start: 50_000,
    rssPages: 9,
    ...over,
  };
}

/** Reads the marks of processes that all carry one; who was asked for its environment is written down. */
function reader(self: number) {
  const asked: number[] = [];
  const { marked } = markReader({
    pid: self,
    clock: denoHost().clock,
    kernel: {
      read(path) {
        if (path === "/proc/uptime") return UPTIME;
        if (!path.endsWith("/environ")) return null;
        const pid = Number(path.split("/")[2]);
        asked.push(pid);
        return `VX11_PROCESS_ID=id${pid}\0VX11_PROCESS_SERVICE=s\0VX11_PROCESS_PROJECT=p:/p\0`;
      },
      list: () => [],
      link: () => null,
    },
  });
  const pids = (processes: Proc[], since?: number) =>
    marked(new Map(processes.map((each) => [each.pid, each])), since).map(({ proc: { pid } }) => pid);
  return { pids, asked };
}

Deno.test("marked() leaves out this program, those above it, and the first process of all", () => {
  const { pids } = reader(30);
  const processes = [
    proc(1, { parent: 0 }),
    proc(10),
    proc(20, { parent: 10 }),
    proc(30, { parent: 20 }),
    proc(40, { parent: 30 }),
  ];
  assertEquals(pids([...processes, proc(50)]), [40, 50]);
});

Deno.test("marked() leaves out zombies, and what is older than asked for", () => {
  const { pids } = reader(30);
  assertEquals(pids([proc(40, { state: "Z" }), proc(41, { start: 7 }), proc(42, { start: 8 })], 8), [42]);
});

Deno.test("marked() reads an environment once, but for processes that may not have begun their program", () => {
  const { asked, pids } = reader(30);
  const processes = [proc(40), proc(41, { start: 99_999 })];
  for (let i = 0; i < 3; i++) assertEquals(pids(processes), [40, 41]);
  assertEquals(asked, [40, 41, 41, 41]);
  pids([proc(40, { start: 50_001 })]);
  assertEquals(asked.at(-1), 40, "it is another process");
});

Deno.test("marked() reads an environment once, and forgets that of what has ended", () => {
  const { asked, pids } = reader(30);
  for (const processes of [[proc(40), proc(41)], [proc(40), proc(41)], [proc(40)], [proc(40), proc(41)]]) {
    pids(processes);
  }
  assertEquals(asked, [40, 41, 41]);
});
