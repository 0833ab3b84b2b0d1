/** For commands without an option for it: what they write is evidence, which nobody else is to read. */

import type { Host } from "../host/host.ts";

export function closed(host: Host): Host {
  return { ...host, files: host.files.masked(0o077) };
}
