import { assertEquals } from "@std/assert";
import { cgroupFiles, cgroupSample } from "../../lib/engine/compose/figures/cgroup.ts";
import { fixture } from "../fixtures/read.ts";

const ID = "673e00bdca4dd4bc7cd575f6b26eb902bf6ff304ba61b76c5bc4a4d19db6057d";
const V1_TEXTS = new Map(Object.entries(JSON.parse(fixture("cgroup_v1.json")) as Record<string, string>));

/** The documented form: one hierarchy, the container's scope named by systemd, or its path by Docker. */
const V2_PATHS: [string, string][] = [
  ["the systemd driver", `/system.slice/docker-${ID}.scope`],
  ["the cgroupfs driver", `/docker/${ID}`],
  ["rootless Docker", `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`],
];
for (const [what, path] of V2_PATHS) {
  Deno.test(`cgroupFiles() finds v2 with ${what}`, () => {
    const files = cgroupFiles(`0::${path}\n`, ID);
    assertEquals(files, {
      version: 2,
      usage: `/sys/fs/cgroup${path}/memory.current`,
      stat: `/sys/fs/cgroup${path}/memory.stat`,
      peak: `/sys/fs/cgroup${path}/memory.peak`,
      oom: `/sys/fs/cgroup${path}/memory.events`,
      cpu: `/sys/fs/cgroup${path}/cpu.stat`,
    });
  });
}

Deno.test("cgroupFiles() finds v1 with each controller apart", () => {
  const memory = `/sys/fs/cgroup/memory/docker/${ID}`;
  assertEquals(cgroupFiles(fixture("proc_cgroup_v1.txt"), ID), {
    version: 1,
    usage: `${memory}/memory.usage_in_bytes`,
    stat: `${memory}/memory.stat`,
    peak: `${memory}/memory.max_usage_in_bytes`,
    oom: `${memory}/memory.oom_control`,
    cpu: `/sys/fs/cgroup/cpuacct/docker/${ID}/cpuacct.usage`,
  });
});

const BELOW: [string, string][] = [
  ["crun", `/machine.slice/libpod-${ID}.scope/container`],
  ["systemd as first process", `/docker/${ID}/init.scope`],
  ["a service of that systemd", `/docker/${ID}/system.slice/cron.service`],
  ["an engine within a container", `/docker/${"f".repeat(64)}/docker/${ID}/init.scope`],
];
for (const [who, path] of BELOW) {
  Deno.test(`cgroupFiles() takes the container's own group where ${who} puts its process into one below`, () => {
    const own = path.slice(0, path.lastIndexOf(ID) + ID.length) + (path.includes(".scope/container") ? ".scope" : "");
    assertEquals(cgroupFiles(`0::${path}\n`, ID)?.usage, `/sys/fs/cgroup${own}/memory.current`);
    const v1 = cgroupFiles(`4:memory:${path}\n2:cpu,cpuacct:${path}\n`, ID);
    assertEquals(v1?.usage, `/sys/fs/cgroup/memory${own}/memory.usage_in_bytes`);
  });
}

Deno.test("cgroupFiles() finds v1 with controllers together, in either order, through their own names", () => {
  for (const together of ["cpu,cpuacct", "cpuacct,cpu"]) {
    const scope = `/system.slice/docker-${ID}.scope`;
    const files = cgroupFiles(`5:${together}:${scope}\n4:memory:${scope}\n0::/system.slice/docker.service\n`, ID);
    assertEquals([files?.version, files?.cpu], [1, `/sys/fs/cgroup/cpuacct${scope}/cpuacct.usage`]);
  }
});

const NOT_OURS: [string, string][] = [
  ["a process of another machine", "4:memory:/user.slice\n2:cpuacct:/user.slice\n0::/user.slice/session-1.scope\n"],
  ["another container", fixture("proc_cgroup_v1.txt").replaceAll(ID, ID.replace("6", "7"))],
  ["a cgroup namespace seen from within", "0::/\n"],
  ["a cgroup outside our own namespace", `0::/../../${ID}\n`],
  ["a sibling's, from within a container", `4:memory:/../${ID}\n2:cpuacct:/../${ID}\n`],
  ["no text", ""],
  ["garbage", "tail: error\n::\n"],
];
for (const [what, text] of NOT_OURS) {
  Deno.test(`cgroupFiles() is null for ${what}`, () => assertEquals(cgroupFiles(text, ID), null));
}

Deno.test("cgroupSample() of v1 leaves out the inactive page cache of the whole tree", () => {
  const files = cgroupFiles(fixture("proc_cgroup_v1.txt"), ID);
  assertEquals(files && cgroupSample(ID, files, V1_TEXTS), {
    containerId: ID,
    source: "cgroup v1",
    memBytes: 331776 - 131072,
    memPeakKernelBytes: 4349952,
    memCacheBytes: 131072,
    cpuUsec: 165618,
    cpuPct: null,
    oomKills: 2,
  });
});

function v2Sample(texts: Record<string, string>) {
  const files = cgroupFiles(`0::/docker/${ID}\n`, ID);
  const at = (name: string) => `/sys/fs/cgroup/docker/${ID}/${name}`;
  return files && cgroupSample(ID, files, new Map(Object.entries(texts).map(([name, text]) => [at(name), text])));
}

const V2 = {
  "memory.current": "5242880\n",
  "memory.stat": "anon 4096\nfile 1052672\ninactive_anon 0\nactive_file 4096\ninactive_file 1048576\n",
  "memory.peak": "9437184\n",
  "memory.events": "low 0\nhigh 0\nmax 12\noom 4\noom_kill 3\noom_group_kill 0\n",
  "cpu.stat": "usage_usec 123456\nuser_usec 100000\nsystem_usec 23456\n",
};

Deno.test("cgroupSample() of v2 reads every figure", () => {
  assertEquals(v2Sample(V2), {
    containerId: ID,
    source: "cgroup v2",
    memBytes: 4194304,
    memPeakKernelBytes: 9437184,
    memCacheBytes: 1048576,
    cpuUsec: 123456,
    cpuPct: null,
    oomKills: 3,
  });
});

Deno.test("cgroupSample() gives null, never 0, for a figure that is missing, as memory.peak before Linux 5.19", () => {
  const { "memory.current": usage, "memory.stat": stat } = V2;
  const sample = v2Sample({
    "memory.current": usage,
    "memory.stat": stat,
    "memory.events": "max 1\n",
    "cpu.stat": "x",
  });
  assertEquals([sample?.memPeakKernelBytes, sample?.cpuUsec, sample?.oomKills], [null, null, null]);
});

Deno.test("cgroupSample() is null where usage or page cache is missing", () => {
  const { "memory.current": _u, ...noUsage } = V2;
  const { "memory.stat": _s, ...noStat } = V2;
  for (const texts of [noUsage, noStat, { ...V2, "memory.current": "" }, {}]) assertEquals(v2Sample(texts), null);
});

Deno.test("cgroupSample() is never below 0, where the cache was read a moment later", () => {
  assertEquals(v2Sample({ ...V2, "memory.current": "1000" })?.memBytes, 0);
});

Deno.test("cgroupSample() is null for numbers that no file has", () => {
  const files = cgroupFiles(`0::/docker/${ID}\n`, ID);
  if (files === null) throw new Error("files");
  const texts = (usage: string) => new Map([[files.usage, usage], [files.stat, "inactive_file 1\n"]]);
  assertEquals(cgroupSample(ID, files, texts(`${"9".repeat(400)}\n`)), null);
  assertEquals(cgroupSample(ID, files, texts("18446744073709551615\n"))?.memCacheBytes, 1);
});
