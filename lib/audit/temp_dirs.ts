/**
 * Folders in the system's temporary folder. Their names say which process made them, so that the next run, or `clean`, finds and
 * removes those of a killed process.
 */

import { join } from "@std/path";
import type { Host } from "../host/host.ts";
import { endStrays } from "../proc/strays.ts";
import { isGoingOn, ownIdentity, type RunIdentity } from "./run_identity.ts";

/** The purpose of the folder; its name begins with it. */
export type TempDirKind = "vx11-demo" | "vx11-junit" | "vx11-selftest";

const NAME =
  /^vx11-(?:demo|junit|selftest)-(?<boot>[0-9a-f]{8})-(?<space>\d+)-(?<pid>\d+)-(?<start>\d+)-(?<hostname>.+)-[^-]+$/;
/** So many characters of the boot's id tell two boots of a host apart. */
const BOOT_CHARS = 8;

const TESTS: TempDirKind = "vx11-junit";

type TempHost = Pick<
  Host,
  "clock" | "env" | "files" | "hostname" | "kernel" | "kill" | "orphans" | "pid" | "processAlive"
>;

/** Makes one; returns its path. If the system does not say when this process began, a kill leaves the folder behind for good. */
export async function ownTempDir(host: TempHost, kind: TempDirKind): Promise<string> {
  const { boot, hostname, pid, start } = ownIdentity(host);
  if (boot === undefined || start === undefined) return await host.files.makeTempDir(`${kind}-`);
  const words = [kind, boot.slice(0, BOOT_CHARS), pidSpace(host), pid, start, plain(hostname)];
  return await host.files.makeTempDir(`${words.join("-")}-`);
}

/** The folders whose process is gone, by name. */
export async function leftTempDirs(host: TempHost): Promise<string[]> {
  return (await host.files.list(baseOf(host)).catch(() => [])).filter((name) => isLeftBehind(host, name));
}

/** Whether the process that made the folder with that name is gone. The folder need not be there. */
export function isLeftBehind(host: TempHost, name: string): boolean {
  const { boot, hostname } = ownIdentity(host);
  const made = NAME.exec(name)?.groups;
  if (made === undefined || made["hostname"] !== plain(hostname)) return false;
  if (made["boot"] !== boot?.slice(0, BOOT_CHARS)) return boot !== undefined;
  // A container may share the folder and the host's name with its host; its processes have other numbers there.
  if (made["space"] !== pidSpace(host)) return false;
  const identity: RunIdentity = { hostname, pid: Number(made["pid"]), start: Number(made["start"]) };
  return identity.pid !== host.pid && !isGoingOn(host, identity);
}

function baseOf({ env }: Pick<Host, "env">): string {
  return env("TMPDIR") || "/tmp";
}

/**
 * Removes the folders whose process is gone, and ends what tests in them have started. Returns the names of removed folders. A
 * folder that cannot be removed is another user's, or is left to the next sweep.
 */
export async function sweepTempDirs(host: TempHost): Promise<string[]> {
  const base = baseOf(host);
  const left = await leftTempDirs(host);
  const gone = await Promise.all(left.map(async (name) => {
    const path = join(base, name);
    // Processes that a killed run's test started live on, and may be writing there.
    if (name.startsWith(TESTS)) await endStrays(host, path);
    return await host.files.remove(path).then(() => true, () => false);
  }));
  return left.filter((_, index) => gone[index]);
}

/** The kernel's number of this process's PID namespace; 0 if it does not say. */
function pidSpace({ kernel }: Pick<Host, "kernel">): string {
  return /\d+/.exec(kernel.link("/proc/self/ns/pid") ?? "")?.[0] ?? "0";
}

/** A host's name as a part of a file name. */
function plain(hostname: string): string {
  return hostname.replaceAll(/[^\w.-]/g, "_");
}
