/** The calls of the C library that Deno does not have. Linux only: numbers and layouts are the kernel's own. */

/** An option of prctl(2). */
const PR_SET_CHILD_SUBREAPER = 36;
/** A resource of setrlimit(2): how many locks on files, which no kernel since 2.4 counts. */
const RLIMIT_LOCKS = 10;
/** A flag of waitpid(2): do not wait. */
const WNOHANG = 1;

export interface Libc {
  /** Makes this program the parent of orphans below it from now on. Returns whether that worked. */
  becomeSubreaper(): boolean;
  /** The limit on locks that this program has, and the highest that it may have; null if the system does not say. */
  lockLimit(): { soft: bigint; hard: bigint } | null;
  /** Sets this limit for this program and what it starts from now on. Returns whether that worked. */
  setLockLimit(limit: { soft: bigint; hard: bigint }): boolean;
  /** Collects the status of a child of this program, if it has ended; never waits. */
  reap(pid: number): void;
}

/** Throws if the library is not there, or may not be loaded. */
export function openLibc(): Libc {
  const { symbols } = Deno.dlopen("libc.so.6", {
    prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
    getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
    setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
    waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
  });
  /** A struct rlimit, of any system with words of 64 bits. */
  const limits = new BigUint64Array(2);
  return {
    becomeSubreaper: () => symbols.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) === 0,
    lockLimit() {
      if (symbols.getrlimit(RLIMIT_LOCKS, limits) !== 0) return null;
      const [soft = 0n, hard = 0n] = limits;
      return { soft, hard };
    },
    setLockLimit({ hard, soft }) {
      limits.set([soft, hard]);
      return symbols.setrlimit(RLIMIT_LOCKS, limits) === 0;
    },
    // -1 and 0 would collect the status of children that Deno waits for.
    reap: (pid) => void (pid > 0 && symbols.waitpid(pid, null, WNOHANG)),
  };
}
