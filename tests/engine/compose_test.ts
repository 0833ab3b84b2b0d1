import { assertEquals, assertRejects } from "@std/assert";
import { composeEngine } from "../../lib/engine/compose/compose.ts";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import type { Maker } from "../../lib/engine/compose/maker.ts";
import type { Engine, ServiceSpec } from "../../lib/engine/engine.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import type { FakeTools } from "../fakes/docker.ts";
import { apiScript, fakeTools } from "../fakes/docker.ts";
import { ENGINE_INFO, look } from "../fakes/evidence.ts";
import { until } from "../fakes/wait.ts";
import { fixture } from "../fixtures/read.ts";

const STATE = look("switch", { id: "abc" });
const SPEC = {
  buildable: false,
  dependsOn: [],
  networks: [],
  replicas: 1,
  oneShot: false,
  published: [],
  memLimitBytes: null,
};
const logFile = (service: string) => `/never/written/${service}`;

function inspected(status: string, exitCode = 0): string {
  const Config = { Labels: { "com.docker.compose.service": "switch" } };
  return JSON.stringify([{
    Id: "abc",
    State: { Status: status, Running: status !== "exited", ExitCode: exitCode },
    Config,
  }]);
}

function engineOn(
  tools: FakeTools,
  { maker = "docker", services = new Map() }: { maker?: Maker; services?: ReadonlyMap<string, ServiceSpec> } = {},
): Engine {
  return composeEngine(tools.host, {
    info: ENGINE_INFO,
    project: { name: "vx11", services: new Map(services), variables: [] },
    dir: tools.dir,
    composeFiles: ["/p/a.yml"],
    env: { VX11_MODE: "m" },
    since: "",
    probeHost: "127.0.0.1",
    metricsSource: "auto",
    maker,
  });
}

function docker(cases: string): Promise<FakeTools> {
  return fakeTools({
    docker: `echo "$*" >>"$LOG"\ncase "$*" in\n${cases}\n*) echo "unexpected $*" >&2; exit 9;;\nesac`,
  });
}

Deno.test("look() asks by label for all of the project's containers, and inspects them by id", async () => {
  await using tools = await docker(`ps*) echo abc; echo def;; "container inspect"*) echo '${inspected("running")}';;`);
  assertEquals((await engineOn(tools).look()).map(({ state }) => [state.id, state.status]), [["abc", "running"]]);
  assertEquals(await tools.log(), [
    "system dial-stdio",
    "ps --all --quiet --no-trunc --filter label=com.docker.compose.project=vx11 " +
    "--filter label=com.docker.compose.oneoff=False",
    "container inspect -- abc def",
  ]);
});

const LISTED = encodeURIComponent(
  '{"label":["com.docker.compose.project=vx11","com.docker.compose.oneoff=False"]}',
);
const NETWORKS = encodeURIComponent('{"label":["com.docker.compose.project=vx11"]}');

/** A docker whose engine answers over the line; `cases` are of the API's paths. */
function overLine(cases: string, others = ""): Promise<FakeTools> {
  const api = apiScript(`case "$path" in\n${cases}\n*) answer '500 Unexpected' "$path";;\nesac`);
  return docker(`"system dial-stdio") ${api};;\n${others}`);
}

Deno.test("look(), stop() and networks() ask over one line, where there is one", async () => {
  const one = inspected("exited", 3).slice(1, -1);
  await using tools = await overLine(
    `'/containers/json?all=1&filters=${LISTED}') answer '200 OK' '[{"Id":"abc"},{"Id":"gone"}]';;
    /containers/abc/json) answer '200 OK' '${one}';;
    /containers/gone/json) answer '404 Not Found' '{"message":"No such container: gone"}';;
    '/networks?filters=${NETWORKS}') answer '200 OK' '[{"Id":"n1"}]';;`,
    "stop*) ;;",
  );
  const engine = engineOn(tools);
  assertEquals((await engine.look()).map(({ state }) => [state.id, state.exitCode]), [["abc", 3]]);
  assertEquals((await engine.look(new AbortController().signal)).length, 1);
  const { stopped, exitCode } = await engine.stop(STATE, 3);
  assertEquals({ stopped, exitCode }, { stopped: true, exitCode: 3 });
  const gone = await engine.stop({ ...STATE, id: "gone" }, 3);
  assertEquals([gone.stopped, gone.exitCode], [true, null]);
  assertEquals(await engine.networks(), ["n1"]);
  await engine.close();
  assertEquals(await tools.log(), ["system dial-stdio", "stop -t 3 -- abc", "stop -t 3 -- gone"]);
});

Deno.test("the outcome of a health check that an event of Podman lacks is asked for over the line, and waited for at the end", async () => {
  const told = fixture("events_health_podman5.ndjson").trim().split("\n").slice(0, 3);
  const had = fixture("api_events_health_podman5.ndjson").trim().split("\n")[1] ?? "";
  await using tools = await overLine(
    `/events*) sleep 0.2; answer '200 OK' '${had}';;`,
    `events*) ${told.map((line) => `echo '${line}'`).join("; ")}; exec sleep 60;;`,
  );
  const engine = engineOn(tools, { maker: "podman" });
  const events: string[] = [];
  const gaps: string[] = [];
  const stream = engine.watch(({ action }) => events.push(action), (why) => gaps.push(why));
  await until("the first came", () => events.length > 0);
  await until("an answer came", async () => {
    await engine.settleEvents?.();
    return gaps.length > 0 || events.length > 1;
  });
  await stream.close();
  await engine.close();
  // The first run's outcome is not in this list, and the second's is.
  assertEquals([events, gaps.length], [["start", "unhealthy"], 1]);
});

Deno.test("Podman's networks are named by their names, which it refuses to remove while they are used", async () => {
  await using tools = await overLine(
    `'/networks?filters=${NETWORKS}') answer '200 OK' '[{"Name":"p_default","Id":"ef533da64658"}]';;`,
    `"network rm"*) ;;`,
  );
  const engine = engineOn(tools, { maker: "podman" });
  const networks = await engine.networks();
  await engine.removeNetworks(networks);
  await engine.close();
  assertEquals(await tools.log(), ["system dial-stdio", "network rm -- p_default"]);
});

Deno.test("of Podman 4, which says no grace period, the project's is taken", async () => {
  const config = { name: "vx11", services: { switch: { image: "i", stop_grace_period: "5s" }, plain: { image: "i" } } };
  const { services } = parseProject(JSON.stringify(config));
  const graces = async (maker: Maker, service: string, StopTimeout: number) => {
    const Config = { Labels: { "com.docker.compose.service": service }, StopTimeout };
    const one = JSON.stringify({ Id: "abc", State: { Status: "running", Running: true }, Config });
    await using tools = await overLine(`*all=1*) answer '200 OK' '[{"Id":"abc"}]';; *) answer '200 OK' '${one}';;`);
    const engine = engineOn(tools, { maker, services });
    const looks = [...await engine.look()].map(({ state }) => state.stopGraceSec);
    await engine.close();
    return looks;
  };
  assertEquals(await graces("podman", "switch", 0), [5]);
  assertEquals(await graces("podman", "plain", 0), [10]);
  assertEquals(await graces("podman", "switch", 7), [7]);
  assertEquals(await graces("docker", "switch", 0), [0]);
});

Deno.test("of Podman 4, which says no exposed port of a container on the host's network, the project's are taken", async () => {
  const config = { name: "vx11", services: { switch: { image: "i", network_mode: "host", expose: ["8123"] } } };
  const { services } = parseProject(JSON.stringify(config));
  const exposed = async (maker: Maker, NetworkMode: string, ExposedPorts: unknown) => {
    const Config = { Labels: { "com.docker.compose.service": "switch" }, ExposedPorts };
    const State = { Status: "running", Running: true };
    const one = JSON.stringify({ Id: "abc", State, Config, HostConfig: { NetworkMode } });
    await using tools = await overLine(`*all=1*) answer '200 OK' '[{"Id":"abc"}]';; *) answer '200 OK' '${one}';;`);
    const engine = engineOn(tools, { maker, services });
    const looks = [...await engine.look()].map(({ inside }) => inside?.exposed);
    await engine.close();
    return looks;
  };
  assertEquals(await exposed("podman", "host", null), [[8123]]);
  assertEquals(await exposed("podman", "host", { "9000/tcp": {} }), [[9000]]);
  assertEquals(await exposed("podman", "p_default", null), [[]]);
  assertEquals(await exposed("docker", "host", null), [[]]);
});

Deno.test("the commands name networks as the line does", async () => {
  for (const [maker, format] of [["docker", "{{.ID}}"], ["podman", "{{.Name}}"]] as const) {
    await using tools = await overLine("", `"network ls"*) echo one; echo two;;`);
    const engine = engineOn(tools, { maker });
    assertEquals(await engine.networks(), ["one", "two"]);
    await engine.close();
    assertEquals((await tools.log())[1]?.endsWith(`project=vx11 --format ${format}`), true, `${await tools.log()}`);
  }
});

for (
  const [what, cases] of [
    ["an engine that fails", `*) answer '500 Internal Server Error' '[]';;`],
    ["a list that is none", `*) answer '200 OK' '{"message":"hello"}';;`],
    ["no JSON", `*) answer '200 OK' 'hello';;`],
    ["an entry without an id", `*) answer '200 OK' '[{"Name":"abc"}]';;`],
    ["a container that cannot be inspected", `*all=1*) answer '200 OK' '[{"Id":"abc"}]';;`],
    [
      "a status that nobody knows",
      `*all=1*) answer '200 OK' '[{"Id":"abc"}]';;
      *) answer '200 OK' '${inspected("unheard-of").slice(1, -1)}';;`,
    ],
    ["a container that is none", `*all=1*) answer '200 OK' '[{"Id":"abc"}]';; *) answer '200 OK' 'null';;`],
  ] as const
) {
  Deno.test(`look() takes ${what} for no answer, and asks the docker command`, async () => {
    await using tools = await overLine(cases, `ps*) echo abc;; "container inspect"*) echo '${inspected("running")}';;`);
    const engine = engineOn(tools);
    assertEquals((await engine.look()).map(({ state }) => state.status), ["running"]);
    await engine.close();
  });
}

Deno.test("stop() does not take a path that nobody knows for a container that is gone", async () => {
  await using tools = await overLine(
    `*) answer '404 Not Found' '{"message":"page not found"}';;`,
    `stop*) ;; "container inspect"*) echo '${inspected("running")}';;`,
  );
  const engine = engineOn(tools);
  const { error, stopped } = await engine.stop(STATE, 3);
  assertEquals({ error, stopped }, { error: "it was still running after its stop", stopped: false });
  await engine.close();
});

Deno.test("stop() says that it is unknown whether one has stopped", async () => {
  await using tools = await docker(`stop*) ;;`);
  const { error, stopped } = await engineOn(tools).stop(STATE, 3);
  const why = "whether it stopped is unknown: docker inspect: unexpected container inspect -- abc";
  assertEquals({ error, stopped }, { error: why, stopped: false });
});

Deno.test("look() bears a container that went away in between", async () => {
  const gone = `echo '${inspected("running")}'; echo "Error: No such container: def" >&2; exit 1`;
  await using tools = await docker(`ps*) echo abc; echo def;; "container inspect"*) ${gone};;`);
  assertEquals((await engineOn(tools).look()).length, 1);
});

Deno.test("look() never takes an engine that stopped answering for one without containers", async () => {
  const lost = `echo '[]'; echo "Cannot connect to the Docker daemon" >&2; exit 1`;
  await using inspect = await docker(`ps*) echo abc;; "container inspect"*) ${lost};;`);
  await assertRejects(
    () => engineOn(inspect).look(),
    EngineError,
    "docker inspect: Cannot connect to the Docker daemon",
  );
  await using list = await docker(`ps*) ${lost};;`);
  await assertRejects(() => engineOn(list).look(), EngineError, "docker ps --all: Cannot connect");
});

Deno.test("up() starts without building, pulling or recreating, and hands on the environment", async () => {
  await using tools = await docker(`compose*) echo "mode $VX11_MODE" >>"$LOG";;`);
  const engine = engineOn(tools);
  assertEquals(await engine.up(["a", "b"], { recreate: false, timeoutMs: 30_000, logFile }), { ok: true });
  await engine.up(["a"], { recreate: true, timeoutMs: 30_000, logFile });
  const compose = `compose --project-name vx11 --file /p/a.yml`;
  assertEquals(await tools.log(), [
    `${compose} up --detach --no-build --pull never --no-recreate -- a b`,
    "mode m",
    `${compose} up --detach --no-build --pull never --force-recreate -- a`,
    "mode m",
  ]);
});

Deno.test("up() that fails says why, with all that was printed, and names the limit that ended it", async () => {
  await using tools = await docker(`*) echo out; echo "Error response from daemon: no" >&2; exit 1;;`);
  const failed = await engineOn(tools).up(["a"], { recreate: false, timeoutMs: 30_000, logFile });
  assertEquals(failed, { ok: false, why: "no", output: "out\nError response from daemon: no\n", cutShort: false });
  await using slow = await docker(`*) exec sleep 60;;`);
  const late = await engineOn(slow).up(["a"], { recreate: false, timeoutMs: 1000, logFile });
  assertEquals("why" in late && late.why.startsWith("no answer within ") && late.cutShort, true);
});

const STOPS: [string, string, { stopped: boolean; exitCode: number | null; error: string | null }][] = [
  ["one that ended", `echo '${inspected("exited", 143)}'`, { stopped: true, exitCode: 143, error: null }],
  ["one that is gone", `echo "[]"; echo "Error: No such container: abc" >&2; exit 1`, {
    stopped: true,
    exitCode: null,
    error: null,
  }],
  ["one that runs on", `echo '${inspected("running")}'`, {
    stopped: false,
    exitCode: null,
    error: "it was still running after its stop",
  }],
  ["one that is paused", `echo '${inspected("paused")}'`, {
    stopped: false,
    exitCode: null,
    error: "it was still running after its stop",
  }],
];
for (const [what, inspect, expected] of STOPS) {
  Deno.test(`stop() of ${what}`, async () => {
    await using tools = await docker(`stop*) ;; "container inspect"*) ${inspect};;`);
    const { stopped, exitCode, error } = await engineOn(tools).stop(STATE, 3);
    assertEquals({ stopped, exitCode, error }, expected);
    assertEquals((await tools.log())[0], "stop -t 3 -- abc");
  });
}

Deno.test("stop() does not count as done where the engine does not say so", async () => {
  const cannot = `echo "Cannot connect to the Docker daemon" >&2; exit 1`;
  await using tools = await docker(`*) ${cannot};;`);
  const { stopped, error } = await engineOn(tools).stop(STATE, 3);
  assertEquals({ stopped, error }, { stopped: false, error: "Cannot connect to the Docker daemon" });
});

Deno.test("remove() takes one command where all goes well, and none where nothing is to go", async () => {
  await using tools = await docker(`"rm --volumes -- a b") ;;`);
  assertEquals(await engineOn(tools).remove(["a", "b"]), new Map());
  assertEquals(await engineOn(tools).remove([]), new Map());
  assertEquals(await tools.log(), ["rm --volumes -- a b"]);
});

Deno.test("remove() names what went wrong, never removes a volume that has a name, and bears what is gone", async () => {
  await using tools = await docker(`"rm --volumes -- a b c") echo "Error: No such container: b" >&2; exit 1;;
    "rm --volumes -- a") echo "Error: No such container: a" >&2; exit 1;;
    "rm --volumes -- b") echo "Error: No such container: b" >&2; exit 1;;
    "rm --volumes -- c") echo "Error response from daemon: in use" >&2; exit 1;;`);
  assertEquals(await engineOn(tools).remove(["a", "b", "c"]), new Map([["c", "in use"]]));
});

Deno.test("survey() tells what has no image and cannot be built, what is to be built, and what is not declared", async () => {
  await using tools = await docker(`"image inspect --format {{.Id}} -- here:1") ;; image*) exit 1;;`);
  const services = [
    { ...SPEC, name: "a", image: "here:1" },
    { ...SPEC, name: "b", image: "here:1", replicas: 2 },
    { ...SPEC, name: "c", image: "gone:1" },
    { ...SPEC, name: "d", image: "gone:1", buildable: true },
  ];
  const engine = engineOn(tools, { services: new Map(services.map((service) => [service.name, service])) });
  const { obstacles, toBuild } = await engine.survey(["a", "b", "c", "d", "e"]);
  assertEquals(obstacles.map(({ service, why }) => `${service}: ${why.replace(tools.dir, "DIR")}`), [
    'e: service "e" is not in the compose project "vx11" (DIR)',
    'c: its image "gone:1" is not present on this host, and the compose file does not say how to build it',
    "b: it is declared with 2 containers, but a module's service is watched as one",
  ]);
  assertEquals(toBuild, ["d"]);
  assertEquals((await tools.log()).length, 3, "all images at once, and each by itself since one is missing");
});

Deno.test("survey() names the service that was probably meant", async () => {
  await using tools = await docker("image*) ;;");
  const engine = engineOn(tools, { services: new Map([["worker", { ...SPEC, name: "worker", image: "a:1" }]]) });
  const { obstacles } = await engine.survey(["wroker", "db"]);
  const add =
    "Add it to the compose file, or change the module's `services` in a config file (`vx11-stability init` drafts one)";
  assertEquals(obstacles.map(({ next }) => next), [`Did you mean "worker"? ${add}`, add]);
});

Deno.test("survey() asks once where all images are there", async () => {
  await using tools = await docker(`"image inspect --format {{.Id}} -- a:1 b:1") ;;`);
  const services = ["a", "b"].map((name) => ({ ...SPEC, name, image: `${name}:1` }));
  const engine = engineOn(tools, { services: new Map(services.map((service) => [service.name, service])) });
  assertEquals((await engine.survey(["a", "b"])).obstacles, []);
  assertEquals((await tools.log()).length, 1);
});

Deno.test("logs() puts both streams in the order of their time stamps, or says why there are none", async () => {
  const said =
    `echo "2026-01-01T00:00:01.1Z out"; echo "2026-01-01T00:00:03.3Z out"; echo "2026-01-01T00:00:02.2Z err" >&2`;
  await using tools = await docker(
    `"logs --timestamps --tail 7 -- abc") ${said};; logs*) echo "no such" >&2; exit 1;;`,
  );
  const lines = (await engineOn(tools).logs("abc", 7)).split("\n");
  assertEquals(lines.map((line) => line.slice(17)), ["01.1Z out", "02.2Z err", "03.3Z out", ""]);
  assertEquals(await engineOn(tools).logs("x", 7), "(docker logs: no such)\n");
});

Deno.test("describe() blanks secrets", async () => {
  await using tools = await docker(`*) echo '[{"Config":{"Env":["API_TOKEN=abc"]}}]';;`);
  assertEquals(JSON.parse(await engineOn(tools).describe("abc")), [{
    Config: { Env: ["API_TOKEN=[secret API_TOKEN]"] },
  }]);
});

Deno.test("up() first replaces what stands still and is outdated, and nothing else", async () => {
  const names = JSON.stringify([{
    Id: "abc",
    Name: "/p-db-1",
    State: { Status: "exited", Running: false },
    Config: { Labels: { "com.docker.compose.service": "db" } },
  }]);
  await using tools = await docker(
    `*--dry-run*) echo " DRY-RUN MODE -  Container p-db-1  Recreate";;\ncompose*) ;;\n` +
      `ps*) echo abc;;\n"container inspect"*) echo '${names}';;`,
  );
  const options = { recreate: false, renew: ["a", "db"], timeoutMs: 30_000, logFile };
  assertEquals(await engineOn(tools).up(["a"], options), { ok: true });
  const compose = "compose --project-name vx11 --file /p/a.yml";
  assertEquals((await tools.log()).filter((line) => line.startsWith("compose")), [
    `${compose} --dry-run up --no-start --no-deps --no-build --pull never -- a db`,
    `${compose} up --no-start --no-deps --no-build --pull never --force-recreate -- db`,
    `${compose} up --detach --no-build --pull never --no-recreate -- a`,
  ]);
  await using old = await docker(`*--dry-run*) echo "unknown flag" >&2; exit 1;;\ncompose*) ;;`);
  assertEquals(await engineOn(old).up(["a"], options), { ok: true });
  assertEquals(
    (await old.log())[1],
    `${compose} up --no-start --no-deps --no-build --pull never --force-recreate -- a db`,
  );
});

Deno.test("drift() names all that is needed, of which another's network may be", async () => {
  const spec = { ...SPEC, image: "i" };
  await using tools = await docker(`compose*) ;;`);
  const services = new Map([["web", { ...spec, name: "web", dependsOn: ["gw"] }], ["gw", { ...spec, name: "gw" }]]);
  await engineOn(tools, { services }).drift?.(["web"]);
  assertEquals((await tools.log())[0]?.endsWith("-- gw web"), true);
});

/** As Compose 2.26 says it, and as its first versions with a terminal. */
const DRY_RUN = ` DRY-RUN MODE -  Container p-db-1  Running
 DRY-RUN MODE -  Container p-web-1  Recreate
 DRY-RUN MODE -  Container p-web-1  Recreated
 DRY-RUN MODE -    Container 0123456789ab_p-api-1  Recreate
 DRY-RUN MODE -  Container p-new-1  Creating
`;

Deno.test("drift() has Compose itself say what a start would replace, in a dry run", async () => {
  await using tools = await docker(`compose*) cat >&2 <<"END"\n${DRY_RUN}END\n;;`);
  assertEquals(await engineOn(tools).drift?.(["db", "web", "api"]), {
    containers: ["p-web-1", "0123456789ab_p-api-1"],
  });
  assertEquals(await tools.log(), [
    "compose --project-name vx11 --file /p/a.yml --dry-run up --no-start --no-deps --no-build --pull never -- api db web",
  ]);
  await using old = await docker(`compose*) echo "unknown flag: --dry-run" >&2; exit 16;;`);
  assertEquals(await engineOn(old).drift?.(["db"]), {
    why: "`docker compose --dry-run up` failed: unknown flag: --dry-run",
  });
});
