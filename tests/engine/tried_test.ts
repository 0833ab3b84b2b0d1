/** What is said of an engine by what was tried, and how it is told which engine it is. */

import { assertEquals } from "@std/assert";
import { parseFacts } from "../../lib/engine/compose/examine/facts.ts";
import { gapsOf, type KnownGap, numberOf } from "../../lib/engine/compose/tried/known.ts";
import { causesOf, triedText } from "../../lib/engine/compose/tried/said.ts";
import type { TriedRow } from "../../lib/engine/compose/tried/tried.ts";

const ROW: TriedRow = {
  name: "docker-28.5",
  engine: "docker",
  version: "28.5.2+dfsg4",
  compose: "2.40.3-3",
  cgroup: "v1",
  rootless: false,
  systemd: false,
  on: "here",
  families: [],
  entries: 234,
  repeat: 1,
  jobs: 4,
  trials: 234,
  wrong: 0,
  mistakes: {},
  commit: "abc1234",
  changed: false,
  date: "2026-12-01",
  minutes: 9,
};
const OLD = { ...ROW, version: "20.10.24+dfsg1" };
const PODMAN: TriedRow = {
  ...ROW,
  engine: "podman",
  version: "5.8.6",
  wrong: 2,
  mistakes: { "stop/slow": ["false PASS", "wrong reason"] },
};
const ROWS = [OLD, { ...ROW, cgroup: "v2", families: ["memory", "restarts"], trials: 18 }, ROW, PODMAN];
const OWN = { engine: "docker", version: "28.5.1", cgroup: "v1", rootless: false, systemd: null } as const;
const TRY = "`vx11-stability selftest --engine compose` shows how often it is wrong on yours";

function said(own: Partial<Parameters<typeof triedText>[0]>, gaps: readonly KnownGap[] = []): string {
  const { level, next, seen } = triedText({ ...OWN, ...own }, ROWS, gaps);
  return `${level}: ${seen}${next === "" ? "" : next === TRY ? " → try" : ` → ${next}`}`;
}

Deno.test("an engine of a tried minor version is as good as its trials", () => {
  assertEquals(said({}), "ok: tried with 28.5.2+dfsg4: 234 of 234 trials of the self-test right");
  assertEquals(said({ version: "v28.5.2" }), said({}));
  assertEquals(
    said({ cgroup: "v2" }),
    "note: tried with 28.5.2+dfsg4: 18 of 18 trials of the self-test's memory, restarts right → try",
  );
  assertEquals(
    said({ engine: "podman", version: "5.8.0" }),
    "warn: tried with 5.8.6: 232 of 234 trials of the self-test right, wrong: stop/slow → try",
  );
});

Deno.test("an engine that was not tried is told so, with what is next to it", () => {
  assertEquals(
    said({ version: "27.3.1" }),
    "note: not tried with this version; it lies between 20.10.24+dfsg1 and 28.5.2+dfsg4, which were → try",
  );
  assertEquals(
    said({ version: "29.0.0" }),
    "note: not tried with this version; it is newer than 28.5.2+dfsg4, the newest that was → try",
  );
  assertEquals(
    said({ version: "19.03.1" }),
    "note: not tried with this version; it is older than 20.10.24+dfsg1, the oldest that was → try",
  );
  assertEquals(said({ version: "dev" }), "note: whether this version was tried is not known: it is no number → try");
  assertEquals(said({ rootless: true }), "note: rootless Docker was never tried → try");
  assertEquals(said({ engine: "podman", rootless: true }), "note: rootless Podman was never tried → try");
  assertEquals(
    said({ version: "20.10.5", cgroup: "v2" }),
    "note: not tried with cgroup v2; with v1: tried with 20.10.24+dfsg1: 234 of 234 trials of the self-test right → try",
  );
  assertEquals(said({ cgroup: "" }).startsWith("note: tried, and the cgroup version is not told; "), true);
});

const GAP: KnownGap = {
  engine: "podman",
  versions: ["5.0", "5.10"],
  entries: ["stop/"],
  cause: "it stops late",
  next: "Wait",
};

Deno.test("a known gap is told with what to do, and explains its entries alone", () => {
  const own = { engine: "podman", version: "5.9.0" } as const;
  assertEquals(
    said(own, [GAP]),
    "warn: not tried with this version; it is newer than 5.8.6, the newest that was; known there: it stops late → Wait",
  );
  const of = (more: Partial<KnownGap>) => gapsOf({ ...OWN, ...own }, [{ ...GAP, ...more }]).length;
  assertEquals([of({}), of({ cgroup: "v1" }), of({ cgroup: "v2" }), of({ rootless: true }), of({ engine: "docker" })], [
    ...[1, 1, 0, 0, 0],
  ]);
  assertEquals(
    [of({ versions: ["5.9", "5.9"] }), of({ versions: ["5.1", "5.8"] }), of({ versions: ["5.10", "6.0"] })],
    [
      ...[1, 0, 0],
    ],
  );
  assertEquals([of({ systemd: true }), of({ systemd: false })], [0, 0]);
  assertEquals(gapsOf({ ...OWN, ...own, systemd: false }, [{ ...GAP, systemd: false }]).length, 1);
  const row = { ...PODMAN, mistakes: { ...PODMAN.mistakes, "memory/x": ["no verdict"] } };
  assertEquals(causesOf(row, [GAP]), ["stop/slow: it stops late", "memory/x: cause not known yet"]);
  assertEquals([causesOf(ROW, [GAP]), causesOf(row, [])], [[], ["stop/slow, memory/x: cause not known yet"]]);
});

Deno.test("numberOf() has versions in their order", () => {
  const versions = ["4.9.5", "5.4.2", "5.10.0", "20.10.24+dfsg1", "v28.5", "29.0.0-rc.1"];
  const numbers = versions.map((version) => numberOf(version) ?? NaN);
  assertEquals(numbers, [...numbers].sort((a, b) => a - b));
  assertEquals(["", "dev", "28", "x28.5", "28.12345"].map(numberOf), [null, null, null, null, null]);
});

/** As Podman 5.8.6 and Docker 20.10.24 say in `docker info`. */
const PLUGINS_OF_PODMAN = {
  Volume: ["local"],
  Network: ["bridge", "macvlan", "ipvlan"],
  Authorization: null,
  Log: ["k8s-file", "none", "passthrough", "journald"],
};
const PLUGINS_OF_DOCKER = {
  Volume: ["local"],
  Network: ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
  Authorization: null,
  Log: ["awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "logentries", "splunk", "syslog"],
};

Deno.test("parseFacts() tells Podman from Docker, and whether it is rootless", () => {
  const of = (Plugins: unknown, SecurityOptions: unknown = null) => {
    const facts = parseFacts(JSON.stringify({ ServerVersion: "5.8.6", SecurityOptions, Plugins }));
    return [facts?.kind, facts?.rootless];
  };
  assertEquals(of(PLUGINS_OF_PODMAN, ["name=seccomp,profile=default", "name=rootless"]), ["podman", true]);
  assertEquals(of(PLUGINS_OF_DOCKER, ["name=seccomp,profile=builtin", "name=cgroupns"]), ["docker", false]);
  for (const none of [undefined, null, [], {}, { Log: "k8s-file" }]) assertEquals(of(none), ["docker", false]);
});
