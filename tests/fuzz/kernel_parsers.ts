/** What the kernel shows as files: processes, sockets, routes, control groups, load. */

import { assert, assertEquals } from "@std/assert";
import { cgroupFiles, cgroupSample } from "../../lib/engine/compose/figures/cgroup.ts";
import { killReader } from "../../lib/engine/compose/figures/kernel_log.ts";
import { pressureFiles, readPressure } from "../../lib/engine/compose/figures/pressure.ts";
import { WAITS } from "../../lib/model/evidence.ts";
import { listenAddresses, listensElsewhere } from "../../lib/engine/listening.ts";
import { bridged } from "../../lib/engine/compose/own_answer.ts";
import { portOwner } from "../../lib/engine/port_owner.ts";
import * as proc from "../../lib/proc/proc.ts";
import { ownerOf, parseMark } from "../../lib/engine/process/env.ts";
import { membersOf, newTree, parseStat } from "../../lib/proc/tree.ts";
import { coreShare, readLoad } from "../../lib/host/fair.ts";
import type { Kernel } from "../../lib/host/host.ts";
import { fixture } from "../fixtures/read.ts";
import type { Parser } from "./parser.ts";

const isAmount = (value: unknown): void => assert(Number.isFinite(value) && Number(value) >= 0, `amount ${value}`);

/** Every file has this text, but those of which the path holds a key. */
function kernelOf(text: string, others: Readonly<Record<string, string>> = {}): Kernel {
  return {
    read: (path) => Object.entries(others).find(([part]) => path.includes(part))?.[1] ?? text,
    list: () => ["1", "2", "self"],
    link: () => "socket:[519037]",
  };
}

const STAT: Parser = {
  name: "/proc/PID/stat",
  inputs: 20_000,
  samples: [fixture("proc_stat_linux6.txt").trim(), "1 (a) b) c) S 0 1 1 0 -1 4 0 0 0 0 5 6 7 8 20 0 1 0 9 10 11 12"],
  run(input) {
    const found = parseStat(input);
    if (found === null) return;
    const { group, parent, pid, rssPages, session, start, ticks } = found;
    for (const number of [group, parent, pid, rssPages, session, start, ticks]) {
      assert(Number.isFinite(number), String(number));
    }
    assertEquals(typeof found.name, "string");
    const stat = `${input}\n`;
    const tree = newTree({ pid, start });
    membersOf(proc.readFamilies(kernelOf(stat, { children: `${input.slice(0, 60)} 1 2 x` }), [1]), tree);
  },
};

const STATUS: Parser = {
  name: "/proc/PID/status and others",
  inputs: 20_000,
  samples: [
    "Name:\tbash\nVmHWM:\t    3456 kB\nVmRSS:\t    3400 kB\nSigBlk:\t0000000000010000\nSigIgn:\t0000000000384004\nSigCgt:\t000000004b813efb\n",
    "Rss:                1640 kB\nKernelPageSize:        4 kB\n",
    "0.52 0.58 0.59 2/597 30304\n",
    "350735.47 234388.90\n",
    "6.18.0-rc1-amd64\n",
    "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234\nfull avg10=0.00 total=1\n",
  ],
  run(input) {
    const kernel = kernelOf(input);
    const { peakBytes = 0, rssBytes = 0 } = proc.statusOf(kernel, 1);
    [peakBytes, rssBytes, proc.pageSize(kernel)].forEach(isAmount);
    for (const mask of ["SigCgt", "SigBlk", "SigIgn"] as const) proc.hasSignal(input, mask, "SIGTERM");
    const latest = proc.latestPid(kernel);
    if (latest !== null) assert(/^[1-9]\d*$/.test(latest));
    const started = proc.startedAtMs(kernel, 1e12, 5);
    if (started !== null) assert(started <= 1e12);
    proc.hasExactStatus(kernel);
    const load = readLoad({ kernel });
    if (load === null) return;
    isAmount(load.running);
    const share = coreShare(load, load, 100, 2);
    assert(share >= 0 && share <= 1, `share ${share}`);
  },
};

const ENVIRON: Parser = {
  name: "/proc/PID/environ and cmdline",
  inputs: 20_000,
  samples: [
    "PATH=/bin\0VX11_PROCESS_ID=switch-12-3456-1\0VX11_PROCESS_SERVICE=switch\0VX11_PROCESS_PROJECT=p:/d\0",
    "python3\0-m\0http.server\0",
  ],
  run(input) {
    const mark = parseMark(input);
    if (mark !== null) ownerOf(mark.id);
    ownerOf(input);
    assertEquals(typeof proc.commandOf(kernelOf(input), { pid: 1, name: "a" }), "string");
  },
};

const SOCKETS: Parser = {
  name: "/proc/net/tcp and route",
  inputs: 10_000,
  samples: [
    fixture("proc_net_tcp.txt"),
    fixture("proc_net_tcp6.txt"),
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\ndocker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n",
  ],
  run(input) {
    const kernel = kernelOf(input, { "/stat": "7 (a) S 1 7 7 0 -1 4 0 0 0 0 1 2 1 2 20 0 1 0 29 45 79 1" });
    for (const port of [0xb2a5, 0x7e8, 0x1f40]) {
      for (const address of listenAddresses(kernel, "/proc/net", port)) {
        assert(address !== "" && !address.includes("NaN"), address);
      }
      listensElsewhere(kernel, "/proc/net", port, "127.0.0.1");
      portOwner(kernel, port, "/proc/net", "127.0.0.1");
      portOwner(kernel, port);
    }
    bridged(kernel, ["172.17.0.2", input.slice(0, 15)]);
  },
};

const ID = "673e00bdca4dd4bc7cd575f6b26eb902bf6ff304ba61b76c5bc4a4d19db6057d";

const CGROUP: Parser = {
  name: "control groups",
  inputs: 20_000,
  samples: [
    `${fixture("proc_cgroup_v1.txt")}%%331776\n%%total_inactive_file 131072\n%%4349952\n%%oom_kill 0\n%%45678901\n`,
    `0::/system.slice/docker-${ID}.scope\n%%331776\n%%inactive_file 4096\n%%4349952\n%%oom 0\noom_kill 1\n%%usage_usec 4567\n`,
  ],
  run(input) {
    const [where = "", ...texts] = input.split("%%");
    const files = cgroupFiles(where, ID);
    if (files === null) return;
    const { cpu, oom, peak, stat, usage } = files;
    for (const path of [cpu, oom, peak, stat, usage]) assert(path.startsWith("/sys/fs/cgroup"), path);
    const read = new Map([usage, stat, peak, oom, cpu].map((path, at) => [path, texts[at] ?? ""]));
    const sample = cgroupSample(ID, files, read);
    if (sample === null) return;
    for (
      const value of [sample.memBytes, sample.memPeakKernelBytes, sample.memCacheBytes, sample.cpuUsec, sample.oomKills]
    ) {
      if (value !== null) isAmount(value);
    }
  },
};

const PRESSURE: Parser = {
  name: "pressure of control groups",
  inputs: 20_000,
  samples: [
    `0::/system.slice/docker-${ID}.scope\n%%cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n%%` +
    "some avg10=87.19 avg60=53.93 avg300=32.53 total=162468957\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
    `${fixture("proc_cgroup_v1.txt")}%%tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /mnt/a\\040b cgroup2 rw 0 0\n%%` +
    "some avg10=0.00 total=1\n",
  ],
  run(input) {
    const [where = "", mounts = "", text = ""] = input.split("%%");
    const files = pressureFiles(where, ID, mounts);
    if (files !== null) { for (const path of Object.values(files)) assert(path.includes(ID), path); }
    const read = readPressure(files ?? { cpu: "a", mem: "b", io: "c" }, () => text);
    for (const [key, usec] of Object.entries(read)) {
      assert((WAITS as readonly string[]).includes(key), key);
      isAmount(usec);
    }
  },
};

const KILLS: Parser = {
  name: "/dev/kmsg",
  inputs: 20_000,
  samples: [
    `3,1,2,-;tail invoked oom-killer: gfp_mask=0xcc0\n%%3,2,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/docker/${ID},task_memcg=/docker/${ID},task=tail,pid=81,uid=0\n%%3,3,2,-;Memory cgroup out of memory: Killed process 81 (tail) total-vm:6kB, UID:0\n`,
    `6,1,2,-;Task in /docker/${ID} killed as a result of limit of /docker/${ID}\n%%3,2,2,c;Killed process 12 (a b) total-vm:1kB\n SUBSYSTEM=x\n`,
    `6,1,2,-;Tasks in /a/libpod-${ID}.scope are going to be killed due to memory.oom.group set\n`,
  ],
  run(input) {
    for (const { containerIds, pid, task } of killReader()(input.split("%%"))) {
      isAmount(pid);
      assert(task.length <= input.length);
      for (const id of containerIds ?? []) assertEquals(id.length, 64);
    }
  },
};

export const KERNEL_PARSERS: readonly Parser[] = [STAT, STATUS, ENVIRON, SOCKETS, CGROUP, PRESSURE, KILLS];
