/**
 * Which modules may go on at once: only so many, never two on one port, and none whose memory limit does not fit into
 * the engine's host beside the modules that are up. Starts nothing; hands out turns.
 */

/** What a service uses while it is up. */
export interface Need {
  service: string;
  /** Its memory limit; 0 if none is set. */
  memBytes: number;
  /** Ports of the engine's host. */
  ports: readonly number[];
}

export interface Claim {
  module: string;
  /** Of several modules that could go on, the lowest rank does. */
  rank: number;
  /** The module's services and what the engine starts for them; a service that two modules need counts once. */
  needs: readonly Need[];
}

export type Lack = "slot" | "memory" | "port" | "cores";

/** How a module got its turn. */
export interface Turn {
  /** What it last had to wait for; null if it went on at once. */
  waitedFor: Lack | null;
  /** Whether it went on though memory or a port was lacking, since nothing was about to free any. */
  forced: boolean;
}

interface Waiting {
  claim: Claim;
  waitedFor: Lack | null;
  go: (turn: Turn) => void;
  refuse: (reason: unknown) => void;
}

export interface GateOptions {
  slots: number;
  /** Memory that the engine's host had free before the run; null if that is unknown, and then memory sets no limit. */
  memFreeBytes: number | null;
  /** The load of running starts on the host; null: as many begin as have a slot. */
  pressure?: Pressure | null;
}

export interface Pressure {
  /** How many starts may run, whatever their load. */
  readonly free: number;
  isBusy(): boolean;
  began(): void;
}

export class Gate {
  readonly #options: GateOptions;
  /** Modules that are up, or on their way up or down. */
  readonly #claims = new Map<string, Claim>();
  /** Modules that are at work and take a slot. */
  readonly #working = new Set<string>();
  /** Modules that have a turn and are not ready. */
  readonly #starting = new Set<string>();
  /** How many works run that may free memory or a port. */
  #ending = 0;
  #waiting: Waiting[] = [];
  #closed: { reason: unknown } | null = null;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Resolves when it is the module's turn; a module that is up may enter again, to work. Rejects when the gate is
   * closed.
   */
  enter(claim: Claim): Promise<Turn> {
    const turn = Promise.withResolvers<Turn>();
    if (this.#closed !== null) turn.reject(this.#closed.reason);
    else {
      this.#waiting.push({ claim, waitedFor: null, go: turn.resolve, refuse: turn.reject });
      this.#waiting.sort((a, b) => a.claim.rank - b.claim.rank);
      this.#admit();
    }
    return turn.promise;
  }

  /** The module is ready, or never will be. */
  started(module: string): void {
    this.#starting.delete(module);
    this.#admit();
  }

  /** Checks again which modules may go on: the host's cores may be less busy than before. */
  retry(): void {
    this.#admit();
  }

  /** The module's work is done; it stays up for others, or `ending` takes it down. */
  rest(module: string): void {
    this.#working.delete(module);
    this.#admit();
  }

  /** The module is down. */
  leave(module: string): void {
    this.#working.delete(module);
    this.#starting.delete(module);
    this.#claims.delete(module);
    this.#admit();
  }

  /** Runs work that takes modules down: meanwhile, waiting is not in vain. */
  async ending(work: () => Promise<void>): Promise<void> {
    this.#ending++;
    try {
      await work();
    } finally {
      this.#ending--;
      this.#admit();
    }
  }

  /** No module gets a turn any more; a second call does nothing. */
  close(reason: unknown): void {
    this.#closed ??= { reason };
    for (const { refuse } of this.#waiting) refuse(this.#closed.reason);
    this.#waiting = [];
  }

  #admit(): void {
    for (const waiting of [...this.#waiting]) {
      const { claim } = waiting;
      const lack = this.#lackOf(claim);
      const inVain = lack !== "slot" && this.#working.size + this.#ending === 0;
      if (lack !== null && !inVain) {
        waiting.waitedFor = lack;
        continue;
      }
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      if (!this.#claims.has(claim.module)) {
        this.#starting.add(claim.module);
        this.#options.pressure?.began();
      }
      this.#claims.set(claim.module, claim);
      this.#working.add(claim.module);
      waiting.go({ waitedFor: waiting.waitedFor, forced: lack !== null });
    }
  }

  #lackOf({ module, needs }: Claim): Lack | null {
    if (this.#working.size >= this.#options.slots) return "slot";
    const others = [...this.#claims.values()].filter((other) => other.module !== module);
    const up = new Map(others.flatMap((other) => other.needs.map((need) => [need.service, need])));
    const added = needs.filter(({ service }) => !up.has(service));
    const taken = new Set([...up.values()].flatMap(({ ports }) => ports));
    if (added.some(({ ports }) => ports.some((port) => taken.has(port)))) return "port";
    const free = this.#options.memFreeBytes;
    const more = memoryOf(added);
    if (free !== null && more > 0 && memoryOf([...up.values()]) + more > free) return "memory";
    // A module that is up only goes on with its work.
    const { pressure = null } = this.#options;
    if (pressure === null || this.#claims.has(module) || this.#starting.size < pressure.free) return null;
    return pressure.isBusy() ? "cores" : null;
  }
}

export function memoryOf(needs: readonly Need[]): number {
  return needs.reduce((sum, { memBytes }) => sum + memBytes, 0);
}
