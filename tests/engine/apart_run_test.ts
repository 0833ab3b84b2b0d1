/** What becomes of a test's command in a container of its own if the engine does not do as it should. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { apartFrom } from "../../lib/engine/compose/apart/apart.ts";
import { dockerLine, listPath } from "../../lib/engine/compose/api/docker_line.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import type { ServiceEnd } from "../../lib/model/service_run.ts";
import { apiScript, type FakeTools, fakeTools } from "../fakes/docker.ts";

const WEB = { id: "web1", service: "web" };
const FAMILY = "/tmp/vx11-junit-77";
const COMMAND = {
  image: "hurl:5",
  words: ["hurl"],
  env: { A: "b" },
  projectDir: "/srv/shop",
  cwd: ".",
  family: FAMILY,
};

interface Engine {
  /** Shell code that answers the question about the service, and each request after it. */
  service?: string;
  make?: string;
  connect?: string;
  attach?: string;
  start?: string;
  state?: string;
  /** What `docker rm` does; it removes the container. */
  rm?: string;
}

const NETWORKS = { back: { NetworkID: "n1" }, front: { NetworkID: "n2" } };
const json = (status: string, value: unknown) => `answer '${status}' '${JSON.stringify(value)}'`;
const SERVICE = json("200 OK", { HostConfig: { NetworkMode: "back" }, NetworkSettings: { Networks: NETWORKS } });
/** From then on `docker ps` shows it. */
const IS_THERE = `printf 'c1\\tvx11-junit-77\\t${FAMILY}\\nc2\\tother\\t/tmp/other\\n' >"$DIR/there"; `;
const MADE = IS_THERE + json("201 Created", { Id: "c1" });
/** Prints, and closes the connection. */
const printing = (text: string) =>
  `printf 'HTTP/1.1 200 OK\\r\\n\\r\\n\\001\\000\\000\\000\\000\\000\\000\\${
    text.length.toString(8).padStart(3, "0")
  }${text}'; exit`;
/** Prints nothing for as long as the connection is there. */
const QUIET = "printf 'HTTP/1.1 200 OK\\r\\n\\r\\n'; cat >/dev/null; exit";
const state = (running: boolean, code: number | null, more = {}) =>
  json("200 OK", { State: { Running: running, ExitCode: code, OOMKilled: false, ...more } });
const REMOVES = 'rm -f "$DIR/there"';

function docker(engine: Engine): string {
  const api = apiScript(`
echo "$method $path $body" >>"$LOG"
case "$path" in
/containers/web1/json) ${engine.service ?? SERVICE};;
/containers/create*) ${engine.make ?? MADE};;
/networks/*) ${engine.connect ?? json("200 OK", {})};;
/containers/c1/attach*) ${engine.attach ?? printing("hello")};;
/containers/c1/start) ${engine.start ?? "printf 'HTTP/1.1 204 No Content\\r\\n\\r\\n'"};;
/containers/c1/json) ${engine.state ?? state(false, 0)};;
*) answer '404 Not Found' '{"message":"page not found"}';;
esac`);
  const ps = '[ -e "$DIR/there" ] && cat "$DIR/there" || :';
  return `case "$1" in system) ${api}\n;; ps) echo ps >>"$LOG"; ${ps};; rm) echo "$*" >>"$LOG"; ${
    engine.rm ?? REMOVES
  };; esac`;
}

/** The limits of waiting are over fifty times as soon. */
function hurried({ host }: FakeTools): FakeTools["host"] {
  return { ...host, clock: { ...host.clock, mono: () => host.clock.mono() * 50 } };
}

async function run(engine: Engine | null) {
  await using tools = await fakeTools(engine === null ? {} : { docker: docker(engine) });
  const host = hurried(tools);
  const line = dockerLine(host, tools.dir);
  try {
    const present = () => Promise.resolve(new Set<string>());
    const apart = apartFrom({ host, cwd: tools.dir, line, project: "shop", present });
    const started = apart.run(WEB, COMMAND);
    const printed = new Response(started.output[0]).text();
    const end = await started.end;
    const left = await started.endAll();
    return { end, left, printed: await printed, log: await tools.log() };
  } finally {
    await line.close();
  }
}

const NO_IMAGE = json("404 Not Found", { message: "No such image: hurl:5" });
const TINI = "[FATAL tini (7)] exec hurl failed: No such file or directory";
const UNTOLD = { how: "unknown", why: "the engine does not say how it ended" } as const;
const BROKEN = { how: "unknown", why: "the connection to the engine ended while it ran" } as const;
const notStarted = (why: string, code: number | null = null): ServiceEnd => ({ how: "not started", why, code });

const ENDS: [string, Engine, ServiceEnd][] = [
  ["passes", {}, { how: "ended", code: 0, signal: null }],
  ["fails", { state: state(false, 3) }, { how: "ended", code: 3, signal: null }],
  ["runs on after the connection broke", { state: state(true, 0) }, BROKEN],
  ["ended, which the engine does not tell", { state: "exit" }, UNTOLD],
  ["ended, of which the engine tells something else", { state: `answer '200 OK' 'no JSON'` }, UNTOLD],
  ["ended, with no word of how", { state: json("200 OK", {}) }, UNTOLD],
  ["is not known any more", { state: json("404 Not Found", { message: "No such container: c1" }) }, {
    how: "container ended",
  }],
  [
    "was killed",
    { state: state(false, 137) },
    { how: "ended", code: 137, signal: null, meaning: "SIGKILL ended it or its container" },
  ],
  [
    "lost a process for lack of memory",
    { state: state(false, 0, { OOMKilled: true }) },
    { how: "ended", code: 0, signal: null, cut: "the kernel killed a process of it for lack of memory" },
  ],
  [
    "is not in the image",
    { attach: printing(TINI), state: state(false, 127) },
    notStarted("the image has no hurl", 127),
  ],
  ["ends with 127 itself", { state: state(false, 127) }, { how: "ended", code: 127, signal: null }],
  ["has no image", { make: NO_IMAGE }, notStarted('the image "hurl:5" is not there: docker pull hurl:5')],
  [
    "has a project dir that the engine does not see",
    { make: json("400 Bad Request", { message: "bind source path does not exist: /srv/shop" }) },
    notStarted("bind source path does not exist: /srv/shop"),
  ],
  [
    "is beside a service that is gone",
    { service: json("404 Not Found", { message: "No such container: web1" }) },
    notStarted("its service's networks are not known: No such container: web1"),
  ],
  [
    "gets no id",
    { make: IS_THERE + json("201 Created", { Id: 7 }) },
    notStarted("the engine gave the container no id"),
  ],
  [
    "cannot be connected",
    { connect: json("404 Not Found", { message: "network n2 not found" }) },
    notStarted("it could not be connected to network n2: network n2 not found"),
  ],
  ["cannot be attached to", { attach: json("500 Error", { message: "no logs" }) }, notStarted("no logs")],
  [
    "is refused at its start",
    { start: json("500 Error", { message: "OCI runtime create failed" }), attach: QUIET },
    notStarted("OCI runtime create failed"),
  ],
  ["may have been started, as the engine went away", { start: "exit", attach: QUIET }, {
    how: "unknown",
    why: "the connection to the engine broke",
  }],
  [
    "has no engine",
    { service: `echo 'Cannot connect to the Docker daemon at unix:///x' >&2; exit 1` },
    notStarted("Cannot connect to the Docker daemon at unix:///x"),
  ],
];
for (const [what, engine, end] of ENDS) {
  Deno.test(`a command in an image that ${what} ends so, and its container is gone`, async () => {
    const seen = await run(engine);
    assertEquals(seen.end, end);
    assertEquals(seen.left, null);
    const made = !("make" in engine && !engine.make?.includes("there")) && !("service" in engine);
    assertEquals(seen.log.filter((line) => line.startsWith("rm")), made ? ["rm --force --volumes -- c1"] : []);
    // What the engine has refused to make is not looked for.
    assertEquals(seen.log.includes("ps"), made);
  });
}

Deno.test("a command in an image without docker is not started", async () => {
  const { end, left } = await run(null);
  assert(end.how === "not started" && end.code === null, JSON.stringify(end));
  assertEquals(left, null);
});

Deno.test("the container is made with its mark, connected, and attached to before it is started", async () => {
  const { log, printed } = await run({});
  assertEquals(log.map((line) => line.split(" ").slice(0, 2).join(" ")), [
    "GET /containers/web1/json",
    "POST /containers/create?name=vx11-junit-77",
    "POST /networks/n2/connect",
    "POST /containers/c1/attach?stream=1&stdout=1&stderr=1",
    "POST /containers/c1/start",
    "GET /containers/c1/json",
    "rm --force",
    `GET ${listPath("/containers/json?all=1", ["vx11-stability.project=shop"])}`,
    "ps",
  ]);
  const body = JSON.parse(log[1]?.split(" ").slice(2).join(" ") ?? "");
  assertEquals([body.Image, body.Labels["vx11-stability.test"], body.HostConfig.NetworkMode], ["hurl:5", FAMILY, "n1"]);
  assertEquals(printed, "hello");
});

Deno.test("a container that cannot be removed is named", async () => {
  const { left } = await run({ rm: "echo 'Error response from daemon: device busy' >&2; exit 1" });
  assertEquals(left, { container: "vx11-junit-77" });
});

Deno.test("a removal that takes a while is waited for", async () => {
  const rm =
    '[ -e "$DIR/asked" ] && rm -f "$DIR/there"; : >"$DIR/asked"; echo "removal is already in progress" >&2; exit 1';
  const { left, log } = await run({ rm });
  assertEquals([left, log.filter((line) => line.startsWith("rm")).length], [null, 2]);
});

Deno.test("a container that may have been made, as the engine hangs, is looked for by its mark", async () => {
  await using tools = await fakeTools({ docker: docker({ make: `${IS_THERE} echo hangs >>"$LOG"; exec sleep 60` }) });
  const host = { ...tools.host };
  const line = dockerLine(host, tools.dir);
  const present = () => Promise.resolve(new Set<string>());
  // Ten seconds are over at once.
  const clock = {
    ...host.clock,
    sleep: (ms: number, signal?: AbortSignal) => host.clock.sleep(ms > 5000 ? 300 : ms, signal),
  };
  const apart = apartFrom({ host: { ...host, clock }, cwd: tools.dir, line, project: "shop", present });
  const started = apart.run(WEB, COMMAND);
  const printed = new Response(started.output[0]).text();
  while (!(await tools.log()).includes("hangs")) await host.clock.sleep(5);
  assertEquals(await started.endAll(), null);
  const end = await started.end;
  assert(end.how === "not started", JSON.stringify(end));
  assertStringIncludes(end.why, "connection");
  assertEquals(await printed, "");
  assertEquals((await tools.log()).filter((each) => each.startsWith("rm")), ["rm --force --volumes -- c1"]);
  await line.close();
});

Deno.test("a command in an image that is given up before it began makes no container, or starts none", async () => {
  for (const [gate, wanted] of [["service", []], ["make", ["rm --force --volumes -- c1"]]] as const) {
    const slow = `echo here >>"$LOG"; while [ ! -e "$DIR/go" ]; do sleep 0.02; done; ${
      gate === "make" ? MADE : SERVICE
    }`;
    await using tools = await fakeTools({ docker: docker({ [gate]: slow }) });
    const line = dockerLine(tools.host, tools.dir);
    const present = () => Promise.resolve(new Set<string>());
    const apart = apartFrom({ host: tools.host, cwd: tools.dir, line, project: "shop", present });
    const started = apart.run(WEB, COMMAND);
    const printed = new Response(started.output[0]).text();
    while (!(await tools.log()).includes("here")) await tools.host.clock.sleep(5);
    const ending = started.endAll();
    await Deno.writeTextFile(`${tools.dir}/go`, "");
    assertEquals([await ending, await printed], [null, ""]);
    assertEquals(await started.end, notStarted("it was given up before it began"));
    const log = await tools.log();
    assertEquals(log.filter((each) => each.startsWith("rm")), [...wanted]);
    assertEquals(log.filter((each) => each.includes("/start")), []);
    await line.close();
  }
});

Deno.test("what docker says against a removal is told", async () => {
  await using tools = await fakeTools({ docker: docker({ rm: "echo 'Error: device busy' >&2; exit 1" }) });
  const host = hurried(tools);
  const line = dockerLine(host, tools.dir);
  const present = () => Promise.resolve(new Set<string>());
  const apart = apartFrom({ host, cwd: tools.dir, line, project: "shop", present });
  await Deno.writeTextFile(`${tools.dir}/there`, `c1\tvx11-junit-77\t${FAMILY}\n`);
  const [own] = await apart.look();
  assert(own !== undefined);
  await assertRejects(() => apart.remove([own]), EngineError, "vx11-junit-77 cannot be removed: device busy");
  await line.close();
});
