/**
 * Finds the processes that belong to a service, and what they use, from the texts of /proc/<pid>/stat. Pure; proc.ts
 * reads them.
 */

/** A process at one moment. */
export interface Proc {
  pid: number;
  /** Its program's name, at most 15 bytes of it. */
  name: string;
  /** One letter: `R`unning, `S`leeping, `D` uninterruptible, `T` stopped, `Z`ombie, `X` dead … */
  state: string;
  parent: number;
  group: number;
  session: number;
  /** CPU time of its own and of those children that it has waited for, in clock ticks. */
  ticks: number;
  /** When it was started, in clock ticks since boot: distinguishes a process from a later one with the same id. */
  start: number;
  /** Resident set in pages, as the kernel counts it in passing: off by some pages per CPU. */
  rssPages: number;
}

export type Processes = ReadonlyMap<number, Proc>;

/** A process's id and start: no other process ever has both. */
export interface ProcId {
  pid: number;
  start: number;
}

/** What is known of a service's processes. */
export interface Tree {
  /** The main process; it leads a session and a group of its own. */
  readonly root: ProcId;
  /** pid → start of the processes at the last look, which still belong to the service when their parent dies. */
  readonly seen: Map<number, number>;
  /** The most processes that were there at once. */
  most: number;
  /** Whether it is an orphan that is known to descend from the main process. */
  readonly isOrphan: (proc: Proc) => boolean;
}

export function newTree(root: ProcId, isOrphan: Tree["isOrphan"] = () => false): Tree {
  return { root, seen: new Map(), most: 0, isOrphan };
}

/** Parses the text of /proc/<pid>/stat; null if it is none. The name is in brackets, and may itself have some. */
export function parseStat(text: string): Proc | null {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ");
  const number = (index: number) => Number(fields[index]);
  const proc: Proc = {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    state: fields[0] ?? "",
    parent: number(1),
    group: number(2),
    session: number(3),
    ticks: number(11) + number(12) + number(13) + number(14),
    start: number(19),
    rssPages: number(21),
  };
  const { group, parent, pid, rssPages, session, start, ticks } = proc;
  const isKnown = Number.isFinite(pid + parent + group + session + ticks + start + rssPages);
  return open > 0 && close > open && isKnown ? proc : null;
}

/** Whether it is still there to be measured or killed; a zombie only waits for its parent to collect its status. */
export function isAlive({ state }: Proc): boolean {
  return state !== "Z" && state !== "X";
}

/**
 * The processes of a service: those of its session, of its group, its orphans, the descendants of these, and those that
 * were any of these before. Zombies are among them, since their CPU time counts until they are waited for. The result
 * becomes `tree.seen`, so `processes` must have all of these that are still there.
 */
export function membersOf(processes: Processes, tree: Tree): Proc[] {
  const members = new Map<number, Proc>();
  for (const proc of processes.values()) if (belongs(processes, proc, tree)) members.set(proc.pid, proc);
  addDescendants(processes, members);
  tree.seen.clear();
  for (const { pid, start } of members.values()) tree.seen.set(pid, start);
  tree.most = Math.max(tree.most, members.size);
  return [...members.values()];
}

function belongs(processes: Processes, proc: Proc, { isOrphan, root, seen }: Tree): boolean {
  if (seen.get(proc.pid) === proc.start || isOrphan(proc)) return true;
  if (proc.session !== root.pid && proc.group !== root.pid) return false;
  // If another process leads the session now, the id has been reused.
  const leader = processes.get(root.pid);
  return proc.start >= root.start && (leader === undefined || leader.start === root.start);
}

function addDescendants(processes: Processes, members: Map<number, Proc>): void {
  const children = Map.groupBy(processes.values(), ({ parent }) => parent);
  // A map also visits what is added to it during the loop.
  for (const pid of members.keys()) {
    for (const child of children.get(pid) ?? []) if (!members.has(child.pid)) members.set(child.pid, child);
  }
}

/** The process that takes most memory; undefined if none is alive. */
export function largest(members: readonly Proc[]): Proc | undefined {
  return members.filter(isAlive).reduce<Proc | undefined>(
    (most, proc) => most === undefined || proc.rssPages > most.rssPages ? proc : most,
    undefined,
  );
}

/** Bytes of a line such as `Rss:  1640 kB`; undefined if there is none, as for a zombie. */
export function bytesOf(text: string, field: string): number | undefined {
  const match = new RegExp(`^${field}:\\s+(\\d{1,15}) kB$`, "m").exec(text);
  return match === null ? undefined : Number(match[1]) * 1024;
}

/** Value of a variable in the text of /proc/<pid>/environ. */
export function variableOf(environ: string, name: string): string | undefined {
  return environ.split("\0").find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}
