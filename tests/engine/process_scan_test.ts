import { assertEquals } from "@std/assert";
import { readProcesses } from "../../lib/proc/proc.ts";
import { processPass } from "../../lib/engine/process/scan.ts";
import { membersOf, newTree } from "../../lib/proc/tree.ts";
import type { Processes, Tree } from "../../lib/proc/tree.ts";
import type { Kernel } from "../../lib/host/host.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { random } from "../fakes/random.ts";

const { clock } = denoHost();

/** A process of a made-up /proc: its parent, session and start; its group is its session. */
interface Made {
  parent: number;
  session: number;
  start: number;
}

function made(processes: Map<number, Made>) {
  const reads: number[] = [];
  const kernel: Kernel = {
    list: () => ["self", "uptime", ...[...processes.keys()].map(String)],
    link: () => null,
    read(path) {
      const pid = Number(/^\/proc\/(\d+)\/stat$/.exec(path)?.[1]);
      const proc = processes.get(pid);
      if (proc === undefined) return null;
      reads.push(pid);
      const { parent, session, start } = proc;
      return `${pid} (p) S ${parent} ${session} ${session} 0 -1 0 0 0 0 0 1 0 0 0 20 0 1 0 ${start} 0 100`;
    },
  };
  return { kernel, readSince: () => reads.splice(0).sort((a, b) => a - b) };
}

function pidsOf(processes: Processes, tree: Tree): number[] {
  return membersOf(processes, tree).map(({ pid }) => pid).sort((a, b) => a - b);
}

/** Two of the host's own, and a service with a child. */
function small() {
  return new Map([
    [1, { parent: 0, session: 1, start: 0 }],
    [2, { parent: 0, session: 0, start: 1 }],
    [10, { parent: 1, session: 10, start: 100 }],
    [11, { parent: 10, session: 10, start: 101 }],
  ]);
}

Deno.test("processPass() reads what is older than the services once, and everything else each time", () => {
  const { kernel, readSince } = made(small());
  const scan = processPass(kernel, clock);
  const tree = newTree({ pid: 10, start: 100 });
  assertEquals(pidsOf(scan([tree]), tree), [10, 11]);
  assertEquals(readSince(), [1, 2, 10, 11]);
  assertEquals(pidsOf(scan([tree]), tree), [10, 11]);
  assertEquals(readSince(), [10, 11]);
});

Deno.test("processPass() reads a number again that was gone in between", () => {
  const processes = small();
  const { kernel } = made(processes);
  const scan = processPass(kernel, clock);
  const tree = newTree({ pid: 10, start: 100 });
  scan([tree]);
  processes.delete(2);
  scan([tree]);
  processes.set(2, { parent: 10, session: 10, start: 200 });
  assertEquals(pidsOf(scan([tree]), tree), [2, 10, 11]);
});

Deno.test("processPass() reads what is older than all services once, whichever of them it is asked for", () => {
  const { kernel, readSince } = made(small());
  const scan = processPass(kernel, clock);
  const [early, late] = [newTree({ pid: 10, start: 100 }), newTree({ pid: 11, start: 101 })];
  const reads = [[early], [late], [], [early, late]].map((trees) => {
    scan(trees);
    return readSince();
  });
  assertEquals(reads, [[1, 2, 10, 11], [11], [], [10, 11]]);
});

Deno.test("processPass() trusts no number for longer than it takes to give them all anew", () => {
  const processes = small();
  const { kernel } = made(processes);
  let nowMs = 0;
  const scan = processPass(kernel, { ...clock, mono: () => nowMs });
  const tree = newTree({ pid: 10, start: 100 });
  scan([tree]);
  nowMs = 60_000;
  // 2 has ended meanwhile, and its number is that of a service that was started since.
  processes.set(2, { parent: 1, session: 2, start: 200 });
  const later = newTree({ pid: 2, start: 200 });
  assertEquals(pidsOf(scan([later]), later), [2]);
});

Deno.test("processPass() reads again what is younger than a service that is older than those before", () => {
  const { kernel } = made(small());
  const scan = processPass(kernel, clock);
  const late = newTree({ pid: 11, start: 101 });
  scan([late]);
  scan([late]);
  const early = newTree({ pid: 10, start: 100 });
  assertEquals(pidsOf(scan([late, early]), early), [10, 11]);
});

Deno.test("processPass() and a pass over everything find the same members, whatever comes and goes", () => {
  for (let seed = 1; seed <= 15; seed++) {
    const next = random(seed);
    const below = (count: number) => Math.floor(next() * count);
    // Orphans go to the first process, which never ends.
    const processes = new Map<number, Made>([[1, { parent: 0, session: 1, start: 0 }]]);
    const { kernel } = made(processes);
    const scan = processPass(kernel, clock);
    const [ours, theirs] = [new Map<number, Tree>(), new Map<number, Tree>()];
    let now = 0;
    for (let step = 0; step < 60; step++) {
      const pids = [...processes.keys()];
      for (let born = below(4); born > 0; born--) {
        const pid = Array.from({ length: 60 }, (_, index) => index + 2).find((id) =>
          !processes.has(id) && next() < 0.3
        );
        if (pid === undefined) continue;
        const parent = pids[below(pids.length)] ?? 1;
        const leads = next() < 0.4;
        processes.set(pid, { parent, session: leads ? pid : processes.get(parent)?.session ?? 1, start: ++now });
        if (!leads || next() < 0.5) continue;
        ours.set(pid, newTree({ pid, start: now }));
        theirs.set(pid, newTree({ pid, start: now }));
      }
      const gone = pids[below(pids.length * 2)];
      if (gone !== undefined && gone !== 1) {
        processes.delete(gone);
        for (const [pid, proc] of processes) if (proc.parent === gone) processes.set(pid, { ...proc, parent: 1 });
      }
      const partial = scan([...ours.values()]);
      const whole = readProcesses(kernel);
      for (const [pid, tree] of ours) {
        assertEquals(pidsOf(partial, tree), pidsOf(whole, theirs.get(pid) as Tree), `seed ${seed}, step ${step}`);
      }
      // A number that is free again waits a while, as in the kernel.
      scan([...ours.values()]);
    }
  }
});
