import { assertEquals } from "@std/assert";
import { pressureFiles, readPressure } from "../../lib/engine/compose/figures/pressure.ts";
import { fixture } from "../fixtures/read.ts";

const ID = "673e00bdca4dd4bc7cd575f6b26eb902bf6ff304ba61b76c5bc4a4d19db6057d";
const V2 = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0\n";
const BOTH = "tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0\n" +
  "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0\n";

const PLACES: [what: string, procCgroup: string, mounts: string, dir: string | null][] = [
  ["v2", `0::/system.slice/docker-${ID}.scope\n`, V2, `/sys/fs/cgroup/system.slice/docker-${ID}.scope`],
  [
    "v2 with the process below",
    `0::/machine.slice/libpod-${ID}.scope/container\n`,
    V2,
    `/sys/fs/cgroup/machine.slice/libpod-${ID}.scope`,
  ],
  ["v1 with v2 beside it", fixture("proc_cgroup_v1.txt"), BOTH, `/sys/fs/cgroup/unified/docker/${ID}`],
  ["a mount point with a space", `0::/docker/${ID}\n`, "none /mnt/a\\040b cgroup2 rw 0 0\n", `/mnt/a b/docker/${ID}`],
  ["v1 alone", fixture("proc_cgroup_v1.txt"), BOTH.replaceAll("cgroup2", "tmpfs"), null],
  ["a process of another machine", "0::/user.slice\n", V2, null],
  [
    "a container of v1 that has no group of v2",
    `4:memory:/docker/${ID}\n0::/system.slice/docker.service\n`,
    BOTH,
    null,
  ],
  ["a cgroup outside our own namespace", `0::/../../${ID}\n`, V2, null],
  ["no text", "", "", null],
];
for (const [what, procCgroup, mounts, dir] of PLACES) {
  Deno.test(`pressureFiles() of ${what}`, () => {
    const files = dir === null
      ? null
      : { cpu: `${dir}/cpu.pressure`, mem: `${dir}/memory.pressure`, io: `${dir}/io.pressure` };
    assertEquals(pressureFiles(procCgroup, ID, mounts), files);
  });
}

const FILES = { cpu: "cpu", mem: "mem", io: "io" };
const AVERAGES = "avg10=87.19 avg60=53.93 avg300=32.53";

function read(texts: Record<string, string>) {
  return readPressure(FILES, (path) => texts[path] ?? null);
}

Deno.test("readPressure() reads the totals of some and of all", () => {
  const texts = {
    cpu: `some ${AVERAGES} total=162468957\nfull ${AVERAGES} total=11\n`,
    mem: `some ${AVERAGES} total=52766\nfull ${AVERAGES} total=39243\n`,
    io: `some ${AVERAGES} total=12859863\nfull ${AVERAGES} total=0\n`,
  };
  assertEquals(read(texts), {
    cpuSomeUsec: 162468957,
    cpuFullUsec: 11,
    memSomeUsec: 52766,
    memFullUsec: 39243,
    ioSomeUsec: 12859863,
    ioFullUsec: 0,
  });
});

Deno.test("readPressure() has nothing, and no 0, of what the kernel does not count", () => {
  assertEquals(read({}), {});
  // Before Linux 5.13.
  assertEquals(read({ cpu: `some ${AVERAGES} total=7\n` }), { cpuSomeUsec: 7 });
  for (
    const odd of [
      "",
      "total=7\n",
      "some total=\n",
      "some total=-1\n",
      "some total=1e3\n",
      `some total=${"9".repeat(99)}\n`,
    ]
  ) {
    assertEquals(read({ cpu: odd, mem: odd, io: odd }), {}, odd);
  }
});
