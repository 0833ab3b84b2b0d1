/** What the kernel's log says of processes that it killed for memory. Pure. */

/** A process that the kernel killed for memory. */
export interface LoggedKill {
  /** Containers whose cgroup it was in, from the outermost one; null if the log does not say. */
  containerIds: string[] | null;
  pid: number;
  task: string;
}

/** Names of processes have at most 15 characters. */
const KILLED = /(?:^|: )Killed process (\d{1,10})(?:, UID \d+,)? \((.{0,16}?)\)(?: |,|$)/;
/** Since kernel 5.0, just before. The kernel leaves it out if there were many in a few seconds. */
const HEADER = /,task_memcg=(\S*),task=(.*),pid=(\d{1,10}),uid=\d+\s*$/;
/** Instead of it, before kernel 5.0; and with memory.oom.group: all that is killed from then on is of that cgroup. */
const GROUP = /^(?:Task in (\S+) killed as a result of limit of|Tasks in (\S+) are going to be killed due to memory)/;
/** A new kill, whatever follows. */
const BEGINS = / invoked oom-killer: /;
const CONTAINER = /[0-9a-f]{64}/g;
/** Its facility is the kernel's own: nobody else may write with it. */
const OWN = /^[0-7],\d+,\d+,[^;]*;/;

/** Reads messages as /dev/kmsg has them, in their order; what is said of one kill may come in several calls. */
export function killReader(): (messages: readonly string[]) => LoggedKill[] {
  /** What is known of the kills to come. */
  let header: { containerIds: string[]; pid: number } | null = null;
  let group: string[] | null = null;

  function take(text: string): LoggedKill[] {
    if (BEGINS.test(text)) header = group = null;
    const [, ...groups] = GROUP.exec(text) ?? [];
    const path = groups.find((each) => each !== undefined);
    if (path !== undefined) group = idsIn(path);
    const [, memcg, task = "", pid] = HEADER.exec(text) ?? [];
    if (memcg !== undefined) {
      header = { containerIds: idsIn(memcg), pid: Number(pid) };
      return [{ ...header, task }];
    }
    const [, killed, name = ""] = KILLED.exec(text) ?? [];
    // The header has told of it.
    if (killed === undefined || header?.pid === Number(killed)) return [];
    return [{ containerIds: group, pid: Number(killed), task: name }];
  }

  return (messages) => messages.filter((message) => OWN.test(message)).flatMap((message) => take(textOf(message)));
}

/** The lines after the first one are of a message's own fields. */
function textOf(message: string): string {
  const end = message.indexOf("\n");
  return message.slice(message.indexOf(";") + 1, end < 0 ? undefined : end);
}

function idsIn(path: string): string[] {
  return path.match(CONTAINER) ?? [];
}
