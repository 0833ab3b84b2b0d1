/** The kinds of checks that need no port, on the real engine: one project, of which each service shows something else. */

import { assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "@std/path";
import { findCompose } from "../../lib/engine/compose/check.ts";
import { composeEngine } from "../../lib/engine/compose/compose.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { checkKind } from "../../lib/health/registry.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Host } from "../../lib/host/host.ts";
import { IMAGE } from "../../scripts/sandbox_image.ts";
import { lookAt, untilState } from "../contract/rig.ts";
import { command, docker, image, integrationTest } from "./environment.ts";
import { removeProject } from "./project.ts";

const LIMIT_MS = 20_000;
const SHORT_MS = 1500;

/** A shell script as a service; `exec` in it keeps the process. */
function sh(script: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  const entrypoint = ["/bin/sh", "-c", script];
  return { image: IMAGE, pull_policy: "never", network_mode: "none", stop_grace_period: "0s", entrypoint, ...over };
}

const STAYS = "exec sleep 300";

const SERVICES = {
  quick: sh(`echo ready; ${STAYS}`),
  late: sh(`echo begin; sleep 1; printf 're' >&2; sleep 1; printf 'ady\\r\\n' >&2; ${STAYS}`),
  silent: sh(STAYS),
  unread: sh(`echo ready; ${STAYS}`, { logging: { driver: "none" } }),
  // It prints its line at its first start alone.
  again: sh(`if [ -e /tmp/second ]; then echo begin; ${STAYS}; fi; touch /tmp/second; echo ready; exit 1`, {
    restart: "always",
  }),
};

/** What comes of one attempt at a check that the config file declares so. */
async function attempt(engine: Engine, service: string, kind: string, keys: object, limitMs = LIMIT_MS) {
  const look = await lookAt(engine, service);
  const tools = { engine, host: denoHost(), lookAgain: () => lookAt(engine, service) };
  const place = await checkKind(kind).locate(tools, look, { service, kind, ...keys }, AbortSignal.any([]));
  if ("why" in place) return place.why;
  try {
    return (await place.ask(AbortSignal.timeout(limitMs), limitMs)).error;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    place.close?.();
  }
}

/** Commands of processes within the container. */
async function processesOf(engine: Engine, service: string): Promise<string[]> {
  const { stdout } = await command("docker", ["top", (await lookAt(engine, service)).state.id, "-o", "pid,args"]);
  return stdout.trim().split("\n").slice(1).map((line) => line.trim().replace(/^\d+\s+/, "")).sort();
}

integrationTest("a check without a port passes or says why not, and leaves nothing behind", async () => {
  await image();
  const dir = await Deno.makeTempDir({ prefix: "vx11-kinds-" });
  const name = basename(dir).toLowerCase();
  await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services: SERVICES }));
  const engines: Engine[] = [];
  const engineOn = async (host: Host) => {
    const wanted = { projectDir: dir, composeFiles: [], env: {}, metricsSource: "auto" as const };
    const engine = composeEngine(host, await findCompose(host, wanted));
    engines.push(engine);
    return engine;
  };
  try {
    const engine = await engineOn(denoHost());
    const options = { recreate: false, timeoutMs: 120_000, logFile: (each: string) => join(dir, each) };
    assertEquals(await engine.up(Object.keys(SERVICES), options), { ok: true });

    const log = { line: "^ready$" };
    assertEquals(await attempt(engine, "late", "log", log), null);
    assertEquals(await attempt(engine, "quick", "log", log), null);
    assertEquals(await attempt(engine, "silent", "log", log, SHORT_MS), "it has printed no line since its start");
    assertMatch(
      await attempt(engine, "unread", "log", log) ?? "",
      /^its output cannot be followed: .*logging driver does not support reading/,
    );
    await untilState(engine, "again", "runs again", (state) => state.restartCount === 1 && state.status === "running");
    assertEquals(
      await attempt(engine, "again", "log", log, SHORT_MS),
      "the only line since its start does not match: begin",
    );

    assertEquals(await attempt(engine, "quick", "exec", { command: ["/bin/sh", "-c", "exit 0"] }), null);
    const failing = { command: ["/bin/sh", "-c", "echo one; echo two >&2; exit 3"] };
    assertEquals(await attempt(engine, "quick", "exec", failing), "exit code 3: two");
    assertEquals(
      await attempt(engine, "quick", "exec", { command: ["pg_isready"] }),
      "the image has no pg_isready: name a program that it has",
    );
    const folder = { command: ["/tmp"] };
    assertEquals(await attempt(engine, "quick", "exec", folder), "the image has a /tmp that may not be executed");

    // By what this host sees of it, and by what the container itself has.
    const hangs = { command: ["/bin/sh", "-c", "sleep 301 & exec sleep 302"] };
    const blind = { ...denoHost(), kernel: { read: () => null, list: () => [], link: () => null } };
    for (const each of [engine, await engineOn(blind)]) {
      assertMatch(await attempt(each, "quick", "exec", hangs, SHORT_MS) ?? "", /had not ended after|timed out/);
      assertEquals(await processesOf(engine, "quick"), ["sleep 300"]);
    }

    assertEquals(await attempt(engine, "quick", "running", {}), null);
    const { id } = (await lookAt(engine, "quick")).state;
    await docker("pause", id);
    assertEquals(await attempt(engine, "quick", "running", {}), "it is paused, and not running");
    assertEquals(await attempt(engine, "quick", "exec", failing), "its container is not running");
    await docker("unpause", id);
    await docker("kill", id);
    assertEquals(await attempt(engine, "quick", "exec", failing), "its container is not running");
    assertEquals(await attempt(engine, "quick", "running", {}), "it is exited, and not running");
    assertEquals((await command("pgrep", ["-f", `docker logs .*${id}`])).stdout, "", "no follower is left");
  } finally {
    for (const engine of engines) await engine.close();
    await removeProject(name);
    await Deno.remove(dir, { recursive: true });
  }
});
