import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { probeHost } from "../../lib/engine/check.ts";
import { endpointOf } from "../../lib/engine/endpoint.ts";
import type { EndpointOutcome, Look, PublishedPort } from "../../lib/engine/engine.ts";
import { look as stateOf } from "../fakes/evidence.ts";

const DECLARED = { service: "switch", port: 8001, path: "/health" };

function port(containerPort: number, hostPort: number, hostIp = "127.0.0.1"): PublishedPort {
  return { containerPort, hostIp, hostPort };
}

function found(ports: PublishedPort[], over: Partial<Look> = {}, probeHost = "127.0.0.1"): EndpointOutcome {
  return endpointOf({ state: stateOf("switch"), ports, hostNetwork: false, ...over }, DECLARED, probeHost);
}

const CHOICES: [string, PublishedPort[], string][] = [
  ["the declared port", [port(80, 9000), port(8001, 8001), port(9100, 9100)], "http://127.0.0.1:8001/health"],
  ["the host port of the declared container port", [port(80, 8001), port(8001, 9001)], "http://127.0.0.1:9001/health"],
  [
    "the declared host port of another container port",
    [port(70, 7000), port(80, 8001)],
    "http://127.0.0.1:8001/health",
  ],
  ["the only port published", [port(8080, 18080)], "http://127.0.0.1:18080/health"],
  ["the first port published", [port(80, 9000), port(9100, 9100)], "http://127.0.0.1:9000/health"],
  ["this host for 0.0.0.0", [port(8001, 8001, "0.0.0.0")], "http://127.0.0.1:8001/health"],
  ["this host for ::", [port(8001, 8001, "::")], "http://127.0.0.1:8001/health"],
  ["this host for no address", [port(8001, 8001, "")], "http://127.0.0.1:8001/health"],
  ["a single address as it is", [port(8001, 8001, "192.0.2.7")], "http://192.0.2.7:8001/health"],
  ["IPv6 in brackets", [port(8001, 8001, "::1")], "http://[::1]:8001/health"],
];
for (const [what, ports, url] of CHOICES) {
  Deno.test(`endpointOf() takes ${what}`, () => {
    assertEquals(found(ports), { url, baseUrl: url.replace("/health", "") });
  });
}

Deno.test("endpointOf() takes the declared port on the host's network, and there alone", () => {
  assertEquals(found([], { hostNetwork: true }), {
    url: "http://127.0.0.1:8001/health",
    baseUrl: "http://127.0.0.1:8001",
  });
  const outcome = found([]);
  assert("why" in outcome);
  assertStringIncludes(outcome.why, `service "switch" publishes no port`);
  assertStringIncludes(outcome.why, '`- "127.0.0.1:8001:8001"`');
});

Deno.test("endpointOf() says it where the ports are gone with the process", () => {
  const outcome = found([], { state: stateOf("switch", { status: "restarting" }) });
  assert("why" in outcome);
  assertStringIncludes(outcome.why, "is restarting and publishes no port meanwhile");
  assertStringIncludes(outcome.why, "see in its log why it ends");
  const paused = found([], { state: stateOf("switch", { status: "paused" }) });
  assert("why" in paused);
  assertStringIncludes(paused.why, "is paused and publishes no port now");
});

Deno.test("endpointOf() goes to a remote engine's host", () => {
  const at = (hostIp: string) => found([port(8001, 8001, hostIp)], {}, "build.example");
  assertEquals(at("0.0.0.0"), { url: "http://build.example:8001/health", baseUrl: "http://build.example:8001" });
  assertEquals(at("192.0.2.7"), { url: "http://192.0.2.7:8001/health", baseUrl: "http://192.0.2.7:8001" });
  const remoteHost = found([], { hostNetwork: true }, "2001:db8::1");
  assertEquals(remoteHost, { url: "http://[2001:db8::1]:8001/health", baseUrl: "http://[2001:db8::1]:8001" });
});

Deno.test("endpointOf() never takes this host's loopback for that of a remote engine", () => {
  for (const hostIp of ["127.0.0.1", "127.0.1.1", "::1"]) {
    const outcome = found([port(8001, 9001, hostIp)], {}, "build.example");
    assert("why" in outcome, hostIp);
    assertStringIncludes(outcome.why, `only on ${hostIp} of "build.example"`);
    assertStringIncludes(outcome.why, '`- "9001:8001"`');
  }
});

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
