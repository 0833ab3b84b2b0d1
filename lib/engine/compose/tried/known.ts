/** What is known to go wrong on an engine, and why: written by hand, since no run can tell a cause. */

import type { Maker } from "../maker.ts";
import type { TriedRow } from "./tried.ts";

export interface KnownGap {
  engine: Maker;
  /** Major and minor number of the versions that have it: from the first to the last. */
  versions: readonly [from: string, to: string];
  /** Unless given, of both. */
  cgroup?: string;
  rootless?: boolean;
  /** Whether systemd runs beside it. */
  systemd?: boolean;
  /** Entries of the catalogue that are judged wrong for it; families with a slash: `memory/`. */
  entries: readonly string[];
  /** A sentence without its full stop. */
  cause: string;
  /** What a user can do; empty if there is nothing. */
  next: string;
}

export const KNOWN_GAPS: readonly KnownGap[] = [
  {
    engine: "podman",
    versions: ["4.0", "5.99"],
    systemd: false,
    entries: ["readiness/check-unhealthy-at-first", "docker/"],
    cause: "without systemd, Podman runs no health check",
    next: "Run it where systemd runs",
  },
];

/** The engine as far as gaps depend on it. */
export type EngineSort = Pick<TriedRow, "engine" | "version" | "cgroup" | "rootless" | "systemd">;

/** What is known of an engine like this one; a condition that it is not known to meet is not met. */
export function gapsOf({ cgroup, engine, rootless, systemd, version }: EngineSort, gaps = KNOWN_GAPS): KnownGap[] {
  const own = numberOf(version);
  return gaps.filter((gap) =>
    gap.engine === engine && (gap.cgroup ?? cgroup) === cgroup && (gap.rootless ?? rootless) === rootless &&
    (gap.systemd ?? systemd) === systemd && own !== null && own >= (numberOf(gap.versions[0]) ?? own) &&
    own <= (numberOf(gap.versions[1]) ?? own)
  );
}

export function explains({ entries }: KnownGap, entry: string): boolean {
  return entries.some((each) => each === entry || (each.endsWith("/") && entry.startsWith(each)));
}

/** Major and minor number as one, by which versions are in order: `20.10.24+dfsg1` → 20.0010; null if it has none. */
export function numberOf(version: string): number | null {
  const [, major, minor] = /^v?(\d{1,6})\.(\d{1,4})(?!\d)/.exec(version) ?? [];
  return major === undefined || minor === undefined ? null : Number(major) + Number(minor) / 10_000;
}
