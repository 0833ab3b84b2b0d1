/** For commands without --umask: they write evidence, which other users must not read. */

import type { Host } from "../host/host.ts";

export function closed(host: Host): Host {
  return { ...host, files: host.files.masked(0o077) };
}
