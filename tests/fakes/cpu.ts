/** What work costs, whatever else the machine does meanwhile. */

import process from "node:process";

/** CPU time of this process, in milliseconds, while `work` was being done. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { system, user } = process.cpuUsage(before);
  return (system + user) / 1000;
}
