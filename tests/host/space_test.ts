/** What a path can take: seen on the real file system, as root and as a user who may write nowhere. */

import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { freeBytes, mayWriteIn } from "../../lib/host/deno_space.ts";

const { files } = denoHost();

Deno.test("freeBytes() is what df calls available, and null for a path that is not there", async () => {
  const { stdout } = await new Deno.Command("df", { args: ["--output=avail", "-B1", "/tmp"] }).output();
  const told = Number(new TextDecoder().decode(stdout).trim().split("\n").at(-1));
  const bytes = await freeBytes("/tmp");
  assert(bytes !== null && Math.abs(bytes - told) < 2 ** 30, `${bytes} and not ${told}`);
  assertEquals(await freeBytes("/tmp/vx11-there-is-no-such-folder"), null);
  assertEquals(await freeBytes("/proc"), 0);
});

Deno.test("mayWriteIn() makes nothing, and is false for what is no folder, and for one that is closed", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vx11-space-" });
  try {
    assertEquals(await files.mayWriteIn(dir), true);
    assertEquals(await Array.fromAsync(Deno.readDir(dir)), []);
    assertEquals(await files.mayWriteIn(`${dir}/none`), false);
    assertEquals(mayWriteIn("/proc/sys/kernel/random/boot_id"), false);
    await Deno.chmod(dir, 0o555);
    // Root may write to any folder.
    assertEquals(await files.mayWriteIn(dir), Deno.uid() === 0);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
