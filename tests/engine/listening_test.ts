import { assertEquals } from "@std/assert";
import type { Kernel } from "../../lib/host/host.ts";
import { listenAddresses, listensElsewhere, listensNowhere } from "../../lib/engine/listening.ts";
import { fixture } from "../fixtures/read.ts";

/** Lines of /proc/net/tcp and tcp6: `ADDRESS:PORT STATE`, in the hex of the kernel. */
function kernelOf(tcp: string[], tcp6: string[] = []): Kernel {
  const table = (lines: string[]) =>
    `  sl  local_address rem_address   st\n${
      lines.map((line, nr) => {
        const [local, state] = line.split(" ");
        return `   ${nr}: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 4242 1\n`;
      }).join("")
    }`;
  const files: Record<string, string> = { "/proc/9/net/tcp": table(tcp), "/proc/9/net/tcp6": table(tcp6) };
  return { read: (path) => files[path] ?? null, list: () => [], link: () => null };
}

const SIX_LOOPBACK = "00000000000000000000000001000000:1F40";
const SIX_ALL = `${"0".repeat(32)}:1F40`;
const MAPPED = "0000000000000000FFFF00000100007F:1F40";

const SEEN: [string, string[], string[], string | null][] = [
  ["nobody", [], [], null],
  ["another port", ["0100007F:1F41 0A"], [], null],
  ["a connection, not a listener", ["0100007F:1F40 01", "0100007F:1F40 06"], [], null],
  ["what is no address", ["0100x07F:1F40 0A"], [], null],
  ["the address that is asked", ["0100007F:1F40 0A"], [], null],
  ["the same, as an IPv6 socket has it", [], [`${MAPPED} 0A`], null],
  ["all addresses", ["00000000:1F40 0A"], [], null],
  ["all of both families", [], [`${SIX_ALL} 0A`], null],
  ["one of them the right one", ["0100007F:1F40 0A"], [`${SIX_LOOPBACK} 0A`], null],
  ["the other family's loopback", [], [`${SIX_LOOPBACK} 0A`], "[::1]"],
  ["another address", ["0201A8C0:1F40 0A"], [], "192.168.1.2"],
  ["two others", ["0201A8C0:1F40 0A"], [`${SIX_LOOPBACK} 0A`], "192.168.1.2 and [::1]"],
];
for (const [what, tcp, tcp6, at] of SEEN) {
  Deno.test(`listensElsewhere() of ${what}`, () => {
    const said = listensElsewhere(kernelOf(tcp, tcp6), "/proc/9/net", 8000, "127.0.0.1");
    assertEquals(said, at === null ? null : `port 8000 is listened on only at ${at}, not at 127.0.0.1`);
  });
}

Deno.test("listensNowhere() of a port that nobody, somebody or an IPv6 socket listens on, and of tables that cannot be seen", () => {
  const said = (kernel: Kernel, net = "/proc/9/net") => listensNowhere(kernel, net, 8000);
  const nowhere = "nothing listens at port 8000 in the container";
  assertEquals(said(kernelOf([])), nowhere);
  assertEquals(said(kernelOf(["0100007F:1F40 01", "0100007F:1F41 0A"])), nowhere);
  assertEquals(said(kernelOf(["0100007F:1F40 0A"])), null);
  assertEquals(said(kernelOf([], [`${SIX_ALL} 0A`])), null);
  assertEquals(said(kernelOf([]), "/proc/8/net"), null);
});

Deno.test("listensElsewhere() of a service that listens within its container alone", () => {
  assertEquals(
    listensElsewhere(kernelOf(["0100007F:1F40 0A"]), "/proc/9/net", 8000, "172.18.0.2"),
    "port 8000 is listened on only at 127.0.0.1, not at 172.18.0.2",
  );
});

Deno.test("listenAddresses() reads what a kernel has printed, and bears one that says nothing", () => {
  const files: Record<string, string> = {
    "/n/tcp": fixture("proc_net_tcp.txt"),
    "/n/tcp6": fixture("proc_net_tcp6.txt"),
  };
  const kernel: Kernel = { read: (path) => files[path] ?? null, list: () => [], link: () => null };
  const ports = [...Object.values(files).join("\n").matchAll(/: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A/g)];
  for (const [, , port = ""] of ports) {
    assertEquals(listenAddresses(kernel, "/n", Number.parseInt(port, 16)).length > 0, true, port);
  }
  assertEquals(listenAddresses(kernel, "/none", 8000), []);
});
