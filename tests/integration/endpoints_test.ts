/**
 * Whose answer counts, on the real engine: each way to a page, and beside each one a service that does not answer where
 * another one does. One project for all of them: what is asked is the engine, not the whole program.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { findCompose, type Wanted } from "../../lib/engine/compose/check.ts";
import { composeEngine } from "../../lib/engine/compose/compose.ts";
import type { Engine, PagePlace } from "../../lib/engine/engine.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { directClient } from "../../lib/host/deno_get.ts";
import type { Host } from "../../lib/host/host.ts";
import { IMAGE } from "../../scripts/sandbox_image.ts";
import { lookAt } from "../contract/rig.ts";
import { docker, image, integrationTest } from "./environment.ts";
import { until } from "./program.ts";
import { removeProject } from "./project.ts";

// Made once for all requests of the program, which is no leak of the test that asks first.
directClient();

const PAGE = { port: 8000, path: "/health", declared: true } as const;
const LIMIT_MS = 20_000;

type Service = Record<string, unknown>;

/** Runs config/sandbox/vx11-service.sh on port 8000, unless `environment` says otherwise. */
function service(over: Service = {}, environment: Record<string, string> = {}): Service {
  return { image: IMAGE, pull_policy: "never", environment: { PORT: "8000", ...environment }, ...over };
}

const SILENT = { FAULT_NOT_LISTENING: "1" };
const inside = { network_mode: "none" };

interface Project extends AsyncDisposable {
  engineOn(host?: Host): Promise<Engine>;
}

/** Brings all of it up. */
async function project(services: Record<string, Service>): Promise<Project> {
  await image();
  const dir = await Deno.makeTempDir({ prefix: "vx11-endpoints-" });
  const name = basename(dir).toLowerCase();
  await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services }));
  const engines: Engine[] = [];
  const made: Project = {
    async engineOn(host = denoHost()) {
      const wanted: Wanted = { projectDir: dir, composeFiles: [], env: {}, metricsSource: "auto" };
      const engine = composeEngine(host, await findCompose(host, wanted));
      engines.push(engine);
      return engine;
    },
    async [Symbol.asyncDispose]() {
      for (const engine of engines) await engine.close();
      await removeProject(name);
      await Deno.remove(dir, { recursive: true });
    },
  };
  const options = { recreate: false, timeoutMs: 120_000, logFile: (each: string) => join(dir, each) };
  try {
    assertEquals(await (await made.engineOn()).up(Object.keys(services), options), { ok: true });
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}

/** How it is asked, and where, without the numbers of an address that Docker chose. */
async function placeOf(engine: Engine, name: string, page = PAGE): Promise<PagePlace> {
  const place = await engine.endpoint(await lookAt(engine, name), page);
  if ("why" in place) throw new Error(place.why);
  return place;
}

/** One question: the status, or why there is none. */
async function answerOf({ get, url }: PagePlace, limitMs = LIMIT_MS): Promise<string> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    const { status } = await (get?.(signal, limitMs) ?? denoHost().get(url, signal));
    return String(status);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function answers(engine: Engine, name: string, way: string): Promise<void> {
  const place = await placeOf(engine, name);
  assertEquals([name, place.way], [name, way]);
  await until(`${name} answers at ${place.url}`, async () => await answerOf(place) === "200");
}

async function answersNot(engine: Engine, name: string, why: RegExp): Promise<PagePlace> {
  const place = await placeOf(engine, name);
  const said = await answerOf(place);
  assertMatch(said, why, `${name} at ${place.url}, by ${place.way}`);
  return place;
}

/** How the port is reached, and what comes of one connection: `open`, or why it is not. */
async function connects(engine: Engine, name: string, port = 8000): Promise<string> {
  const place = await engine.reach(await lookAt(engine, name), port);
  if ("why" in place) return place.why;
  try {
    await place.connect(AbortSignal.timeout(LIMIT_MS), LIMIT_MS);
    return `${place.way}: open`;
  } catch (error) {
    return `${place.way}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** So many free ports of this host, in both families. */
function freePorts(count: number): number[] {
  const held = Array.from({ length: count }, () => Deno.listen({ hostname: "::", port: 0 }));
  const ports = held.map(({ addr }) => addr.transport === "tcp" ? addr.port : 0);
  for (const each of held) each.close();
  return ports;
}

/** A server of this test's own on the host, which answers everything with 200. */
function stranger(port: number): AsyncDisposable {
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, () => new Response("stranger"));
  return { [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A page that sends everybody on to `location`. */
function redirecting(location: string): string[] {
  const answer =
    `HTTP/1.1 302 Found\\r\\nLocation: ${location}\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n`;
  const script = `read -r l; while read -r h && [ "$\${h%?}" ]; do :; done; printf '${answer}'`;
  return ["nc", "-ll", "-p", "8000", "-e", "/bin/sh", "-c", script];
}

integrationTest("an answer counts if it is the service's own, whatever way leads to it", async () => {
  const [shared = 0, v4 = 0, v6 = 0, own = 0, taken = 0, gate = 0, metrics = 0, core = 0, closed = 0] = freePorts(9);
  await using _stranger = stranger(taken);
  await using it = await project({
    core: service({ ports: [`127.0.0.1:${shared}:8000`, `127.0.0.1:${core}:8000`] }),
    web: service({ ports: [`[::]:${shared}:8000`] }, SILENT),
    both: service({ ports: [`0.0.0.0:${v4}:8000`, `[::]:${v6}:8000`] }),
    hosted: service({ network_mode: "host" }, { PORT: String(own) }),
    silenthost: service({ network_mode: "host" }, { PORT: String(taken), ...SILENT }),
    gw: service({ ports: [`127.0.0.1:${gate}:8000`] }, SILENT),
    behind: service({ network_mode: "service:gw" }),
    front: service({ ports: [`127.0.0.1:${closed}:8000`] }),
    silentbehind: service({ network_mode: "service:front" }, SILENT),
    metrics: service({ ports: [`127.0.0.1:${metrics}:9100`] }, { PORT: "9100" }),
    away: service({ command: redirecting(`http://127.0.0.1:${core}/health`) }),
    none: service(inside),
    quiet: service(inside, SILENT),
  });
  const engine = await it.engineOn();
  const port = (number: number) => ({ ...PAGE, port: number }) as unknown as typeof PAGE;

  await answers(engine, "core", "published");
  const web = await answersNot(engine, "web", /./);
  assertEquals([web.url, await answerOf(web) === "200"], [`http://[::1]:${shared}/health`, false]);
  await answers(engine, "both", "published");
  await answers(engine, "behind", "published");
  await answers(engine, "front", "published");
  await answersNot(
    engine,
    "silentbehind",
    /port 8000 is held by process \d+ \(.*\), which does not belong to "silentbehind"/,
  );
  const metricsPage = await answersNot(engine, "metrics", /refused/i);
  assertEquals(metricsPage.way, "container address");
  await until("the redirect comes", async () => {
    const said = await answerOf(await placeOf(engine, "away"));
    return said.includes(`redirects to http://127.0.0.1:${core}, whose answer is not this service's`);
  });
  await answers(engine, "none", "exec");
  await answersNot(engine, "quiet", /refused/i);

  // A port as such: Docker's proxy for a published one takes connections even if nobody listens behind it.
  assertEquals(await connects(engine, "core"), "container address: open");
  assertMatch(await connects(engine, "front", 9100), /^container address: .*refused/i);
  assertEquals(await connects(engine, "none"), "exec: open");
  assertEquals(await connects(engine, "quiet"), "exec: nothing listens at port 8000 in the container");
  assertEquals(await connects(engine, "behind"), "container address: open");
  assertMatch(
    await connects(engine, "silentbehind"),
    /port 8000 is held by process \d+ .*, which does not belong to "silentbehind"/,
  );
  assertMatch(await connects(engine, "silenthost", taken), /^host network: port \d+ is held by process \d+ /);

  const hosted = await placeOf(engine, "hosted", port(own));
  assertEquals(hosted.way, "host network");
  await until("hosted answers", async () => await answerOf(hosted) === "200");
  assertEquals(await connects(engine, "hosted", own), "host network: open");
  assertStringIncludes(
    await answerOf(await placeOf(engine, "silenthost", port(taken))),
    `port ${taken} is held by process ${Deno.pid} (`,
  );
});

/** All of one direction; the other stays open, as docker needs it. Streams of Deno would close both at the first end. */
async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (let size = await from.read(buffer); size !== null; size = await from.read(buffer)) {
    for (let done = 0; done < size;) done += await to.write(buffer.subarray(done, size));
  }
  await to.closeWrite();
}

/** The engine's socket at an address of this machine that is not its loopback, as a remote engine is reached. */
function forwarder(): AsyncDisposable & { dockerHost: string; hostname: string } {
  const hostname =
    Deno.networkInterfaces().find(({ address, family }) => family === "IPv4" && !address.startsWith("127."))?.address ??
      "";
  const listener = Deno.listen({ hostname, port: 0 });
  const open = new Set<Deno.Conn>();
  const done = (async () => {
    for await (const conn of listener) {
      const engine = await Deno.connect({ transport: "unix", path: "/var/run/docker.sock" });
      for (const each of [conn, engine]) open.add(each);
      void copy(conn, engine).catch(() => {});
      void copy(engine, conn).catch(() => {});
    }
  })();
  return {
    hostname,
    dockerHost: `tcp://${hostname}:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const each of open) {
        try {
          each.close();
        } catch (error) {
          if (!(error instanceof Deno.errors.BadResource)) throw error;
        }
      }
      await done;
    },
  };
}

function hostWith(variables: Record<string, string>): Host {
  const host = denoHost();
  return {
    ...host,
    env: (name) => variables[name] ?? host.env(name),
    spawn: (command, options) => host.spawn(command, { ...options, env: { ...options?.env, ...variables } }),
  };
}

/** Names of the programs that run in a container. */
async function programsIn(engine: Engine, name: string): Promise<string> {
  return await docker("top", (await lookAt(engine, name)).state.id, "-o", "pid,args");
}

/** Leaves nothing of the image but the server itself. */
const BARE = [
  "sh",
  "-c",
  "cp /bin/busybox /tmp/httpd; echo ok >/www/health; rm -r /bin/*; exec /tmp/httpd -f -p 8000 -h /www",
];

integrationTest(
  "an engine elsewhere: what publishes nothing is asked from inside, and nothing is left there",
  async () => {
    await using remote = forwarder();
    const healthcheck = { test: ["CMD", "/tmp/httpd", "--help"], interval: "1h" };
    await using it = await project({
      web: service(),
      slow: service(inside, { FAULT_HEALTH_SLEEP: "60" }),
      bare: service({ ...inside, command: BARE }),
      checked: service({ ...inside, command: BARE, healthcheck }),
      open: service({ ports: [`${remote.hostname}:0:8000`] }),
      shut: service({ ports: [`${remote.hostname}:0:8000`] }, SILENT),
    });
    const engine = await it.engineOn(hostWith({ DOCKER_HOST: remote.dockerHost }));
    assertEquals(engine.isLocal, false);
    await until("the port is open", async () => await connects(engine, "open") === "published: open");
    assertMatch(await connects(engine, "shut"), /^published: .*(closed at once|refused|reset)/);
    await until("it listens inside", async () => await connects(engine, "web") === "exec: open");
    await answers(engine, "web", "exec");

    const slow = await placeOf(engine, "slow");
    const limitMs = 2000;
    const began = performance.now();
    assertMatch(await answerOf(slow, limitMs), /timed out/i);
    assertEquals(performance.now() - began < 15_000, true, "it is bounded");
    await until(
      "nothing of ours is left in it",
      async () => !/wget/.test(await programsIn(engine, "slow")),
      limitMs + 8000,
    );

    await until("the image is bare", async () => /tmp.httpd/.test(await programsIn(engine, "bare")));
    const bare = await engine.endpoint(await lookAt(engine, "bare"), PAGE);
    assertStringIncludes(
      "why" in bare ? bare.why : JSON.stringify(bare),
      `the health page of service "bare" cannot be requested: no address of it can be reached from here, its image has none of ` +
        `curl, wget, busybox wget, python3, python to request it from inside, and it has no health check`,
    );
    await until("the image is bare", async () => /tmp.httpd/.test(await programsIn(engine, "checked")));
    const checked = await placeOf(engine, "checked");
    assertMatch(await answerOf(checked), /the container's health check ended with \d+: |^200$/);
  },
);
