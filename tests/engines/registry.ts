/** The engines that the self-test is carried out on. */

import type { EngineKind } from "../../lib/engine/compose/tried/tried.ts";
import type { Family } from "../../lib/selftest/defect.ts";

export type Suite = "bookworm" | "trixie" | "sid";

/** `here`: this machine's own. The others: on.sh says what they are. */
export type Place = { kind: "here" } | { kind: "native" | "uml"; suite: Suite };

export interface EngineToTry {
  name: string;
  engine: EngineKind;
  /** Major and minor number: Debian's sid moves on, and another version is another engine. */
  version: string;
  cgroup: "v1" | "v2";
  rootless: boolean;
  place: Place;
  /** Trials at a time; auto: as the program itself decides. */
  jobs: number | "auto";
  /** Families that are tried unless others are asked for; empty: all. */
  families: readonly Family[];
  limitMin: number;
}

const NATIVE = { cgroup: "v1", rootless: false, jobs: "auto", families: [], limitMin: 60 } as const;
/** One CPU: what needs the newer cgroups is tried, and the rest when it is asked for. */
const UML = { cgroup: "v2", rootless: false, jobs: 1, families: ["memory", "restarts"], limitMin: 120 } as const;

export const ENGINES: readonly EngineToTry[] = [
  { ...NATIVE, name: "docker-20.10", engine: "docker", version: "20.10", place: { kind: "here" } },
  { ...NATIVE, name: "docker-26.1", engine: "docker", version: "26.1", place: { kind: "native", suite: "trixie" } },
  { ...NATIVE, name: "docker-28.5", engine: "docker", version: "28.5", place: { kind: "native", suite: "sid" } },
  { ...UML, name: "docker-26.1-v2", engine: "docker", version: "26.1", place: { kind: "uml", suite: "trixie" } },
  { ...UML, name: "docker-28.5-v2", engine: "docker", version: "28.5", place: { kind: "uml", suite: "sid" } },
  { ...NATIVE, name: "podman-4.3", engine: "podman", version: "4.3", place: { kind: "native", suite: "bookworm" } },
  { ...NATIVE, name: "podman-5.4", engine: "podman", version: "5.4", place: { kind: "native", suite: "trixie" } },
  { ...NATIVE, name: "podman-5.8", engine: "podman", version: "5.8", place: { kind: "native", suite: "sid" } },
  { ...UML, name: "podman-5.4-v2", engine: "podman", version: "5.4", place: { kind: "uml", suite: "trixie" } },
  { ...UML, name: "podman-5.8-v2", engine: "podman", version: "5.8", place: { kind: "uml", suite: "sid" } },
];

/** Where it runs, in words. */
export function placeText({ place: { kind } }: EngineToTry): string {
  switch (kind) {
    case "here":
      return "this machine's own";
    case "native":
      return "in namespaces on this kernel";
    case "uml":
      return "in user-mode Linux with systemd, one CPU";
  }
}
