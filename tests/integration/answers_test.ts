/** Checks by https and gRPC on the real engine, wherever the port is: published, in the container's own network, in one that it shares. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { findCompose } from "../../lib/engine/compose/check.ts";
import { composeEngine } from "../../lib/engine/compose/compose.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { checkKind } from "../../lib/health/registry.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { makeImage, PROGRAM } from "../../lib/selftest/image.ts";
import { CERTIFICATE } from "../../lib/standin/certificate.ts";
import { eventually, lookAt } from "../contract/rig.ts";
import { binary, command, integrationTest } from "./environment.ts";
import { removeProject } from "./project.ts";

const LIMIT_MS = 5000;
const NEVER = new AbortController().signal;

function servicesOf(image: string) {
  const service = (SPEAKS: string, over: Record<string, unknown> = {}, PORT = "8443") => ({
    image,
    pull_policy: "never",
    stop_grace_period: "1s",
    entrypoint: [PROGRAM, "stand-in"],
    environment: { SPEAKS, PORT, HOST: "0.0.0.0" },
    ...over,
  });
  return {
    published: service("https", { ports: ["127.0.0.1::8443"] }),
    own: service("https"),
    rpc: service("grpc"),
    beside: service("grpcs", { network_mode: "service:rpc" }, "9443"),
    inside: service("https", { network_mode: "none" }),
  };
}

/** What comes of one attempt at a check that the config file declares so: its URL, and null if it passes, or why not. */
async function attempt(
  engine: Engine,
  service: string,
  kind: string,
  keys: object,
): Promise<[string | null, string | null]> {
  const look = await lookAt(engine, service);
  const tools = { engine, host: denoHost(), lookAgain: () => lookAt(engine, service) };
  const place = await checkKind(kind).locate(tools, look, { service, kind, declared: true, ...keys }, NEVER);
  if ("why" in place) return [null, place.why];
  try {
    return [place.url, (await place.ask(AbortSignal.timeout(LIMIT_MS), LIMIT_MS)).error];
  } catch (error) {
    return [place.url, error instanceof Error ? error.message : String(error)];
  }
}

integrationTest(
  "pages by https and gRPC servers are checked at each kind of address, and by the compiled program",
  async () => {
    const program = await binary();
    const image = await makeImage({ ...denoHost(), self: [program] }, NEVER);
    const dir = await Deno.makeTempDir({ prefix: "vx11-answers-" });
    const name = basename(dir).toLowerCase();
    const services = servicesOf(image.name);
    await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services }));
    await Deno.writeTextFile(join(dir, "ca.pem"), CERTIFICATE);
    const host = denoHost();
    const wanted = { projectDir: dir, composeFiles: [], env: {}, metricsSource: "auto" as const };
    const engine = composeEngine(host, await findCompose(host, wanted));
    try {
      const options = { recreate: false, timeoutMs: 120_000, logFile: (each: string) => join(dir, each) };
      assertEquals(await engine.up(Object.keys(services), options), { ok: true });
      const page = { port: 8443, path: "/health", ca: "ca.pem" };
      const passes = (service: string, kind: string, keys: object) =>
        eventually(`${service} passes`, async () => {
          const [url, error] = await attempt(engine, service, kind, keys);
          return error === null ? url : undefined;
        });
      assertMatch(await passes("published", "https", page) ?? "", /^https:\/\/127\.0\.0\.1:\d+\/health$/);
      const named = { ...page, server_name: "stand-in.internal", body: '"status": "ok"' };
      assertMatch(await passes("own", "https", named) ?? "", /^https:\/\/[\d.]+:8443\/health$/);
      assertMatch(await passes("rpc", "grpc", { port: 8443 }) ?? "", /^grpc:\/\/[\d.]+:8443$/);
      const secure = { port: 9443, tls: true, ca: "ca.pem", server_name: "localhost" };
      assertMatch(await passes("beside", "grpc", secure) ?? "", /^grpcs:\/\/[\d.]+:9443$/);

      assertMatch(
        (await attempt(engine, "own", "https", page))[1] ?? "",
        /^its certificate is for .*, and not for [\d.]+:/,
      );
      assertMatch(
        (await attempt(engine, "beside", "grpc", { port: 8443 }))[1] ?? "",
        /^port 8443 is held by process \d+ .*, which does not belong to "beside"$/,
      );
      assertEquals(await attempt(engine, "inside", "https", page), [
        null,
        'no address of service "inside" can be reached from here, and no page by https can be requested from inside its container: ' +
        "publish port 8443, or declare a check of kind exec",
      ]);
      assertStringIncludes(
        (await attempt(engine, "inside", "grpc", secure))[1] ?? "",
        "publish port 9443, or declare a check of",
      );
      await removeProject(name);

      const module = (service: string, check: object) => ({ services: [service], health: [{ service, ...check }] });
      const config = {
        extends: "none",
        rules: { high_latency: "off", no_tests: "off" },
        thresholds: { min_probes: 5, probe_interval_ms: 50 },
        modules: {
          page: module("published", { kind: "https", port: 8443, path: "/health", insecure: true }),
          rpc: { ...module("rpc", { kind: "grpc", port: 8443 }) },
          beside: {
            ...module("beside", { kind: "grpc", ...secure, ca: undefined, insecure: true }),
            depends_on: ["rpc"],
          },
        },
      };
      await Deno.writeTextFile(join(dir, "vx11-stability.yaml"), JSON.stringify(config));
      const { code, stderr, stdout } = await command(program, ["run", "--project-dir", dir, "--no-keep-core"]);
      assertEquals(code, 0, stdout + stderr);
    } finally {
      await engine.close();
      await removeProject(name);
      await image.remove();
      await Deno.remove(dir, { recursive: true });
    }
  },
);
