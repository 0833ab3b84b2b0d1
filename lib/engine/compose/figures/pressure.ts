/**
 * For how long a container's processes waited for CPU, memory and IO (PSI): which files of its cgroup say so, and what their
 * text means. Pure; sampler.ts reads them. They are in the hierarchy of v2, which hosts with v1 mount beside it.
 */

import type { Pressure } from "../../../model/evidence.ts";
import { ownEntries } from "./cgroup.ts";

export interface PressureFiles {
  cpu: string;
  mem: string;
  io: string;
}

/** `mounts`: the text of /proc/self/mounts. null if the container has no group there, or the hierarchy is not mounted. */
export function pressureFiles(procCgroup: string, containerId: string, mounts: string): PressureFiles | null {
  const own = ownEntries(procCgroup, containerId).find(({ controllers }) => controllers === "");
  const root = mounts.split("\n").map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2")?.[1];
  if (own === undefined || root === undefined) return null;
  const dir = `${unescaped(root)}${own.path}`;
  return { cpu: `${dir}/cpu.pressure`, mem: `${dir}/memory.pressure`, io: `${dir}/io.pressure` };
}

/** The kernel writes a space in a path as \\040. */
function unescaped(path: string): string {
  return path.replace(/\\([0-3][0-7]{2})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** `read` gives the text of a file, or null. What a file does not have is missing, never 0. */
export function readPressure(files: PressureFiles, read: (path: string) => string | null): Pressure {
  const pressure: Pressure = {};
  for (const what of ["cpu", "mem", "io"] as const) {
    const text = read(files[what]) ?? "";
    const [some, full] = [total(text, "some"), total(text, "full")];
    if (some !== null) pressure[`${what}SomeUsec`] = some;
    if (full !== null) pressure[`${what}FullUsec`] = full;
  }
  return pressure;
}

/** Of `some avg10=0.00 avg60=0.00 avg300=0.00 total=52766`, the total. */
function total(text: string, kind: "some" | "full"): number | null {
  const line = text.split("\n").find((each) => each.startsWith(`${kind} `));
  const value = line?.split(" ").find((word) => word.startsWith("total="))?.slice("total=".length) ?? "";
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}
