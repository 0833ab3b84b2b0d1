/** The engines that the self-test is carried out on. */

import type { Maker } from "../../lib/engine/compose/maker.ts";
import type { Family } from "../../lib/selftest/defect.ts";

export type Suite = "bookworm" | "trixie" | "sid";

/** `here`: this machine's own. The others: on.sh says what they are. */
export type Place = { kind: "here" } | { kind: "native" | "uml"; suite: Suite };

/** What on.sh starts for it. */
export function serviceOf({ engine, rootless }: EngineToTry): string {
  return rootless ? `${engine}-rootless` : engine;
}

export interface EngineToTry {
  name: string;
  engine: Maker;
  /** Major and minor number: Debian's sid moves on, and another version is another engine. */
  version: string;
  /** Unless given, that of this machine's kernel. */
  cgroup?: "v2";
  rootless: boolean;
  place: Place;
  /** Trials at a time; auto: as the program itself decides. */
  jobs: number | "auto";
  /** Families that are tried unless others are asked for; empty: all. */
  families: readonly Family[];
  limitMin: number;
}

const NATIVE = { jobs: "auto", families: [], limitMin: 90 } as const;
/** One CPU: what needs the newer cgroups is tried, and the rest when it is asked for. */
const UML = { cgroup: "v2", jobs: 1, families: ["memory", "restarts"], limitMin: 240 } as const;
const ROOT = { rootless: false } as const;
const USER = { rootless: true } as const;
const BOOKWORM_UML = { kind: "uml", suite: "bookworm" } as const;
const TRIXIE = { kind: "native", suite: "trixie" } as const;
const TRIXIE_UML = { kind: "uml", suite: "trixie" } as const;
const SID = { kind: "native", suite: "sid" } as const;
const SID_UML = { kind: "uml", suite: "sid" } as const;

export const ENGINES: readonly EngineToTry[] = [
  { ...NATIVE, ...ROOT, name: "docker-20.10", engine: "docker", version: "20.10", place: { kind: "here" } },
  { ...NATIVE, ...ROOT, name: "docker-26.1", engine: "docker", version: "26.1", place: TRIXIE },
  { ...UML, ...ROOT, name: "docker-26.1-v2", engine: "docker", version: "26.1", place: TRIXIE_UML },
  { ...NATIVE, ...ROOT, name: "docker-28.5", engine: "docker", version: "28.5", place: SID },
  { ...UML, ...ROOT, name: "docker-28.5-v2", engine: "docker", version: "28.5", place: SID_UML },
  // Only where systemd gives a user cgroups: without them the self-test refuses, since there are no figures.
  { ...UML, ...USER, name: "docker-28.5-rootless-v2", engine: "docker", version: "28.5", place: SID_UML },
  // Its runtime sets limits of processes that only a machine of its own allows.
  { ...UML, ...ROOT, name: "podman-4.3-v2", engine: "podman", version: "4.3", place: BOOKWORM_UML },
  { ...NATIVE, ...ROOT, name: "podman-5.4", engine: "podman", version: "5.4", place: TRIXIE },
  { ...UML, ...ROOT, name: "podman-5.4-v2", engine: "podman", version: "5.4", place: TRIXIE_UML },
  { ...NATIVE, ...ROOT, name: "podman-5.8", engine: "podman", version: "5.8", place: SID },
  { ...UML, ...ROOT, name: "podman-5.8-v2", engine: "podman", version: "5.8", place: SID_UML },
  { ...UML, ...USER, name: "podman-5.8-rootless-v2", engine: "podman", version: "5.8", place: SID_UML },
];

/** Where it runs, in words. */
export function placeText({ place: { kind } }: EngineToTry): string {
  switch (kind) {
    case "here":
      return "this machine's own";
    case "native":
      return "in namespaces on this kernel, without systemd";
    case "uml":
      return "in user-mode Linux with systemd, one CPU";
  }
}
