/** A port of all IPv6 addresses, which Docker takes without that of IPv4. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { reasonsOn, verdictOn, type World, world } from "./harness.ts";

/** "switch" publishes [::]:8002, and whoever tries both families there finds it taken. */
function publishing(tcp6: string): World {
  const it = world({ scripts: { switch: { published: [{ hostIp: "::", hostPort: 8002 }] } } });
  const { kernel } = it.host;
  const read = (path: string) => path === "/proc/net/tcp6" ? tcp6 : kernel.read(path);
  Object.assign(it.host, {
    kernel: { ...kernel, read },
    portState: (host: string, port: number) => host === "::" && port === 8002 ? "taken" : "free",
  });
  return it;
}

Deno.test("it is free if IPv4 alone is taken at that port", async () => {
  const it = publishing("  sl\n");
  await it.run();
  assertEquals(it.engine.orders.includes("up switch"), true);
});

Deno.test("it is taken if somebody listens there in its own family", async () => {
  const it = publishing(`  sl\n 0: ${"0".repeat(32)}:1F42 0:0 0A 0:0 0:0 0 0 0 4242 1\n`);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "its port [::]:8002 is taken by something else");
});
