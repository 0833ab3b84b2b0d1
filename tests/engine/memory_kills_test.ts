/** Kills for memory by the kernel's log and by the count of the cgroup above, on a kernel that is a map of files. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { memoryKills } from "../../lib/engine/compose/figures/memory_kills.ts";
import type { KernelLog } from "../../lib/host/host.ts";
import { look } from "../fakes/evidence.ts";

const ID = "673e00bdca4dd4bc7cd575f6b26eb902bf6ff304ba61b76c5bc4a4d19db6057d";
const OTHER = ID.replaceAll("6", "9");
const SLICE = "/sys/fs/cgroup/system.slice";
const scope = (id: string) => `${SLICE}/docker-${id}.scope`;
const STATE = look("db", { id: ID, pid: 4242 });
const header = (id: string, pid: number) =>
  `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/a,task_memcg=/system.slice/docker-${id}.scope,task=tail,pid=${pid},uid=0`;
const killedLine = (pid: number) =>
  `Memory cgroup out of memory: Killed process ${pid} (tail) total-vm:1kB, anon-rss:1kB`;

class World {
  readonly files = new Map<string, string>();
  readonly inodes = new Map<string, number>();
  #inode = 10;
  /** null: it may not be read. */
  log: string[] | null = [];
  lost = false;

  constructor({ cgroup = `0::/system.slice/docker-${ID}.scope\n` } = {}) {
    this.files.set("/proc/4242/cgroup", cgroup);
    this.count(SLICE, 3);
    this.start(ID);
    this.start(OTHER);
    this.start("ssh");
  }

  count(dir: string, kills: number): void {
    this.files.set(`${dir}/memory.events`, `low 0\nhigh 0\nmax 9\noom 1\noom_kill ${kills}\noom_group_kill 0\n`);
  }

  start(id: string): void {
    this.count(scope(id), 0);
    this.inodes.set(scope(id), this.#inode++);
  }

  end(id: string): void {
    this.files.delete(`${scope(id)}/memory.events`);
    this.inodes.delete(scope(id));
  }

  get host() {
    const openLog = (): KernelLog | string =>
      this.log === null ? "Permission denied (os error 13)" : {
        read: () => {
          const read = { messages: (this.log ?? []).map((text, nr) => `3,${nr},1,-;${text}\n`), lost: this.lost };
          this.log = [];
          this.lost = false;
          return read;
        },
        close: () => {},
      };
    return {
      kernelLog: openLog,
      kernel: {
        read: (path: string) => this.files.get(path) ?? null,
        list: (dir: string) =>
          dir === SLICE
            ? ["memory.events", ...[...this.inodes.keys()].map((path) => path.slice(SLICE.length + 1))]
            : [],
        link: () => null,
        inode: (path: string) => this.inodes.get(path) ?? (this.files.has(path) ? 1 : null),
      },
    };
  }

  watched() {
    const kills = memoryKills(this.host);
    kills.begin();
    kills.watch(STATE, true);
    assertEquals(kills.look(), []);
    return kills;
  }
}

Deno.test("memoryKills() reports what the kernel's log says of a container, by its id, with the process", () => {
  const world = new World({ cgroup: `1:memory,cpuacct:/docker/${ID}\n` });
  const kills = world.watched();
  world.log = [header(ID, 77), killedLine(77), header(OTHER, 78)];
  const trace = "the kernel killed process 77 (tail) for memory";
  const wanted = { by: "kernel log" as const, containerId: ID, service: "db", pid: 77, task: "tail", trace };
  assertEquals([kills.look(), kills.look()], [[wanted], []]);
  assertEquals(kills.unseen(ID), null);
});

Deno.test("memoryKills() reports a kill from before the container was watched, and none from after that", () => {
  const world = new World();
  const kills = memoryKills(world.host);
  kills.begin();
  world.log = [header(ID, 77)];
  assertEquals(kills.look(), []);
  kills.watch(STATE, true);
  assertEquals(kills.look().map(({ by }) => by), ["kernel log"]);
  kills.release(ID);
  world.log = [header(ID, 79)];
  kills.look();
  kills.watch(STATE, true);
  assertEquals(kills.look(), []);
});

Deno.test("memoryKills() reports no kill from before a container was watched that was in place then", () => {
  const world = new World();
  const kills = memoryKills(world.host);
  kills.begin();
  world.log = [header(ID, 77)];
  kills.look();
  kills.watch(STATE, false);
  assertEquals(kills.look(), []);
  world.log = [header(ID, 78)];
  assertEquals(kills.look().length, 1);
});

Deno.test("memoryKills() knows PID 1 by its process id where the log leaves out the container, and no other process", () => {
  const world = new World();
  const kills = world.watched();
  world.log = [killedLine(4242)];
  assertEquals(kills.look().map(({ pid }) => pid), [4242]);
  world.log = [killedLine(4243)];
  world.files.delete(`${SLICE}/memory.events`);
  assertEquals(kills.look(), []);
});

Deno.test("memoryKills() reports a rise of the count above by what no cgroup that is left accounts for", () => {
  const world = new World();
  world.log = null;
  const kills = world.watched();
  world.count(SLICE, 4);
  world.end(ID);
  assertEquals(kills.look().map(({ by, trace }) => [by, trace]), [[
    "parent cgroup",
    `oom_kill of ${SLICE} rose from 3 to 4; no cgroup that is left there accounts for it`,
  ]]);
  assertEquals(kills.unseen(ID), null);
});

Deno.test("memoryKills() reports the same of a container that was started again meanwhile", () => {
  const world = new World();
  world.log = null;
  const kills = world.watched();
  world.count(SLICE, 4);
  world.end(ID);
  world.start(ID);
  assertEquals(kills.look().map(({ by }) => by), ["parent cgroup"]);
});

Deno.test("memoryKills() reports a rise of the container's own count, which may be gone at the next sample", () => {
  const world = new World();
  world.log = null;
  const kills = world.watched();
  world.count(SLICE, 4);
  world.count(scope(ID), 1);
  assertEquals(kills.look().map(({ by }) => by), ["kernel counter"]);
  world.end(ID);
  assertEquals(kills.look(), []);
});

Deno.test("memoryKills() says that it may have missed a kill if the cgroup was gone when the container was found", () => {
  const world = new World();
  world.log = null;
  world.end(ID);
  const kills = world.watched();
  assertStringIncludes(String(kills.unseen(ID)), "it had ended before its cgroup was found");
});

Deno.test("memoryKills() reports what a new container's own count has when it is found, and no old one", () => {
  for (const isNew of [true, false]) {
    const world = new World();
    world.log = null;
    world.count(scope(ID), 1);
    const kills = memoryKills(world.host);
    kills.begin();
    kills.watch(STATE, isNew);
    assertEquals(kills.look().map(({ by }) => by), isNew ? ["kernel counter"] : []);
  }
});

Deno.test("memoryKills() takes no kill of another cgroup for one of this container", () => {
  const cases: [string, (world: World) => void][] = [
    ["one that is left", (world) => world.count(scope(OTHER), 1)],
    ["one that is new", (world) => (world.start("new"), world.count(scope("new"), 1))],
    ["one that has ended", (world) => world.end(OTHER)],
  ];
  for (const [name, change] of cases) {
    const world = new World();
    world.log = null;
    const kills = world.watched();
    world.count(SLICE, 4);
    change(world);
    assertEquals(kills.look(), [], name);
    // Nobody was killed for memory when this one ended.
    world.end(ID);
    assertEquals([kills.look(), kills.unseen(ID)], [[], null], name);
  }
});

Deno.test("memoryKills() says where it cannot tell which of two that ended was killed, however many kills there were", () => {
  for (const kills of [1, 2]) {
    const world = new World();
    world.log = null;
    const watching = world.watched();
    world.count(SLICE, 3 + kills);
    world.end(ID);
    world.end(OTHER);
    assertEquals(watching.look(), []);
    assertEquals(
      watching.unseen(ID),
      "the kernel's log cannot be read (Permission denied (os error 13)), and 2 cgroups ended at the same moment, and " +
        "which of them had a process killed is not known",
    );
  }
});

Deno.test("memoryKills() takes a cgroup of Podman for the container's own, and looks above that", () => {
  const world = new World();
  world.log = null;
  world.files.set("/proc/4242/cgroup", `0::/system.slice/docker-${ID}.scope/container\n`);
  const kills = world.watched();
  world.count(SLICE, 4);
  world.end(ID);
  assertEquals(kills.look().map(({ by }) => by), ["parent cgroup"]);
});

Deno.test("memoryKills() has no need of the count above where the log tells two apart", () => {
  const world = new World();
  const kills = world.watched();
  world.count(SLICE, 4);
  world.end(ID);
  world.end(OTHER);
  world.log = [header(OTHER, 5)];
  assertEquals([kills.look(), kills.unseen(ID)], [[], null]);
});

Deno.test("unseen() says why a kill may have been missed", () => {
  const denied = "the kernel's log cannot be read (Permission denied (os error 13))";
  const cases: [string, (world: World) => void, string | null][] = [
    [
      "an engine of another host",
      (world) => world.files.set("/proc/4242/cgroup", "0::/user.slice\n"),
      "not this host's",
    ],
    ["another host's process ids", (world) => world.files.delete("/proc/4242/cgroup"), "before its cgroup was found"],
    ["cgroup v1", (world) => world.files.set("/proc/4242/cgroup", `1:memory,cpuacct:/docker/${ID}\n`), denied],
    ["no count above", (world) => world.files.delete(`${SLICE}/memory.events`), "no cgroup above its own counts"],
    ["all is well", () => {}, null],
  ];
  for (const [name, change, why] of cases) {
    const world = new World();
    world.log = null;
    change(world);
    const kills = world.watched();
    if (why === null) assertEquals(kills.unseen(ID), null, name);
    else assertStringIncludes(String(kills.unseen(ID)), why, name);
  }
});

Deno.test("unseen() says that the log was overwritten, or left out a name", () => {
  for (
    const [change, why] of [
      [(world: World) => world.lost = true, "overwritten before it was read"],
      [(world: World) => world.log = [killedLine(5)], "leaves out of which container"],
    ] as const
  ) {
    const world = new World({ cgroup: `1:memory,cpuacct:/docker/${ID}\n` });
    const kills = world.watched();
    assertEquals(kills.unseen(ID), null);
    change(world);
    kills.look();
    assertStringIncludes(String(kills.unseen(ID)), why);
  }
});
