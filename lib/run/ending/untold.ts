/**
 * The last look at the processes of a run: orphans that may come from a test, a service or a command, without a sign
 * from which, are ended and named.
 */

import type { Host } from "../../host/host.ts";
import { endUntold, type Untold } from "../../proc/orphans.ts";
import type { RunContext } from "../context.ts";
import { notify } from "../context.ts";

export async function endOrphans(context: Pick<RunContext, "host" | "journal" | "progress">): Promise<void> {
  const untold = await endUntold(context.host);
  if (untold.found.length > 0) notify(context, untoldText(context.host, untold));
  const { left } = untold;
  if (left === null) return;
  const text = left === "unseen"
    ? "Whether processes without a parent are left below this program could not be seen: /proc cannot be read"
    : `Processes that lost their parent in this run cannot be ended: kill -9 ${
      left.map(({ proc }) => proc.pid).join(" ")
    }`;
  context.journal.add({ type: "left_behind", text });
  context.progress({ type: "notice", text });
}

function untoldText({ pid }: Pick<Host, "pid">, { found, spared }: Untold): string {
  const what =
    "lost their parent in this run, and it is unknown which test or service started them (their mark, `ulimit -x`, is gone)";
  const done = !spared
    ? "they were ended"
    : pid === 1
    ? "they were left alone, since this program is PID 1 of its container and gets the orphans of all its processes"
    : "they were left alone, since this program had children before it began, and they may come from those";
  return `Processes ${what}; ${done}: ${found.join(", ")}`;
}
