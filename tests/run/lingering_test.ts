import { assertEquals } from "@std/assert";
import type { Kernel } from "../../lib/host/host.ts";
import { lingers } from "../../lib/run/ending/lingering.ts";
import { type World, world } from "./harness.ts";

const line = (local: string, state: string) => `  0: ${local} 00000000:0000 ${state} 0:0 0:0 0 0 0 1 1\n`;

function kernelOf(tcp: string): Kernel {
  return { read: (path) => path === "/proc/net/tcp" ? `sl\n${tcp}` : null, list: () => [], link: () => null };
}

Deno.test("a port lingers if it has connections in TIME-WAIT, and nobody listens there", () => {
  const waits = line("0100007F:1F42", "06");
  assertEquals(lingers(kernelOf(waits), 8002), true);
  assertEquals(lingers(kernelOf(waits), 8003), false);
  assertEquals(lingers(kernelOf(waits + line("0100007F:1F42", "0A")), 8002), false);
  assertEquals(lingers(kernelOf(line("0100007F:1F42", "01")), 8002), false);
  assertEquals(lingers(kernelOf(""), 8002), false);
});

/** On the process engine, `switch` at port 8002 ends at once, unless it is `well`; its port lingers all the time. */
function ending(well: boolean): World {
  const it = world({ scripts: { switch: well ? {} : { state: { status: "exited", exitCode: 1, pid: null } } } });
  Object.assign(it.engine, { listensItself: true });
  const { kernel } = it.host;
  const read = (path: string) => kernelOf(line("0100007F:1F42", "06")).read(path) ?? kernel.read(path);
  Object.assign(it.host, { kernel: { ...kernel, read } });
  return it;
}

Deno.test("a service that ended is told to have had such a port; one that is well is not", async () => {
  const noticesOf = async (it: World) =>
    (await it.run()).judged.evidence.notices.filter((text) => text.includes("TIME-WAIT"));
  assertEquals(await noticesOf(ending(false)), [
    '"switch" ended while port 8002 had connections of its earlier life in TIME-WAIT, and nobody listened there: ' +
    "a server that does not set SO_REUSEADDR cannot listen there again for a minute",
  ]);
  assertEquals(await noticesOf(ending(true)), []);
});
