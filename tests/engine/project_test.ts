import { assertEquals, assertThrows } from "@std/assert";
import { serviceClosure } from "../../lib/engine/closure.ts";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { fixture } from "../fixtures/read.ts";

const PROJECT = parseProject(fixture("compose_config_2.26.json"));

function project(services: unknown) {
  return parseProject(JSON.stringify({ name: "p", services })).services;
}

Deno.test("parseProject() reads name and services, those of profiles too", () => {
  assertEquals(PROJECT.name, "vx11fx");
  assertEquals([...PROJECT.services.keys()].sort(), [
    "badcmd",
    "built",
    "builtnamed",
    "hostnet",
    "loop",
    "migrate",
    "oom",
    "redis",
    "short",
    "sidecar",
    "six",
    "web",
  ]);
});

Deno.test("parseProject() reads what Compose starts before a service, however that was written", () => {
  const needs = (name: string) => PROJECT.services.get(name)?.dependsOn;
  assertEquals(needs("web"), ["migrate", "redis"]);
  assertEquals(needs("short"), ["redis"]);
  assertEquals(needs("sidecar"), ["short"], "network_mode: service:short");
  assertEquals(needs("redis"), []);
});

Deno.test("parseProject() takes ports of the container from a number or a text, and from nothing else", () => {
  const ports = [{ target: {} }, { target: [] }, { target: 80 }, { target: "81" }, { target: 70_000 }, {
    target: null,
  }];
  const { a } = Object.fromEntries(project({ a: { image: "x", ports, expose: ["82", "80", "x"] } }));
  assertEquals(a?.hints?.ports, [80, 81, 82]);
});

Deno.test("parseProject() marks as one-shot what others wait to complete", () => {
  assertEquals([...PROJECT.services.values()].filter(({ oneShot }) => oneShot).map(({ name }) => name), ["migrate"]);
});

Deno.test("parseProject() reads ports of the host; neither UDP nor a range is one", () => {
  assertEquals(PROJECT.services.get("web")?.published, [
    { hostIp: "127.0.0.1", hostPort: 18301 },
    { hostIp: "0.0.0.0", hostPort: 18302 },
    { hostIp: "", hostPort: 18303 },
    { hostIp: "127.0.0.1", hostPort: 18320 },
    { hostIp: "127.0.0.1", hostPort: 18321 },
    { hostIp: "127.0.0.1", hostPort: 18322 },
  ]);
  assertEquals(PROJECT.services.get("six")?.published, [{ hostIp: "::1", hostPort: 18350 }]);
  assertEquals(PROJECT.services.get("short")?.published, [], `"18330-18340"`);
});

Deno.test("parseProject() takes a port as number too, and no port or 0 as none", () => {
  const ports = [{ target: 80, published: 8080 }, { target: 81 }, { target: 82, published: "0" }, { published: "" }];
  assertEquals(project({ a: { image: "x", ports } }).get("a")?.published, [{ hostIp: "", hostPort: 8080 }]);
});

Deno.test("parseProject() names the image that a build makes, and which service can be built", () => {
  const image = (name: string) => [PROJECT.services.get(name)?.image, PROJECT.services.get(name)?.buildable];
  assertEquals(image("web"), ["labimg:1", false]);
  assertEquals(image("built"), ["vx11fx-built", true]);
  assertEquals(image("builtnamed"), ["my:2", true]);
  assertEquals(project({ a: { image: "x", build: null } }).get("a")?.buildable, false);
});

Deno.test("parseProject() refuses what is no project, and shows it", () => {
  assertThrows(() => parseProject("services:\n"), EngineError, `docker compose config printed no JSON but "services:`);
  for (const output of ["[]", "null", "{}", `{"name":""}`]) {
    assertThrows(() => parseProject(output), EngineError, `docker compose config named no project: "${output}"`);
  }
  assertEquals(parseProject(`{"name":"p"}`).services.size, 0);
});

Deno.test("serviceClosure() takes in near and far needs, each once, and bears a cycle and an unknown name", () => {
  const specs = project({
    a: { depends_on: { b: {}, c: {} } },
    b: { depends_on: { d: {} } },
    c: { depends_on: { d: {}, a: {} } },
    d: {},
    e: {},
  });
  assertEquals([...serviceClosure(specs, ["a"])].sort(), ["a", "b", "c", "d"]);
  assertEquals([...serviceClosure(specs, ["e", "zz"])].sort(), ["e", "zz"]);
});

Deno.test("parseProject() reads the variables of services and builds; one that is only passed on has no value", () => {
  const services = {
    a: { environment: { API_KEY: "k$$ey", PASSED_ON: null, N: 3 }, build: { args: { NPM_TOKEN: "t" } } },
    b: { environment: {} },
    c: null,
  };
  assertEquals(parseProject(JSON.stringify({ name: "p", services })).variables, [
    ["API_KEY", "k$$ey"],
    ["N", "3"],
    ["NPM_TOKEN", "t"],
  ]);
});

Deno.test("parseProject() says what is declared of the page of a service on the host's network, and of no other", () => {
  const healthcheck = { test: ["CMD-SHELL", "curl -f http://localhost:$${PORT}/up"] };
  const services = project({
    known: { network_mode: "host", environment: { PORT: "9002" }, healthcheck, expose: ["8002", "9/udp"] },
    plain: { network_mode: "host" },
    other: { healthcheck },
  });
  assertEquals([...services.values()].map(({ onHost }) => onHost), [
    { check: { port: 9002, path: "/up" }, exposed: [8002] },
    { check: null, exposed: [] },
    undefined,
  ]);
});

Deno.test("what a service does without is started only if a profile of what is named has it", () => {
  const optional = (name: string) => ({ [name]: { condition: "service_started", required: false } });
  const specs = project({
    alone: { depends_on: optional("debug") },
    with: { profiles: ["debug"], depends_on: optional("debug") },
    needing: { depends_on: { debug: { condition: "service_started" } } },
    far: { depends_on: { with: { condition: "service_started" } } },
    always: { depends_on: optional("plain") },
    debug: { profiles: ["debug", "more"] },
    plain: {},
  });
  const started = (...names: string[]) => [...serviceClosure(specs, names)].sort();
  assertEquals(started("alone"), ["alone"]);
  assertEquals(started("alone", "with"), ["alone", "debug", "with"], "one start names both");
  assertEquals(started("with"), ["debug", "with"]);
  assertEquals(started("needing"), ["debug", "needing"], "which Compose refuses, unless the profile is on");
  assertEquals(started("far"), ["far", "with"], "not named: its profile is on for other reasons, or Compose refuses");
  assertEquals(started("always"), ["always", "plain"]);
});

Deno.test("parseProject() takes nothing that is not what it must be: odd values are as if they were not there", () => {
  const environment = { A: "x", B: 1, C: { toString: 1 }, D: [[{ valueOf: null }]], E: null };
  const { services, variables } = parseProject(JSON.stringify({
    name: "p",
    services: {
      a: {
        environment,
        scale: -1,
        deploy: { replicas: 1.5 },
        ports: [{ published: "99999" }, { published: 1e308 }, { published: 80.5 }, { published: "0" }, {
          published: 8001,
        }],
        network_mode: "host",
        expose: ["99999", "8001/tcp", "9".repeat(400)],
      },
    },
  }));
  assertEquals(variables, [["A", "x"], ["B", "1"]]);
  const { onHost, published, replicas } = services.get("a") ?? {};
  assertEquals([replicas, published, onHost?.exposed], [1, [{ hostIp: "", hostPort: 8001 }], [8001]]);
});
