import { assertEquals, assertMatch } from "@std/assert";
import { daemonDiagnoses } from "../../lib/engine/compose/examine/daemon.ts";
import type { Surroundings } from "../../lib/engine/compose/examine/surroundings.ts";
import { type DaemonFacts, majorOf, parseFacts } from "../../lib/engine/compose/examine/facts.ts";
import { storageDiagnosis } from "../../lib/engine/compose/examine/storage.ts";

const INFO = {
  ServerVersion: "27.1.1",
  OperatingSystem: "Debian",
  KernelVersion: "6.1.0",
  CgroupVersion: "2",
  CgroupDriver: "systemd",
  Driver: "overlay2",
  DockerRootDir: "/var/lib/docker",
  MemoryLimit: true,
  Warnings: null,
  ClientInfo: { Version: "28.2.2" },
};

function facts(more: Record<string, unknown> = {}): DaemonFacts {
  const found = parseFacts(JSON.stringify({ ...INFO, ...more }));
  if (found === null) throw new Error("no facts");
  return found;
}

const HERE: Surroundings = {
  isLocal: true,
  kernel: "6.1.0",
  metricsSource: "auto",
  hasSystemd: true,
  logUnread: null,
  names: { engine: "a", here: "a" },
};

function said(check: string, more: Record<string, unknown> = {}, around: Partial<Surroundings> = {}): string[] {
  return daemonDiagnoses(facts(more), { ...HERE, ...around }).filter((each) => each.check === check)
    .map(({ level, seen }) => `${level}: ${seen}`);
}

Deno.test("parseFacts() is null for no answer of a daemon, and takes nothing for granted", () => {
  for (const none of ["", "x", "[]", "null", "7", "{}", '{"ServerVersion":""}', '{"ServerVersion":7}']) {
    assertEquals(parseFacts(none), null, none);
  }
  const bare = parseFacts('{"ServerVersion":"1","Warnings":["",7,"w"],"MemoryLimit":"yes"}');
  assertEquals([bare?.limitsMemory, bare?.warnings, bare?.root, bare?.client], [null, ["w"], "", ""]);
  assertEquals(["20.10.24+dfsg1", "v5.0.0", "dev", "", "2"].map(majorOf), [20, 5, null, null, 2]);
});

Deno.test("the versions, and whether the daemon is on this host", () => {
  // What is said of what was tried: tried_test.ts.
  const [version = ""] = said("engine_version");
  assertMatch(version, /^note: 27\.1\.1, Debian, on this host, client 28\.2\.2; .*(not|never) tried/);
  const rootless = { ClientInfo: null, SecurityOptions: ["name=rootless"] };
  assertMatch(
    said("engine_version", rootless, { isLocal: false }).join(),
    /: 27\.1\.1, rootless, Debian, on another host; /,
  );
});

Deno.test("an engine at an address of this host whose host has another name may be another machine's", () => {
  const names = { engine: "lab", here: "a" };
  assertEquals(said("engine_host", {}, { names }), ['note: the engine calls its host "lab", and this one is "a"']);
  assertEquals(said("engine_host", {}, { names, isLocal: false }), []);
  assertEquals(said("engine_host", {}, { names: { ...names, engine: "" } }), []);
  assertEquals(said("engine_host"), []);
});

Deno.test("on cgroup v2, a user who cannot read the kernel's log is told what is not seen then", () => {
  const logUnread = "Permission denied (os error 13)";
  const of = (more: Record<string, unknown> = {}, around: Partial<Surroundings> = {}) =>
    said("memory_kills", more, { logUnread, ...around }).length;
  assertMatch(
    said("memory_kills", {}, { logUnread }).join(),
    /^note: the kernel's log .*Permission denied \(os error 13\)/,
  );
  assertEquals([of({}, { logUnread: null }), of({ CgroupVersion: "1" })], [0, 0]);
  // There are no such figures, and doctor says that instead.
  assertEquals([of({}, { isLocal: false }), of({ KernelVersion: "6.2" }), of({}, { metricsSource: "stats" })], [
    0,
    0,
    0,
  ]);
  assertEquals(of({ CgroupDriver: "none", SecurityOptions: ["name=rootless"] }), 0);
});

Deno.test("Podman is named, and without systemd on its host it runs no health checks", () => {
  const podman: Partial<DaemonFacts> = { kind: "podman", server: "5.4.2" };
  const of = (around: Partial<Surroundings>, more = podman) =>
    daemonDiagnoses({ ...facts(), ...more }, { ...HERE, ...around });
  const [version, , warned] = of({ hasSystemd: false });
  assertEquals([version?.subject, warned?.subject, warned?.level, warned?.check], [
    "podman",
    "podman",
    "warn",
    "health_checks_run",
  ]);
  assertEquals([of({}).length, of({ hasSystemd: false }, {}).length], [2, 2]);
  assertEquals(of({ hasSystemd: false, isLocal: false }).filter(({ check }) => check === "health_checks_run"), []);
});

Deno.test("the figures that the cgroup version, the kernel and the place of the daemon allow", () => {
  assertMatch(said("figures").join(), /^ok: cgroup v2: memory, its peaks, CPU and OOM kills come from/);
  assertMatch(said("figures", { CgroupVersion: "1" }).join(), /^ok: cgroup v1: memory, its peaks/);
  const old = { KernelVersion: "5.15.0-91" };
  assertMatch(said("figures", old, { kernel: "5.15.0-91" }).join(), /^note: .*Linux 5\.15\.0-91 keeps no peaks/);
  assertMatch(said("figures", { KernelVersion: "5.19" }, { kernel: "5.19" }).join(), /^ok/);
  const stats = /`docker stats`, without kernel peaks and OOM kills/;
  for (const around of [{ isLocal: false }, { kernel: "6.2.0" }, { kernel: "" }]) {
    assertMatch(said("figures", {}, around).join(), /^note: cgroup v2, on another machine/);
    assertMatch(said("figures", {}, around).join(), stats);
  }
  assertMatch(said("figures", {}, { isLocal: false, metricsSource: "cgroup" }).join(), /^warn/);
  assertMatch(said("figures", {}, { metricsSource: "stats" }).join(), /^note: cgroup v2; .*as metrics_source says$/);
  assertMatch(said("figures", { CgroupVersion: "" }).join(), /its cgroup version is not told/);
});

Deno.test("a rootless engine: its networks are its own, and without cgroups it has no figures", () => {
  const rootless = { SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless", "name=cgroupns"] };
  assertMatch(said("engine_networks", rootless).join(), /^note: .*`network_mode: host` may be one of them/);
  assertEquals(said("engine_networks"), []);
  assertMatch(said("figures", rootless).join(), /^ok: cgroup v2/);
  // As Docker 28.5 said on a host with cgroup v1.
  const bare = { ...rootless, CgroupVersion: "1", CgroupDriver: "none" };
  for (const metricsSource of ["auto", "cgroup", "stats"] as const) {
    assertMatch(said("figures", bare, { metricsSource }).join(), /^warn: cgroup v1; none: .*metrics_missing$/);
  }
});

Deno.test("limits that nothing enforces, and what docker info warns of", () => {
  assertEquals([said("memory_limits_enforced"), said("engine_warning")], [[], []]);
  assertEquals(said("memory_limits_enforced", { MemoryLimit: false }).length, 1);
  assertEquals(said("memory_limits_enforced", { CgroupDriver: "none" }).length, 1);
  const warned = said("engine_warning", { Warnings: ["WARNING: No swap limit support"] });
  assertEquals(warned, ["note: `docker info` warns: No swap limit support"]);
});

Deno.test("the room where images are is seen on this host alone", async () => {
  const room = async (bytes: number | null, isLocal = true, more = {}) => {
    const { level, seen } = await storageDiagnosis({ freeBytes: () => Promise.resolve(bytes) }, facts(more), isLocal);
    return `${level}: ${seen}`;
  };
  assertEquals(await room(80 * 2 ** 30), "ok: overlay2 in /var/lib/docker: 80.0 GiB free");
  assertEquals(await room(2 ** 29), "warn: overlay2 in /var/lib/docker: only 512.0 MiB free");
  const unseen = "note: overlay2 in /var/lib/docker: how much is free there cannot be seen from here";
  assertEquals([await room(null), await room(1, false)], [unseen, unseen]);
  assertMatch(await room(1, true, { DockerRootDir: "" }), /^note: overlay2 in a folder that is not told/);
});
