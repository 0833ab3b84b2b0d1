/** What is said of a service as the project declares it: each defect alone, and its neighbours that are none. */

import type { Maker } from "../../lib/engine/compose/maker.ts";
import { assertEquals } from "@std/assert";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import { CRITICS } from "../../lib/engine/compose/examine/critics.ts";
import type { Diagnosis } from "../../lib/model/diagnosis.ts";

/** Diagnoses of the service `a`, beside `b`. */
interface Around {
  b?: Record<string, unknown>;
  core?: boolean;
  docker?: number | null;
  maker?: Maker;
}

function read(
  a: Record<string, unknown>,
  { b = {}, core = false, docker = 27, maker = "docker" }: Around = {},
): Diagnosis[] {
  const fixed = { image: "x@sha256:1", mem_limit: "1024" };
  const project = { name: "p", services: { a: { ...fixed, ...a }, b: { ...fixed, ...b } } };
  const { services } = parseProject(JSON.stringify(project));
  const spec = services.get("a");
  if (spec?.details === undefined) throw new Error("no service a");
  const { details } = spec;
  return CRITICS.flatMap((critic) => critic({ spec, details, services, isCore: core, docker, maker }));
}

function short(found: readonly Diagnosis[]): string[] {
  return found.map(({ check, level }) => `${level} ${check}`);
}

const check = (more: Record<string, unknown> = {}) => ({ healthcheck: { test: ["CMD", "x"], ...more } });
const waits = (condition = "service_healthy") => ({ depends_on: { a: { condition } } });

Deno.test("a plain service with all that is wanted is not criticized", () => {
  const good = { interval: "2s", timeout: "3s", start_period: "20s", start_interval: "1s" };
  assertEquals(read({ ...check(good), restart: "no" }, { b: waits() }), []);
});

Deno.test("a health check that first comes when start_period is over is said, by the interval that the daemon keeps", () => {
  const late = check({ interval: "30s", timeout: "1s", start_period: "10s" });
  assertEquals(short(read(late, { docker: 20 })), ["warn health_check_start_period", "note health_check_interval"]);
  const [first] = read(late, { docker: 20 });
  assertEquals(
    first?.seen,
    "the first health check comes after 30.0 s, when start_period (10.0 s) is over: no failure is forgiven",
  );
  assertEquals(short(read(late, { docker: 25 })), [], "from Docker 25 on it comes after 5 s");
  assertEquals(short(read(check({ interval: "30s", timeout: "1s", start_period: "5s" }), { docker: 25 })), [
    "warn health_check_start_period",
  ]);
  const own = { interval: "30s", timeout: "1s", start_period: "5s", start_interval: "1s" };
  assertEquals(read(check(own), { docker: 25 }), []);
});

Deno.test("a check that may outlast start_period is said, and one that just fits is not", () => {
  const times = (timeout: string) => check({ interval: "2s", timeout, start_period: "10s", start_interval: "2s" });
  assertEquals(short(read(times("9s"))), ["warn health_check_start_period"]);
  assertEquals(read(times("9s"))[0]?.seen.startsWith("one health check may take 9000 ms (timeout) and outlasts"), true);
  assertEquals(read(times("8s")), []);
  assertEquals(short(read(check({ interval: "2s", start_period: "30s" }))), ["warn health_check_start_period"]);
});

Deno.test("a check that fails for good at once is said if a service waits for it, and there is no start_period", () => {
  const quick = check({ interval: "1s", timeout: "1s", retries: 3 });
  assertEquals(short(read(quick, { b: waits() })), ["warn health_check_grace"]);
  assertEquals(read(quick, { b: waits() })[0]?.seen.includes("3000 ms after the start (3 times in a row"), true);
  assertEquals(read(quick), [], "nobody waits");
  assertEquals(read(check({ interval: "1s", retries: 10 }), { b: waits() }), []);
});

Deno.test("an interval that lets ready be seen late is a warning for who waits, and a note otherwise", () => {
  assertEquals(short(read(check(), { b: waits() })), ["warn health_check_interval"], "Docker's own is 30 s");
  assertEquals(short(read(check({ interval: "1m" }))), ["note health_check_interval"]);
  assertEquals(read(check({ interval: "10s" }), { b: waits() }), []);
  const { next } = read(check({ interval: "1m" }), { docker: 20 })[0] ?? {};
  assertEquals(next, "Make interval shorter");
});

Deno.test("Podman runs a health check as soon as the container has started", () => {
  const late = check({ interval: "60s", timeout: "1s" });
  assertEquals(short(read(late)), ["note health_check_interval"]);
  assertEquals(short(read(late, { docker: 5, maker: "podman" })), []);
});

Deno.test("start_interval is refused by Compose on an older Docker: of the core, no run begins", () => {
  const quick = check({ interval: "2s", timeout: "1s", start_period: "9s", start_interval: "1s" });
  assertEquals(short(read(quick, { docker: 24 })), ["warn health_check_start_interval"]);
  assertEquals(short(read(quick, { docker: 24, core: true })), ["problem health_check_start_interval"]);
  // Podman 5 speaks the API of Docker 20.
  const [podman] = read(quick, { docker: 5, maker: "podman" });
  assertEquals(
    podman?.seen,
    "the health check has a start_interval, and Compose makes no container with one on Podman 5",
  );
  assertEquals([read(quick, { docker: 25 }), read(quick, { docker: null })], [[], []]);
});

Deno.test("depends_on without a condition is said if there is a health check to wait for", () => {
  const early = { depends_on: { b: { condition: "service_started" } } };
  const b = check({ interval: "2s" });
  assertEquals(short(read(early, { b })), ["warn depends_on_condition"]);
  assertEquals(read(early), [], "b has no health check");
  assertEquals(read({ depends_on: { b: { condition: "service_healthy" } } }, { b }), []);
  assertEquals(read(early, { b: check({ disable: true }) }), []);
});

Deno.test("a restart policy is said: always as a warning, after failures as a note", () => {
  assertEquals(short(read({ restart: "always" })), ["warn restart_policy"]);
  assertEquals(short(read({ restart: "unless-stopped" })), ["warn restart_policy"]);
  assertEquals(short(read({ restart: "on-failure:3" })), ["note restart_policy"]);
  assertEquals(read({ restart: "no" }), []);
});

Deno.test("a tag that moves is said, unless the image is built here or never pulled", () => {
  const nexts = ["x", "x:latest", "reg:5000/x", "x:1.2"].map((image) => read({ image })[0]?.next);
  const [digest, version] = ["Only a digest (`image@sha256:…`) stays the same", "Name a version, or a digest"];
  assertEquals(nexts, [version, version, version, digest]);
  assertEquals(short(read({ image: "x" })), ["note image_tag"]);
  for (const more of [{ build: { context: "/a" } }, { pull_policy: "never" }]) {
    assertEquals(read({ image: "x", ...more }), [], JSON.stringify(more));
  }
});

Deno.test("pull_policy, profiles, and what several containers cannot share are said", () => {
  assertEquals(short(read({ pull_policy: "always" })), ["note pull_policy"]);
  assertEquals(short(read({ pull_policy: "build", build: { context: "/a" } })), ["note pull_policy"]);
  assertEquals(read({ pull_policy: "missing" }), []);
  assertEquals(short(read({ profiles: ["x"] })), ["note profiles"]);
  const ports = [{ published: "8000", target: 80, protocol: "tcp" }];
  const two = { scale: 2, container_name: "one", ports };
  assertEquals(short(read(two)), ["warn replicas_container_name", "warn replicas_port"]);
  assertEquals(read({ ...two, scale: 1 }), []);
  assertEquals(read({ scale: 2, ports: [{ published: "8000-8001", target: 80, protocol: "tcp" }] }), []);
});
