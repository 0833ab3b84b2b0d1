import { assertEquals } from "@std/assert";
import { killReader } from "../../lib/engine/compose/figures/kernel_log.ts";

const A = "3002d4ca9a73bb8bea107b032904a6f77f22ea2b04182d10ca7701c92340c50b";
const B = "8cea0dbdc0f8962af93162b84c35c4b650a266981f229d85db2a6c2d8f97c7ae";

/** As the kernel writes it. */
const own = (...texts: string[]) => texts.map((text, nr) => `3,${nr + 100},1405770218,-;${text}\n`);
const invoked = "tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0";
const header = (cgroup: string, task: string, pid: number) =>
  `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${A},mems_allowed=0,oom_memcg=${cgroup},task_memcg=${cgroup},task=${task},pid=${pid},uid=0`;
const killed = (task: string, pid: number) =>
  `Memory cgroup out of memory: Killed process ${pid} (${task}) total-vm:66968kB, anon-rss:64640kB, file-rss:1264kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0`;

interface Case {
  name: string;
  messages: string[];
  kills: { containerIds: string[] | null; pid: number; task: string }[];
}

const CASES: Case[] = [
  {
    name: "a kill once, with its container (cgroupfs)",
    messages: own(invoked, header(`/docker/${A}`, "tail", 8186), killed("tail", 8186)),
    kills: [{ containerIds: [A], pid: 8186, task: "tail" }],
  },
  {
    name: "a scope of systemd, and one of Podman",
    messages: own(
      header(`/system.slice/docker-${A}.scope`, "a", 1),
      header(`/machine.slice/libpod-${B}.scope/container`, "b", 2),
    ),
    kills: [{ containerIds: [A], pid: 1, task: "a" }, { containerIds: [B], pid: 2, task: "b" }],
  },
  {
    name: "both containers of one within another",
    messages: own(header(`/docker/${A}/docker/${B}`, "tail", 7)),
    kills: [{ containerIds: [A, B], pid: 7, task: "tail" }],
  },
  {
    name: "a kill since the whole host was short",
    messages: own(
      `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=${A},mems_allowed=0,global_oom,task_memcg=/docker/${A},task=java,pid=9,uid=1000`,
      "Out of memory: Killed process 9 (java) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:1000 pgtables:1kB oom_score_adj:0",
    ),
    kills: [{ containerIds: [A], pid: 9, task: "java" }],
  },
  {
    name: "a kill without the line that names its cgroup, as it is when there were many",
    messages: own(killed("tail", 5)),
    kills: [{ containerIds: null, pid: 5, task: "tail" }],
  },
  {
    name: "none of the cgroup before for another kill",
    messages: own(header(`/docker/${A}`, "tail", 5), killed("tail", 5), killed("tail", 6)),
    kills: [{ containerIds: [A], pid: 5, task: "tail" }, { containerIds: null, pid: 6, task: "tail" }],
  },
  {
    name: "what a kernel before 5.0 wrote",
    messages: own(
      "python3 invoked oom-killer: gfp_mask=0x14000c0(GFP_KERNEL), nodemask=(null),  order=0, oom_score_adj=0",
      `Task in /docker/${A} killed as a result of limit of /docker/${A}`,
      "Memory cgroup out of memory: Kill process 12 (python3) score 991 or sacrifice child",
      "Killed process 12 (python3) total-vm:107104kB, anon-rss:64320kB, file-rss:6324kB, shmem-rss:0kB",
    ),
    kills: [{ containerIds: [A], pid: 12, task: "python3" }],
  },
  {
    name: "all processes of a cgroup that is killed as one, and nothing of it for the next",
    messages: own(
      `Tasks in /system.slice/docker-${A}.scope are going to be killed due to memory.oom.group set`,
      killed("one", 1),
      killed("two", 2),
      invoked,
      killed("three", 3),
    ),
    kills: [
      { containerIds: [A], pid: 1, task: "one" },
      { containerIds: [A], pid: 2, task: "two" },
      { containerIds: null, pid: 3, task: "three" },
    ],
  },
  {
    name: "a name that looks like the line itself",
    messages: own(header(`/docker/${A}`, "x,pid=1,uid=0", 77)),
    kills: [{ containerIds: [A], pid: 77, task: "x,pid=1,uid=0" }],
  },
  {
    name: "a kill of what is in no container",
    messages: own(header("/user.slice/user-0.slice/session-1.scope", "bash", 4)),
    kills: [{ containerIds: [], pid: 4, task: "bash" }],
  },
  {
    name: "nothing that a program wrote into the log, and nothing of a message's own fields",
    messages: [
      `12,100,1,-;${header(`/docker/${A}`, "tail", 5)}\n`,
      `6,101,1,-;eth0: renamed\n SUBSYSTEM=net,task_memcg=/docker/${A},task=a,pid=1,uid=0\n`,
      `${header(`/docker/${A}`, "tail", 5)}\n`,
    ],
    kills: [],
  },
];

for (const { kills, messages, name } of CASES) {
  Deno.test(`killReader() reads ${name}`, () => assertEquals(killReader()(messages), kills));
}

Deno.test("killReader() knows a kill that comes in two pieces", () => {
  const read = killReader();
  assertEquals(read(own(header(`/docker/${A}`, "tail", 5))).length, 1);
  assertEquals(read(own(killed("tail", 5))), []);
});
