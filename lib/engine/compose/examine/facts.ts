/** What `docker info` says of a daemon, as far as a run depends on it. Pure. */

import { isRecord, recordOf, textOf } from "../../../values/json.ts";
import type { Maker } from "../maker.ts";
import { makerOf } from "../maker.ts";
import { isRootlessBy } from "../rootless.ts";

/** Empty text if the daemon does not say; null if a limit's support is not told. */
export interface DaemonFacts {
  kind: Maker;
  /** Whether it runs as a plain user. */
  rootless: boolean;
  server: string;
  client: string;
  system: string;
  kernel: string;
  cgroupVersion: string;
  cgroupDriver: string;
  storageDriver: string;
  /** Where images and containers are, on the daemon's own host. */
  root: string;
  limitsMemory: boolean | null;
  warnings: string[];
}

export const FACTS_FORMAT = "{{json .}}";

/** Output of `docker info` in that format; null if it is no such output, or if no daemon answered. */
export function parseFacts(output: string): DaemonFacts | null {
  const value = parsed(output);
  if (value === null) return null;
  const text = (key: string) => textOf(value[key]) ?? "";
  if (text("ServerVersion") === "") return null;
  const { MemoryLimit: limits, SecurityOptions: security, Warnings: warnings } = value;
  return {
    kind: makerOf(value["Plugins"]),
    rootless: isRootlessBy(security),
    server: text("ServerVersion"),
    client: textOf(recordOf(value["ClientInfo"])["Version"]) ?? "",
    system: text("OperatingSystem"),
    kernel: text("KernelVersion"),
    cgroupVersion: text("CgroupVersion"),
    cgroupDriver: text("CgroupDriver"),
    storageDriver: text("Driver"),
    root: text("DockerRootDir"),
    limitsMemory: typeof limits === "boolean" ? limits : null,
    warnings: Array.isArray(warnings) ? warnings.filter((each) => typeof each === "string" && each !== "") : [],
  };
}

function parsed(output: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(output);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** The first number of a version: `20.10.24` → 20; null if it has none, such as `dev`. */
export function majorOf(version: string): number | null {
  const [, major] = /^v?(\d{1,6})(?:\.|$)/.exec(version) ?? [];
  return major === undefined ? null : Number(major);
}
