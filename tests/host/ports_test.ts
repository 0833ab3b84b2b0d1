import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";

const host = denoHost();
/** Outside of the range from which services are given theirs. */
const PORT = 19_321;

Deno.test("a port is reserved once, until it is released", () => {
  try {
    assertEquals([host.reservePort(PORT), host.reservePort(PORT)], [true, false]);
    host.releasePort(PORT);
    assertEquals(host.reservePort(PORT), true);
  } finally {
    host.releasePort(PORT);
  }
});

Deno.test("what a process that is gone had reserved is free", async () => {
  const gone = new Deno.Command("true").spawn();
  await gone.status;
  const dir = join(Deno.env.get("TMPDIR") || "/tmp", `vx11-stability-ports-${Deno.uid()}`);
  host.releasePort(PORT + 1);
  await Deno.mkdir(dir, { recursive: true });
  await Deno.writeTextFile(join(dir, String(PORT + 1)), String(gone.pid));
  try {
    assertEquals([host.reservePort(PORT + 1), host.reservePort(PORT + 1)], [true, false]);
  } finally {
    host.releasePort(PORT + 1);
  }
});
