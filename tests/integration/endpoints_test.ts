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
import { auditDirs, codesOf, readReport, start, until } from "./program.ts";
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

/** An IPv4 address of this machine that is not its loopback's. */
function lanAddress(): string {
  return Deno.networkInterfaces().find(({ address, family }) => family === "IPv4" && !address.startsWith("127."))
    ?.address ?? "";
}

/** A server of this test's own on the host, which answers everything with 200. */
function stranger(port: number, hostname = "127.0.0.1"): AsyncDisposable {
  const server = Deno.serve({ hostname, port, onListen: () => {} }, () => new Response("stranger"));
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

const NO_LAN = lanAddress() === "" ? "this machine has no address besides its loopback" : undefined;
const NO_IPV6 = Deno.networkInterfaces().some(({ address }) => address === "::1")
  ? undefined
  : "this machine has no IPv6";

/** `127.0.0.1:PORT` for the number, which Docker may have chosen, and `IP` for a container's address. */
async function whereOf(engine: Engine, name: string, port = 8000): Promise<{ url: string; tcp: string; open: string }> {
  const place = await placeOf(engine, name, { ...PAGE, port } as unknown as typeof PAGE);
  await until(`${name} answers at ${place.url}`, async () => await answerOf(place) === "200");
  const reached = await engine.reach(await lookAt(engine, name), port);
  if ("why" in reached) throw new Error(reached.why);
  return { url: place.baseUrl ?? "", tcp: reached.way, open: await connects(engine, name, port) };
}

const OPEN = { tcp: "container address", open: "container address: open" };

integrationTest(
  "a port that is published on a LAN address, once or several times, is found beside strangers",
  async () => {
    const lan = lanAddress();
    const [only = 0, silent = 0, here = 0, there = 0, both = 0, range = 0] = freePorts(6);
    await using _onLoopback = stranger(only);
    await using _onLan = stranger(silent, lan);
    await using it = await project({
      lan: service({ ports: [`${lan}:${only}:8000`] }),
      silent: service({ ports: [`127.0.0.1:${silent}:8000`] }, SILENT),
      twice: service({ ports: [`${lan}:${Math.min(here, there)}:8000`, `127.0.0.1:${Math.max(here, there)}:8000`] }),
      udp: service({ ports: [`127.0.0.1:${both}:8000/udp`, `127.0.0.1:${both}:8000/tcp`, `${lan}:${both}:8000/udp`] }),
      udponly: service({ ports: [`127.0.0.1:${both + 1}:8000/udp`] }),
      range: service({ ports: [`127.0.0.1:${range}-${range + 9}:8000`] }),
      ephemeral: service({ ports: ["8000"] }),
    });
    const engine = await it.engineOn();
    assertEquals(await whereOf(engine, "lan"), { ...OPEN, url: `http://${lan}:${only}` });
    assertEquals(await answerOf(await placeOf(engine, "silent")) === "200", false);
    assertMatch(await connects(engine, "silent"), /^container address: .*refused/i);
    assertEquals(await whereOf(engine, "twice"), { ...OPEN, url: `http://127.0.0.1:${Math.max(here, there)}` });
    assertEquals(await whereOf(engine, "udp"), { ...OPEN, url: `http://127.0.0.1:${both}` });
    assertMatch((await whereOf(engine, "udponly")).url, /^http:\/\/\d+\.\d+\.\d+\.\d+:8000$/);
    const ranged = Number(new URL((await whereOf(engine, "range")).url).port);
    assertEquals(ranged >= range && ranged <= range + 9, true, String(ranged));

    const before = await whereOf(engine, "ephemeral");
    const { id } = (await lookAt(engine, "ephemeral")).state;
    // Another container takes the number that was free for a moment, so that it changes for certain.
    await docker("stop", "-t", "1", id);
    await using _taker = stranger(Number(new URL(before.url).port));
    await docker("start", id);
    const after = await whereOf(engine, "ephemeral");
    assertEquals([after.url === before.url, after.open], [false, OPEN.open]);
  },
  NO_LAN,
);

integrationTest(
  "a port that is published on IPv6 only is found beside a stranger on IPv4, also for a sharer",
  async () => {
    const [own = 0, gate = 0] = freePorts(2);
    await using _one = stranger(own);
    await using _two = stranger(gate);
    await using it = await project({
      v6: service({ ports: [`[::1]:${own}:8000`] }),
      gw: service({ ports: [`[::1]:${gate}:8000`] }, SILENT),
      behind: service({ network_mode: "service:gw" }),
    });
    const engine = await it.engineOn();
    assertEquals(await whereOf(engine, "v6"), { ...OPEN, url: `http://[::1]:${own}` });
    assertEquals(await whereOf(engine, "behind"), { ...OPEN, url: `http://[::1]:${gate}` });
  },
  NO_IPV6,
);

integrationTest("a service in the network of one that is on the host's is found at its own port", async () => {
  const [one = 0, two = 0, taken = 0] = freePorts(3);
  await using _stranger = stranger(taken);
  await using it = await project({
    hosted: service({ network_mode: "host" }, { PORT: String(one) }),
    sharer: service({ network_mode: "service:hosted" }, { PORT: String(two) }),
    silent: service({ network_mode: "service:hosted" }, { PORT: String(taken), ...SILENT }),
  });
  const engine = await it.engineOn();
  const host = { tcp: "host network", open: "host network: open" };
  assertEquals(await whereOf(engine, "hosted", one), { ...host, url: `http://127.0.0.1:${one}` });
  assertEquals(await whereOf(engine, "sharer", two), { ...host, url: `http://127.0.0.1:${two}` });
  assertMatch(await connects(engine, "sharer", one), /port \d+ is held by process \d+ .*not belong to "sharer"/);
  assertMatch(await connects(engine, "silent", taken), /port \d+ is held by process \d+ .*not belong to "silent"/);
});

integrationTest("a run finds each address beside the strangers at its port", async () => {
  await image();
  const lan = lanAddress();
  const [onLan = 0, onV6 = 0, ofOwner = 0, onHost = 0] = freePorts(4);
  await using _one = stranger(onLan);
  await using _two = stranger(onV6);
  const dir = await Deno.makeTempDir({ prefix: "vx11-addresses-" });
  const name = basename(dir).toLowerCase();
  const healthcheck = { test: ["CMD", "/bin/vx11-service", "check"], interval: "1s" };
  const own = { init: true, healthcheck };
  const services = {
    lan: service({ ...own, ports: [`${lan}:${onLan}:8000`] }),
    v6: service({ ...own, ports: [`[::1]:${onV6}:8000`] }),
    owner: service({ ...own, ports: ["8000", `${lan}:${ofOwner}:8001`] }),
    sharer: service({ ...own, network_mode: "service:owner" }, { PORT: "8001" }),
    hosted: service({ ...own, network_mode: "host" }, { PORT: String(onHost) }),
  };
  const ports: Record<string, number> = { sharer: 8001, hosted: onHost };
  const modules = Object.fromEntries(
    Object.keys(services).map((service) => {
      const port = ports[service] ?? 8000;
      const health = [{ service, port, path: "/health" }, { service, kind: "tcp", port }, { service, kind: "docker" }];
      return [service, { services: [service], health, depends_on: service === "sharer" ? ["owner"] : [] }];
    }),
  );
  await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services }));
  const config = { extends: "none", modules, rules: { no_tests: "off" } };
  await Deno.writeTextFile(join(dir, "vx11-stability.yaml"), JSON.stringify(config));
  try {
    const { stderr } = await (await start(["--no-keep-core", "--jobs", "3"], { cwd: dir })).finished;
    const report = await readReport((await auditDirs(dir)).at(-1) ?? "");
    assertEquals(
      Object.values(report.modules).map((module) => [module.name, module.status, codesOf(module)]),
      ["lan", "v6", "owner", "sharer", "hosted"].map((each) => [each, "PASS", []]),
      stderr,
    );
    const urls = Object.values(report.modules).map(({ metrics, name }) =>
      [name, Object.values(metrics).find(({ url }) => url !== null)?.url] as const
    );
    assertEquals(Object.fromEntries(urls.filter(([name]) => name !== "owner")), {
      lan: `http://${lan}:${onLan}/health`,
      v6: `http://[::1]:${onV6}/health`,
      sharer: `http://${lan}:${ofOwner}/health`,
      hosted: `http://127.0.0.1:${onHost}/health`,
    });
  } finally {
    await removeProject(name);
    await Deno.remove(dir, { recursive: true });
  }
}, NO_LAN ?? NO_IPV6);

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
  const hostname = lanAddress();
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
