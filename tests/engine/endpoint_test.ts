import { assertEquals } from "@std/assert";
import { probeHost } from "../../lib/engine/compose/engine_host.ts";
import { authority, portAddress, type Where } from "../../lib/engine/compose/api/endpoint.ts";
import type { PublishedPort } from "../../lib/engine/engine.ts";

function port(containerPort: number, hostPort: number, hostIp = "127.0.0.1"): PublishedPort {
  return { containerPort, hostIp, hostPort };
}

function asked(over: Partial<Where>): string {
  const found = portAddress({
    port: 8000,
    ports: [],
    hostNetwork: false,
    addresses: [],
    probeHost: "127.0.0.1",
    ...over,
  });
  return found === null ? "from inside" : `${found.way} http://${authority(found)}`;
}

const HERE: [string, PublishedPort[], string][] = [
  ["the binding of its own port", [port(9100, 9100), port(8000, 18000)], "published http://127.0.0.1:18000"],
  ["0.0.0.0 at this host's loopback", [port(8000, 1, "0.0.0.0")], "published http://127.0.0.1:1"],
  ["no address at this host's loopback", [port(8000, 1, "")], "published http://127.0.0.1:1"],
  ["[::] in its own family", [port(8000, 1, "::")], "published http://[::1]:1"],
  ["[::1] in its own family", [port(8000, 1, "::1")], "published http://[::1]:1"],
  ["IPv4 first, at its own port", [port(8000, 2, "::"), port(8000, 1, "0.0.0.0")], "published http://127.0.0.1:1"],
  [
    "this host's loopback before other addresses",
    [port(8000, 1, "192.0.2.7"), port(8000, 2), port(8000, 3, "::1")],
    "published http://127.0.0.1:2",
  ],
  [
    "IPv4 before IPv6 of the loopback",
    [port(8000, 1, "::1"), port(8000, 2, "192.0.2.7")],
    "published http://192.0.2.7:2",
  ],
  ["an address of IPv6 as it is", [port(8000, 1, "2001:db8::7")], "published http://[2001:db8::7]:1"],
  ["a single address as it is", [port(8000, 1, "192.0.2.7")], "published http://192.0.2.7:1"],
  ["never the port of another page", [port(9100, 9100)], "from inside"],
];
for (const [what, ports, expected] of HERE) {
  Deno.test(`portAddress() takes ${what}`, () => assertEquals(asked({ ports }), expected));
}

Deno.test("portAddress() takes the container's own address where its port is not published", () => {
  assertEquals(asked({ addresses: ["172.18.0.3", "172.19.0.3"] }), "container address http://172.18.0.3:8000");
  const other = [port(9100, 9100)];
  assertEquals(asked({ ports: other, addresses: ["172.18.0.3"] }), "container address http://172.18.0.3:8000");
});

Deno.test("portAddress() takes the port itself on the host's network", () => {
  assertEquals(asked({ hostNetwork: true }), "host network http://127.0.0.1:8000");
  const remote = { hostNetwork: true, probeHost: "2001:db8::1" };
  assertEquals(asked(remote), "host network http://[2001:db8::1]:8000");
});

const REMOTE: [string, string, string][] = [
  ["0.0.0.0", "build.example", "published http://build.example:1"],
  ["0.0.0.0", "2001:db8::1", "from inside"],
  ["::", "2001:db8::1", "published http://[2001:db8::1]:1"],
  ["::", "192.0.2.7", "from inside"],
  ["192.0.2.7", "build.example", "published http://192.0.2.7:1"],
  ["127.0.0.1", "build.example", "from inside"],
  ["::1", "build.example", "from inside"],
];
for (const [hostIp, host, expected] of REMOTE) {
  Deno.test(`portAddress() of a port bound to ${hostIp} on an engine at ${host}`, () => {
    assertEquals(asked({ ports: [port(8000, 1, hostIp)], probeHost: host }), expected);
  });
}

const HOSTS: [string, string][] = [
  ["", "127.0.0.1"],
  ["unix:///run/user/1000/docker.sock", "127.0.0.1"],
  ["tcp://localhost:2375", "127.0.0.1"],
  ["tcp://192.0.2.7:2376", "192.0.2.7"],
  ["ssh://me@build.example:22", "build.example"],
  ["ssh://build.example/run/docker.sock", "build.example"],
  ["tcp://[2001:db8::1]:2375", "2001:db8::1"],
];
for (const [dockerHost, host] of HOSTS) {
  Deno.test(`probeHost() of DOCKER_HOST=${dockerHost}`, () => assertEquals(probeHost(dockerHost), host));
}
