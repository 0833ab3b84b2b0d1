import { assertEquals } from "@std/assert";
import { markReader } from "../../lib/engine/process/marks.ts";
import { denoHost } from "../../lib/host/deno.ts";

const SELF = 30;
const BEGUN = 500;

/** A machine of which each process is [parent, start in ticks, project of its mark]; 30 is this program. */
function machine(table: Record<number, [parent: number, start: number, project?: string]>) {
  const read: number[] = [];
  let nowMs = 0;
  const marks = markReader({
    pid: SELF,
    clock: { ...denoHost().clock, mono: () => nowMs },
    kernel: {
      list: () => ["uptime", ...Object.keys(table)],
      link: () => null,
      read(path) {
        if (path === "/proc/uptime") return "1000.00 1.00";
        const [, , pid, file] = path.split("/");
        const found = table[Number(pid)];
        if (found === undefined) return null;
        const [parent, start, project] = found;
        if (file === "environ") {
          return project === undefined
            ? "HOME=/"
            : `VX11_PROCESS_ID=id\0VX11_PROCESS_SERVICE=s\0VX11_PROCESS_PROJECT=${project}\0`;
        }
        read.push(Number(pid));
        return `${pid} (p) S ${parent} ${pid} ${pid}${" 0".repeat(15)} ${start} 0 9`;
      },
    },
  });
  return {
    table,
    /** The numbers of those that carry a mark, and of whom was read for it; `afterMs` after the time before. */
    look({ afterMs = 10, since }: { afterMs?: number; since?: number } = {}) {
      nowMs += afterMs;
      read.length = 0;
      const found = marks.marked(marks.processes(since)).map(({ proc }) => proc.pid);
      return { found, read: read.toSorted((a, b) => a - b) };
    },
  };
}

const OLDER = 100;

Deno.test("processes() reads those that are older than this program and carry no mark once", () => {
  const { look } = machine({
    1: [0, 1],
    10: [1, OLDER],
    11: [1, OLDER, "p:/p"],
    20: [1, OLDER],
    30: [20, BEGUN],
    40: [30, 900],
    41: [1, 900, "p:/p"],
  });
  const all = [1, 10, 11, 20, 30, 40, 41];
  assertEquals(look(), { found: [11, 41], read: all });
  const others = all.filter((pid) => pid !== 10);
  assertEquals(look(), { found: [11, 41], read: others }, "this program, those above it and the younger ones stay");
  assertEquals(look({ since: BEGUN }).read, others);
});

Deno.test("processes() reads all where somebody's began before this program, or the last look is long ago", () => {
  const { look } = machine({ 10: [1, OLDER], 30: [1, BEGUN] });
  look();
  assertEquals(look().read, [30]);
  assertEquals(look({ since: OLDER }).read, [10, 30]);
  assertEquals(look().read, [30]);
  assertEquals(look({ afterMs: 1001 }).read, [10, 30], "numbers may have been given anew");
});

Deno.test("processes() takes a number that was gone for another process's", () => {
  const { look, table } = machine({ 10: [1, OLDER], 30: [1, BEGUN] });
  look();
  delete table[10];
  assertEquals(look(), { found: [], read: [30] });
  table[10] = [1, 900, "p:/p"];
  assertEquals(look(), { found: [10], read: [10, 30] });
});

Deno.test("marked() knows those above this program also where a bystander stands between", () => {
  const { look, table } = machine({ 10: [11, OLDER], 11: [1, OLDER, "p:/p"], 20: [1, OLDER], 30: [20, BEGUN] });
  assertEquals(look().found, [11]);
  // What started this program ends, and it is handed to 10.
  delete table[20];
  table[30] = [10, BEGUN];
  assertEquals(look(), { found: [], read: [10, 11, 30] });
});
