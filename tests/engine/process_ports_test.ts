import { assertEquals } from "@std/assert";
import { listenersOn, portOwner } from "../../lib/engine/port_owner.ts";
import { choosePorts } from "../../lib/engine/process/ports.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { ProcessSpec } from "../../lib/model/process.ts";
import { SERVICE_DEFAULTS } from "../../lib/config/services.ts";
import { fixture } from "../fixtures/read.ts";

const host = denoHost();

function chosen(ports: ProcessSpec["port"][], taken: number[] = [], random = 0): (number | undefined)[] {
  const services = new Map(ports.map((port, index) => [`s${index}`, { ...SERVICE_DEFAULTS, command: ["x"], port }]));
  const portState = (_: string, port: number) => taken.includes(port) ? "taken" as const : "free" as const;
  const found = choosePorts({ portState, reservePort: () => true }, services, () => random);
  return [...services.keys()].map((name) => found.get(name));
}

const PORTS: [string, ProcessSpec["port"][], number[], number, (number | undefined)[]][] = [
  ["leaves declared ones as they are", [8001, null, 8002], [8001], 0, [8001, undefined, 8002]],
  ["gives each service another free one", ["auto", "auto", "auto"], [], 0, [20000, 20001, 20002]],
  ["passes over those that are taken", ["auto", "auto"], [20000, 20002], 0, [20001, 20003]],
  ["passes over those that are declared", [20000, "auto", 20001], [], 0, [20000, 20002, 20001]],
  ["begins anywhere and goes round", ["auto", "auto"], [], 0.99995, [31999, 20000]],
];
for (const [what, ports, taken, random, expected] of PORTS) {
  Deno.test(`choosePorts() ${what}`, () => assertEquals(chosen(ports, taken, random), expected));
}

Deno.test("choosePorts() gives none where none is free", () => {
  const services = new Map([["a", { ...SERVICE_DEFAULTS, command: ["x"], port: "auto" as const }]]);
  assertEquals(choosePorts({ portState: () => "taken", reservePort: () => true }, services), new Map());
});

Deno.test("choosePorts() gives no port twice before anything listens there", () => {
  const services = new Map([["a", { ...SERVICE_DEFAULTS, command: ["x"], port: "auto" as const }]]);
  const [first = 0, second = 0] = [0, 0].map(() => choosePorts(host, services, () => 0.5).get("a") ?? 0);
  try {
    assertEquals([first > 0, second > 0, first === second], [true, true, false]);
  } finally {
    host.releasePort(first);
    host.releasePort(second);
  }
});

Deno.test("choosePorts() finds ports that can be listened on", () => {
  const services = new Map([["a", { ...SERVICE_DEFAULTS, command: ["x"], port: "auto" as const }]]);
  const port = choosePorts(host, services).get("a") ?? 0;
  host.releasePort(port);
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

const LISTENERS: [string, number, string[]][] = [
  ["proc_net_tcp.txt", 0xB2A5, ["519037"]],
  ["proc_net_tcp.txt", 0x07E8, ["587"]],
  ["proc_net_tcp.txt", 0xDD42, []],
  ["proc_net_tcp.txt", 0x8D4A, []],
  ["proc_net_tcp.txt", 0xA5, []],
  ["proc_net_tcp6.txt", 0x9CD3, ["519038"]],
];
for (const [file, port, expected] of LISTENERS) {
  Deno.test(`listenersOn() port ${port} of ${file} finds ${expected.length}`, () => {
    const kernel = { read: () => fixture(file), list: () => [], link: () => null };
    assertEquals(listenersOn(kernel, "/proc/net/tcp", port), expected);
  });
}

for (const hostname of ["127.0.0.1", "0.0.0.0", "::"]) {
  Deno.test(`portOwner() names the process that listens on ${hostname}`, () => {
    const listener = Deno.listen({ hostname, port: 0 });
    const owner = portOwner(host.kernel, listener.addr.port);
    listener.close();
    assertEquals(owner?.pid, Deno.pid);
    assertEquals(owner?.command.includes("deno"), true, owner?.command);
  });
}

Deno.test("portOwner() is null where /proc tells nothing", () => {
  assertEquals(portOwner(host.kernel, 1), null, "nobody listens there");
  assertEquals(portOwner({ read: () => null, list: () => [], link: () => null }, 8001), null);
  const { read } = { read: (path: string) => path === "/proc/net/tcp" ? fixture("proc_net_tcp.txt") : null };
  assertEquals(portOwner({ read, list: () => ["1"], link: () => null }, 0x07E8), null);
});
