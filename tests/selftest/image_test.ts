/** What `ldd` says, as files of an image. */

import { assertEquals } from "@std/assert";
import { parseLdd } from "../../lib/selftest/image.ts";

Deno.test("parseLdd() puts libraries where the loader looks, and the loader where the program names it", () => {
  const output = `\tlinux-vdso.so.1 (0x00007ffd2a5f2000)
\tlibgcc_s.so.1 => /lib/x86_64-linux-gnu/libgcc_s.so.1 (0x00007f5c3d2a0000)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc-2.27.so (0x00007f5c3d0bf000)
\tlibgone.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f5c3d2d1000)
`;
  assertEquals(parseLdd(output), [
    { from: "/lib/x86_64-linux-gnu/libgcc_s.so.1", path: "lib/libgcc_s.so.1" },
    { from: "/lib/x86_64-linux-gnu/libc-2.27.so", path: "lib/libc.so.6" },
    { from: "/lib64/ld-linux-x86-64.so.2", path: "lib64/ld-linux-x86-64.so.2" },
  ]);
});
