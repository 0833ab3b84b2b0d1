/** The Compose project of one kind of kill, and what a run of the program has to say of it. */

import { join } from "@std/path";
import { IMAGE } from "../sandbox_image.ts";

export interface Kind {
  name: string;
  what: string;
  /** Who kills it: the kernel for memory, or this program. */
  killed: "for memory" | "elsewhere";
  /** Read by the container's shell. */
  script: string;
  /** How long it is watched, if it does not end before. */
  soakSec: number;
}

export const LIMIT_MIB = 64;
/** The command that PID 1 has become when it holds what it is to hold, as /proc shows it. */
export const HOLDING = "sleep\0" + "1000\0";

const UNTIL_STOPPED = "trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done";
const EAT = "tail /dev/zero";

export const KINDS: readonly Kind[] = [
  { name: "main", what: "PID 1", killed: "for memory", script: `sleep 1; exec ${EAT}`, soakSec: 30 },
  {
    name: "child",
    what: "a child, the service goes on",
    killed: "for memory",
    script: `(sleep 0.5; ${EAT}) & ${UNTIL_STOPPED}`,
    soakSec: 6,
  },
  {
    name: "child_ends",
    what: "a child, the service ends too",
    killed: "for memory",
    script: `sleep 1; ${EAT}; exit 3`,
    soakSec: 30,
  },
  {
    name: "elsewhere",
    what: "SIGKILL from elsewhere at half the limit",
    killed: "elsewhere",
    script: `dd if=/dev/zero of=/dev/shm/half bs=1M count=${LIMIT_MIB / 2} && exec sleep 1000`,
    soakSec: 30,
  },
];

export async function writeProject(dir: string, name: string, { script }: Kind): Promise<void> {
  const service = {
    image: IMAGE,
    pull_policy: "never",
    command: ["sh", "-c", script.replaceAll("$", "$$$$")],
    mem_limit: `${LIMIT_MIB}m`,
    memswap_limit: `${LIMIT_MIB}m`,
    shm_size: `${LIMIT_MIB}m`,
    stop_grace_period: "5s",
  };
  const config = {
    extends: "none",
    modules: { subject: { services: ["subject"], health: [{ service: "subject", kind: "running" }] } },
    rules: { no_tests: "off" },
  };
  await Deno.writeTextFile(
    join(dir, "compose.yaml"),
    JSON.stringify({ name, services: { subject: service } }, null, 2),
  );
  await Deno.writeTextFile(join(dir, "config.yaml"), JSON.stringify(config, null, 2));
}
