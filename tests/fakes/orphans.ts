/** Orphans out of a table: what each descends from, and whether it is dead. */

import type { Kernel, Orphans } from "../../lib/host/host.ts";

export interface FakeOrphan {
  pid: number;
  /** null: it cannot be told. */
  family: string | null;
  dead?: boolean;
}

export interface FakeOrphans extends Orphans {
  /** Numbers of those that were reaped. */
  readonly reaped: number[];
}

export function fakeOrphans(table: FakeOrphan[], mayBeOthers = false): FakeOrphans {
  const reaped: number[] = [];
  const find = (pid: number) => table.find((each) => each.pid === pid);
  return {
    reaped,
    mayBeOthers,
    adopt: () => null,
    list: () => table.map(({ pid }) => pid),
    isOf: (pid, family) => find(pid)?.family === family,
    isUntold: (pid) => find(pid)?.family === null,
    reap(pid) {
      const at = table.findIndex((each) => each.pid === pid && each.dead === true);
      if (at < 0) return;
      table.splice(at, 1);
      reaped.push(pid);
    },
  };
}

/** Tells of these orphans, of a program with the number 1. */
export function orphanKernel(table: readonly FakeOrphan[]): Kernel {
  return {
    read(path) {
      const [, pid, file] = /^\/proc\/(\w+)\/(\w+)$/.exec(path) ?? [];
      if (pid === "self") return "1 (self) S 0 1 1 0";
      const found = table.find((each) => String(each.pid) === pid);
      if (found === undefined) return null;
      if (file === "cmdline") return `daemon\0--of\0${found.family}\0`;
      return `${pid} (d) ${found.dead ? "Z" : "S"} 1 ${pid} ${pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${pid} 0 1`;
    },
    list: () => ["1", ...table.map(({ pid }) => String(pid))],
    link: () => null,
  };
}
