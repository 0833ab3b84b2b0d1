/** The real host, whose kernel says nothing of other work: limits are what they are, however busy this machine is. */

import { denoHost } from "../../lib/host/deno.ts";
import type { Host } from "../../lib/host/host.ts";

export function calmHost(): Host {
  const host = denoHost();
  const kernel = { ...host.kernel, read: (path: string) => path === "/proc/loadavg" ? null : host.kernel.read(path) };
  return { ...host, kernel };
}
