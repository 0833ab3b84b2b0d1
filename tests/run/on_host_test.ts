/** Services on the host's own network: whoever has the port of a page answers for it, so it must be free before the start. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

/** Ports 8000 and on are the fake services' by their place; the built-in map has "switch" at 8002. */
function onHost(options: WorldOptions, taken: number): World {
  const script = { published: [], onHost: { check: null, exposed: [] }, ...options.scripts?.["switch"] };
  const it = world({ ...options, scripts: { switch: script } });
  Object.assign(it.host, { portState: (_: string, port: number) => port === taken ? "taken" : "free" });
  return it;
}

Deno.test("the port of its page is taken before the start: start_failed, though its owner cannot be seen", async () => {
  const it = onHost({}, 8002);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "its port 8002 is taken by something else on this host");
  assertEquals(it.engine.orders.includes("up switch"), false);
});

Deno.test("what an engine of a plain user calls the host's network is not asked for a free port", async () => {
  const it = onHost({}, 8002);
  Object.assign(it.engine, { hasOwnHostNetwork: true });
  await it.run();
  assertEquals(it.engine.orders.includes("up switch"), true);
});

Deno.test("the process that has the port is named", async () => {
  const it = onHost({}, 8002);
  const files: Record<string, string> = {
    "/proc/net/tcp": "  sl\n  0: 00000000:1F42 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4242 1\n",
    "/proc/8/stat": "8 (other) S 1 8 8 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
  };
  const { kernel } = it.host;
  Object.assign(it.host, {
    kernel: {
      read: (path: string) => files[path] ?? (path === "/proc/meminfo" ? kernel.read(path) : null),
      list: (dir: string) => dir === "/proc" ? ["8"] : dir === "/proc/8/fd" ? ["3"] : [],
      link: (path: string) => path === "/proc/8/fd/3" ? "socket:[4242]" : null,
    },
  });
  assertStringIncludes(reasonsOn(await it.run(), "switch")[0] ?? "", "is taken by process 8 (other)");
});

/** The reason, if process 8 listens at port 8002 of the loopback and process 9 at that of another address. */
async function besideTwo(hostIp: string): Promise<string> {
  const it = world({ scripts: { switch: { published: [{ hostIp, hostPort: 8002 }] } } });
  const socket = (address: string, inode: number) =>
    `  0: ${address}:1F42 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1\n`;
  const stat = (pid: number, name: string) =>
    `${pid} (${name}) S 1 ${pid} ${pid} ${"0 ".repeat(14)}1 0 5 ${"0 ".repeat(30)}`;
  const files: Record<string, string> = {
    "/proc/net/tcp": `  sl\n${socket("0100007F", 4241)}${socket("070200C0", 4242)}`,
    "/proc/8/stat": stat(8, "elsewhere"),
    "/proc/9/stat": stat(9, "there"),
  };
  const { kernel } = it.host;
  Object.assign(it.host, {
    portState: (host: string, port: number) => host === hostIp && port === 8002 ? "taken" : "free",
    kernel: {
      read: (path: string) => files[path] ?? (path === "/proc/meminfo" ? kernel.read(path) : null),
      list: (dir: string) => dir === "/proc" ? ["8", "9"] : /^\/proc\/[89]\/fd$/.test(dir) ? ["3"] : [],
      link: (path: string) => ({ "/proc/8/fd/3": "socket:[4241]", "/proc/9/fd/3": "socket:[4242]" })[path] ?? null,
    },
  });
  return reasonsOn(await it.run(), "switch")[0] ?? "";
}

Deno.test("of two processes that listen at a published port, the one at its address is named", async () => {
  assertStringIncludes(await besideTwo("192.0.2.7"), "its port 192.0.2.7:8002 is taken by process 9 (there)");
  assertStringIncludes(await besideTwo("127.0.0.1"), "its port 127.0.0.1:8002 is taken by process 8 (elsewhere)");
  assertStringIncludes(await besideTwo("0.0.0.0"), "its port 0.0.0.0:8002 is taken by process 8 (elsewhere)");
});

Deno.test("the port that its health check asks is the one that counts", async () => {
  const scripts = { switch: { onHost: { check: { port: 9002, path: "/up" }, exposed: [] } } };
  assertEquals(verdictOn(await onHost({ scripts }, 9002).run(), "switch"), "FAIL start_failed");
  const other = onHost({ scripts }, 8002);
  await other.run();
  assertEquals(other.engine.orders.includes("up switch"), true);
});

Deno.test("one that is up holds its own port", async () => {
  const it = onHost({ running: ["switch"], config: { recreate: true } }, 8002);
  for (const look of it.engine.containers.values()) look.hostNetwork = true;
  await it.run();
  assertEquals(it.engine.orders.includes("up switch"), true);
});

Deno.test("on a network of its own, the container's port is nobody else's", async () => {
  const it = world();
  Object.assign(it.host, { portState: (_: string, port: number) => port === 8003 ? "taken" : "free" });
  await it.run();
  assertEquals(it.engine.orders.includes("up switch"), true);
});

Deno.test("a port that was free at the beginning and is taken when the service is to start: start_failed", async () => {
  const it = onHost({}, 1);
  let asked = 0;
  Object.assign(it.host, { portState: (_: string, port: number) => port === 8002 && ++asked > 1 ? "taken" : "free" });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "its port 8002 is taken by something else on this host");
  assertEquals(it.engine.orders.includes("up switch"), false);
});
