import { assertEquals } from "@std/assert";
import { bridged, isOf, listener, usesThisNetwork } from "../../lib/engine/compose/own_answer.ts";
import type { Kernel } from "../../lib/host/host.ts";

const ROUTES = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
`;
/** Process 7 is of container abc; process 8, of nobody, listens on 8001 of its network. */
const FILES: Record<string, string> = {
  "/proc/net/route": ROUTES,
  "/proc/7/cgroup": "0::/system.slice/docker-abc.scope\n",
  "/proc/8/cgroup": "0::/user.slice\n",
  "/proc/8/stat": "8 (other) S 1 8 8 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
  "/proc/7/net/tcp": "  sl\n  0: 00000000:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4242 1\n",
};
const kernel: Kernel = {
  read: (path) => FILES[path] ?? null,
  list: (dir) => ({ "/sys/class/net/docker0/bridge": ["flush"], "/proc": ["7", "8"], "/proc/8/fd": ["3"] })[dir] ?? [],
  link: (path) => path === "/proc/8/fd/3" ? "socket:[4242]" : null,
};

Deno.test("isOf() knows a container's process by its cgroup, and no later one", () => {
  assertEquals([isOf(kernel, 7, "abc"), isOf(kernel, 8, "abc"), isOf(kernel, 9, "abc")], [true, false, false]);
  assertEquals([isOf(kernel, null, "abc"), isOf(kernel, 7, "")], [false, false]);
});

Deno.test("usesThisNetwork() compares the networks of two processes, as far as they are seen", () => {
  const links: Record<string, string> = { self: "net:[1]", "7": "net:[1]", "8": "net:[2]" };
  const linked: Kernel = { ...kernel, link: (path) => links[path.split("/")[2] ?? ""] ?? null };
  assertEquals([7, 8, 9].map((pid) => usesThisNetwork(linked, pid)), [true, false, null]);
  assertEquals(usesThisNetwork(kernel, 7), null);
});

Deno.test("bridged() leaves out what is on no bridge of this host", () => {
  assertEquals(bridged(kernel, ["172.17.0.2", "172.18.0.2", "192.0.2.7", "no address"]), ["172.17.0.2"]);
});

Deno.test("listener() names whoever holds the port of a shared network", () => {
  const found = listener(kernel, { pid: 7, id: "abc" }, 8001);
  assertEquals(typeof found === "string" ? found : found.pid, 8);
  assertEquals(listener(kernel, { pid: 7, id: "abc" }, 8002), "unknown");
});

Deno.test("listener() is whoever a request to the address reaches, and not another on the same port", () => {
  const line = (local: string, inode: number) => `  0: ${local}:1F41 0:0 0A 0:0 0:0 0 0 0 ${inode} 1\n`;
  const other = "/proc/8/fd";
  const all: [string, string, string, "own" | number][] = [
    ["its own IPv6 listener beside another's IPv4 one", line("0100007F", 8), line("0".repeat(32), 7), 8],
    ["another's IPv6 listener beside its own IPv4 one", line("00000000", 7), line("0".repeat(32), 8), "own"],
    ["another's at that address beside its own of all", line("00000000", 7) + line("0100007F", 8), "", 8],
    ["another's at another address", line("0100007F", 7) + line("020200C0", 8), "", "own"],
    ["another's that takes IPv4 mapped", "", line("0000000000000000FFFF00000100007F", 8), 8],
  ];
  for (const [what, tcp, tcp6, expected] of all) {
    const files: Record<string, string> = { ...FILES, "/proc/7/net/tcp": tcp, "/proc/7/net/tcp6": tcp6 };
    files["/proc/7/stat"] = FILES["/proc/8/stat"]?.replace("8 (other)", "7 (own)") ?? "";
    const both: Kernel = {
      read: (path) => files[path] ?? null,
      list: (dir) => dir === "/proc" ? ["7", "8"] : dir === "/proc/7/fd" || dir === other ? ["3"] : [],
      link: (path) => path === "/proc/7/fd/3" ? "socket:[7]" : "socket:[8]",
    };
    const found = listener(both, { pid: 7, id: "abc" }, 8001, "127.0.0.1");
    assertEquals(typeof found === "string" ? found : found.pid, expected, what);
  }
});
