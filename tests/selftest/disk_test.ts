/** Where page cache can be tried: by what the kernel lists of mounts. */

import { assertEquals } from "@std/assert";
import { fileSystemOf, whyNoDisk } from "../../lib/selftest/disk.ts";

const MOUNTS = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /tmp rw,nosuid shared:2 - tmpfs tmpfs rw
24 22 0:22 / /mnt/a\\040b rw - tmpfs tmpfs rw
25 22 0:23 / /srv rw - tmpfs tmpfs rw
26 22 254:1 / /srv rw - xfs /dev/vdb rw
`;

Deno.test("fileSystemOf() takes the nearest mount, and the last one at a place", () => {
  const of = (path: string) => fileSystemOf(MOUNTS, path);
  assertEquals(["/var/lib/docker", "/tmp/x", "/tmp", "/tmpfs", "/mnt/a b/c", "/srv/docker"].map(of), [
    "ext4",
    "tmpfs",
    "tmpfs",
    "ext4",
    "tmpfs",
    "xfs",
  ]);
  assertEquals([fileSystemOf("", "/tmp"), fileSystemOf("no mounts\nat all - x", "/tmp")], [null, null]);
});

Deno.test("whyNoDisk() says which folder is memory, and nothing where that is not known", () => {
  assertEquals(
    whyNoDisk(MOUNTS, "/tmp/docker"),
    "no folder on a disk: the engine keeps volumes in /tmp/docker, a tmpfs",
  );
  assertEquals([whyNoDisk(MOUNTS, "/var/lib/docker"), whyNoDisk(null, "/tmp/docker")], [null, null]);
});
