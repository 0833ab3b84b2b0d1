/** What the process engine says of itself before a run. Commands, folders and ports of services are in its survey. Pure. */

import type { Kernel } from "../../host/host.ts";
import { hasProc } from "../../proc/proc.ts";
import type { Examination } from "../kind.ts";

export function examineProcesses(kernel: Kernel, os: string): Examination {
  const isMeasured = hasProc(kernel);
  return {
    engine: [{
      check: "figures",
      subject: "figures",
      level: isMeasured ? "ok" : "warn",
      seen: isMeasured
        ? "memory, CPU and kills for memory of services are read from /proc, and their limits are enforced"
        : `this system (${os}) has no /proc: no figures, and no memory limit is enforced`,
      next: isMeasured ? "" : "Run it on Linux",
    }],
    images: [],
    project: [],
  };
}
