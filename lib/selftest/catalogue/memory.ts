/** Memory: services that their limit kills, some that only look like it, and some near the limit. */

import type { Defect } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;
const LIMIT = { memLimitMib: 256 } as const;
/** Taking memory up to the limit took six seconds on a busy machine: the defect must come within the window. */
const KILL_SOAK_SEC = 15;

export const MEMORY: readonly Defect[] = [
  {
    name: "oom-main",
    what: "its main process takes memory until it is killed",
    status: "FAIL",
    codes: ["oom_killed", "exited"],
    killedForMemory: "main",
    subject: { ...LIMIT, env: { FAULT_MEMORY: "pid1", FAULT_MEMORY_AFTER: "1" } },
    soakSec: KILL_SOAK_SEC,
  },
  {
    name: "oom-child",
    what: "a child takes memory until it is killed; the service answers on",
    status: "FAIL",
    codes: ["oom_killed"],
    killedForMemory: "child",
    subject: { ...LIMIT, env: { FAULT_MEMORY: "child", FAULT_MEMORY_AFTER: "0.5" } },
    soakSec: KILL_SOAK_SEC,
  },
  {
    name: "oom-daemon",
    what:
      "a process without a parent, in a session of its own and with a cleared environment, takes memory until it is killed",
    status: "FAIL",
    codes: ["oom_killed"],
    killedForMemory: "child",
    subject: { ...LIMIT, env: { FAULT_MEMORY: "daemon", FAULT_MEMORY_AFTER: "0.5" } },
    soakSec: KILL_SOAK_SEC,
  },
  {
    name: "oom-restarted",
    what: "it is killed for memory once, and started again by its policy",
    status: "FAIL",
    codes: ["oom_killed", "restarted"],
    killedForMemory: "main",
    restarts: 1,
    subject: {
      ...LIMIT,
      restart: "always",
      env: { FAULT_MEMORY: "pid1", FAULT_MEMORY_AFTER: "1", FAULT_AT_STARTS: "1" },
    },
    soakSec: KILL_SOAK_SEC,
  },
  {
    name: "killed-by-hand",
    what: "somebody kills it: it ends with 137, but not because of memory",
    status: "FAIL",
    codes: ["exited"],
    subject: LIMIT,
    act: "kill",
    soakSec: 5,
  },
  {
    name: "exits-137",
    what: "it ends with 137 by itself, not because of memory",
    status: "FAIL",
    codes: ["exited"],
    subject: { ...LIMIT, env: { FAULT_EXIT_AFTER: "1.5", FAULT_EXIT_CODE: "137" } },
    soakSec: 5,
  },
  {
    name: "near-limit",
    what: "it uses 94 % of its limit",
    status: "WARN",
    codes: ["near_mem_limit"],
    subject: { ...LIMIT, env: { FAULT_FILL_TO_MIB: "241" } },
  },
  {
    ...PASS,
    name: "well-below-limit",
    what: "it uses 80 % of its limit",
    subject: { ...LIMIT, env: { FAULT_FILL_TO_MIB: "205" } },
  },
  {
    ...PASS,
    name: "no-limit",
    what: "it has no limit, and holds 200 MiB",
    subject: { memLimitMib: null, env: { FAULT_HOLD_MIB: "200" } },
  },
  {
    name: "tmpfs-near-limit",
    what: "files in its /dev/shm take it near its limit",
    engines: ["compose"],
    status: "WARN",
    codes: ["near_mem_limit"],
    subject: { memLimitMib: 512, shmMib: 600, env: { FAULT_TMPFS_MIB: "435" } },
  },
  {
    name: "tmpfs-over-limit",
    what: "files in its /dev/shm take it over its limit",
    engines: ["compose"],
    status: "FAIL",
    codes: ["oom_killed", "exited"],
    killedForMemory: "main",
    subject: { ...LIMIT, shmMib: 600, env: { FAULT_TMPFS_MIB: "500" } },
  },
  {
    ...PASS,
    name: "page-cache",
    what: "it writes a file larger than its limit: page cache does not count as used memory",
    engines: ["compose"],
    subject: { ...LIMIT, env: { FAULT_WRITE_MIB_BY_START: "400" } },
  },
];
