import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findCompose, parseInfo } from "../../lib/engine/compose/check.ts";
import type { Wanted } from "../../lib/engine/compose/check.ts";
import type { FailureData } from "../../lib/model/failure.ts";
import { Failure } from "../../lib/model/failure.ts";
import type { FakeTools } from "../fakes/docker.ts";
import { fakeTools } from "../fakes/docker.ts";

const CONFIG = `{"name":"vx11","services":{"switch":{"image":"i"}}}`;

/** A `docker` with which all is well, but for the cases that go first. */
function docker(cases = ""): string {
  return `echo "$*" >>"$LOG"
case "$*" in
${cases}
  info*) echo '{"version":"28.1.0","cgroup":"2","time":"2026-01-02T03:04:05.678Z"}';;
  context*) echo "unix:///var/run/docker.sock";;
  "compose version --short") echo v2.26.1-4;;
  compose*config*) echo "warning" >&2; echo '${CONFIG}';;
  *) echo "unexpected $*" >&2; exit 9;;
esac`;
}

const NO_V1 = "exit 127";

interface Case {
  scripts?: Record<string, string>;
  env?: Record<string, string>;
  files?: Record<string, string>;
  wanted?: (dir: string) => Partial<Wanted>;
}

async function project({ scripts, env, files }: Case): Promise<FakeTools> {
  const tools = await fakeTools(scripts ?? { docker: docker(), "docker-compose": NO_V1 }, env);
  await Deno.mkdir(`${tools.dir}/p`);
  for (const [name, text] of Object.entries(files ?? { "docker-compose.yml": "" })) {
    await Deno.writeTextFile(`${tools.dir}/p/${name}`, text);
  }
  return tools;
}

function wantedIn(dir: string, over: Partial<Wanted> = {}): Wanted {
  return { projectDir: `${dir}/p`, composeFiles: [], env: {}, metricsSource: "auto", ...over };
}

async function failureOf(given: Case): Promise<FailureData> {
  await using tools = await project(given);
  try {
    await findCompose(tools.host, wantedIn(tools.dir, given.wanted?.(tools.dir)));
  } catch (error) {
    assert(error instanceof Failure, String(error));
    assertEquals(error.data.exit, "environment");
    return { ...error.data, what: error.data.what.replaceAll(tools.dir, "DIR") };
  }
  throw new Error("it was found");
}

Deno.test("findCompose() finds versions, project, clock and cgroup version", async () => {
  // By DOCKER_HOST or by `docker context use`: the docker command itself resolves that.
  const scripts = { docker: docker(`context*) echo "ssh://me@build.example";;`) };
  await using tools = await project({ scripts });
  const setup = await findCompose(tools.host, wantedIn(tools.dir, { env: { VX11_MODE: "m" } }));
  const { words, ...info } = setup.info;
  assertEquals(info, { name: "compose", versions: { docker: "28.1.0", compose: "2.26.1-4" }, cgroup: "v2" });
  assertEquals([words.replacedBy, words.byHand?.project.slice(0, 2)], ["docker compose up", ["docker", "compose"]]);
  assertEquals([setup.project.name, [...setup.project.services.keys()]], ["vx11", ["switch"]]);
  assertEquals([setup.since, setup.probeHost], ["2026-01-02T03:04:05.678Z", "build.example"]);
  assertEquals([setup.dir, setup.env, setup.composeFiles], [`${tools.dir}/p`, { VX11_MODE: "m" }, []]);
  const config = (await tools.log()).filter((line) => line.endsWith("config --format json"));
  assertEquals(config.sort(), ["compose --profile * config --format json", "compose config --format json"]);
});

Deno.test("findCompose() knows Podman behind the docker command, and names it", async () => {
  // As Podman 5.4.2 answers.
  const info = {
    ...{ version: "5.4.2", cgroup: "1", time: "2026-12-01T06:34:15.281316975Z", id: "c544efda" },
    plugins: { Volume: ["local"], Network: ["bridge"], Log: ["k8s-file", "none", "passthrough", "journald"] },
  };
  await using tools = await project({ scripts: { docker: docker(`info*) echo '${JSON.stringify(info)}';;`) } });
  const { info: { versions, words }, maker } = await findCompose(tools.host, wantedIn(tools.dir));
  assertEquals([maker, versions], ["podman", { podman: "5.4.2", compose: "2.26.1-4" }]);
  assertEquals(words.healthCheck, "Podman health check");
  assertStringIncludes(words.checksRemedy ?? "", "systemd");
});

Deno.test("findCompose() hands files and environment to Compose", async () => {
  const scripts = { docker: docker(`compose*config*) echo "mode $VX11_MODE" >>"$LOG"; echo '${CONFIG}';;`) };
  await using tools = await project({ scripts, files: { "a.yml": "", "b.yml": "" } });
  const composeFiles = ["b.yml", "a.yml"].map((name) => `${tools.dir}/p/${name}`);
  await findCompose(tools.host, wantedIn(tools.dir, { composeFiles, env: { VX11_MODE: "low_power" } }));
  const [b, a] = composeFiles;
  assertEquals([...new Set((await tools.log()).filter((line) => /config|mode/.test(line)))].sort(), [
    `compose --file ${b} --file ${a} --profile * config --format json`,
    `compose --file ${b} --file ${a} config --format json`,
    "mode low_power",
  ]);
});

const SAID = (text: string) => `echo '${text}' >&2; exit 1`;
const V1_ONLY = `"compose version"*) echo "docker: unknown command: docker compose" >&2; exit 1;;`;
const API_TOO_OLD =
  "Error response from daemon: client version 1.41 is too old. Minimum supported API version is 1.44, " +
  "please upgrade your client to a newer version";
const CANNOT_CONNECT =
  "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

/** As Compose 2.26 says it, and what is told of it: "near" is of older ones. */
const QUOTING: [string, string][] = [
  [
    `failed to read /p/.env: line 2: unexpected character "$" in variable name "TOKEN$x=hunter2"`,
    `failed to read /p/.env: line 2: unexpected character "$" in variable name "…"`,
  ],
  [
    `failed to read /p/.env: line 1: unexpected character "\\n" in variable name near "hunter2\\nA=\\"hunter2\\"\\n"`,
    `failed to read /p/.env: line 1: unexpected character "\\n" in variable name near "…"`,
  ],
  [
    `failed to read /p/.env: line 1: unterminated quoted value "hunter2\nPW=hunter2`,
    `failed to read /p/.env: line 1: unterminated quoted value "…"`,
  ],
  [`failed to read /p/.env: Invalid template: "\${hunter2"`, `failed to read /p/.env: Invalid template: "…"`],
  [
    "invalid interpolation format for services.a.environment.P.\nYou may need to escape any $ with another $.\nhunter2${",
    "invalid interpolation format for services.a.environment.P.",
  ],
];

const FAILURES: [string, Case, string, string][] = [
  ["no docker", { scripts: {} }, "Cannot start modules: `docker` is not on PATH", "vx11-stability plan"],
  [
    "no rights on the socket",
    {
      scripts: {
        docker: docker(
          `info*) echo '{"version":"","cgroup":null,"time":""}'; ${
            SAID("permission denied while trying to connect to the Docker daemon socket")
          };;`,
        ),
      },
    },
    "Cannot use Docker: this user may not use the daemon's socket: permission denied while trying",
    "group `docker`",
  ],
  [
    "no daemon",
    { scripts: { docker: docker(`info*) ${SAID(CANNOT_CONNECT)};;`) } },
    `Cannot use Docker: the daemon does not answer: ${CANNOT_CONNECT}`,
    "DOCKER_HOST",
  ],
  [
    "Podman's own command under the name docker",
    {
      scripts: {
        docker: docker(
          `info*) ${
            SAID(
              'Error: template: info:1:18: executing "info" at <.ServerVersion>: can t evaluate field ServerVersion in type system.infoReport',
            )
          };;`,
        ),
      },
    },
    "`docker` is Podman's own command here",
    "DOCKER_HOST to Podman's socket",
  ],
  [
    "a daemon that is not there, though docker info exits with 0",
    { scripts: { docker: docker(`info*) echo '{"version":"","cgroup":"","time":""}';;`) } },
    "Cannot use Docker: the daemon does not answer",
    "systemctl start docker",
  ],
  [
    "Compose version 1 alone",
    { scripts: { docker: docker(V1_ONLY), "docker-compose": "echo 1.29.2" } },
    "Cannot use Docker Compose: only version 1.29.2 (`docker-compose`) is installed, and version 2 or later is needed",
    "docker-compose-plugin",
  ],
  [
    "a daemon that has given up the client's API, as Docker 29 says it",
    { scripts: { docker: docker(`info*) echo '{"version":"","cgroup":"","time":""}'; ${SAID(API_TOO_OLD)};;`) } },
    "Cannot use Docker: the daemon refuses this `docker` command: client version 1.41 is too old",
    "Install a newer `docker` command",
  ],
  [
    "no Compose at all",
    { scripts: { docker: docker(V1_ONLY) } },
    "`docker compose version` failed: docker: unknown command: docker compose",
    "docker-compose-plugin",
  ],
  [
    "a docker-compose that is broken",
    { scripts: { docker: docker(V1_ONLY), "docker-compose": NO_V1 } },
    "`docker compose version` failed",
    "docker-compose-plugin",
  ],
  [
    "a project that Compose refuses",
    {
      scripts: {
        docker: docker(
          `compose*config*) ${SAID(`service "a" depends on undefined service "z": invalid compose project`)};;`,
        ),
      },
    },
    `Cannot read the compose project in "DIR/p": service "a" depends on undefined service "z": invalid compose project`,
    "docker compose config",
  ],
  ...QUOTING.map(([said, told]): [string, Case, string, string] => [
    `without its value what Compose says of it: ${told}`,
    { scripts: { docker: docker(`compose*config*) cat >&2 <<"END"\n${said}\nEND\n exit 1;;`) } },
    `Cannot read the compose project in "DIR/p": ${told}`,
    "docker compose config",
  ]),
  [
    "a Compose that prints something else",
    { scripts: { docker: docker(`compose*config*) echo "name: vx11";;`) } },
    `Cannot read the compose project: docker compose config printed no JSON but "name: vx11`,
    "Update",
  ],
  [
    "no compose file",
    { files: { "compose.txt": "" } },
    `Cannot find a compose file: looked for compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml in "DIR/p"`,
    "--project-dir",
  ],
  [
    "a named file that is not there",
    { wanted: (dir) => ({ composeFiles: [`${dir}/p/none.yml`] }) },
    `Cannot find the compose file "DIR/p/none.yml"`,
    "--compose-file",
  ],
  [
    "a project dir that is none",
    { wanted: (dir) => ({ projectDir: `${dir}/p/docker-compose.yml` }) },
    `"DIR/p/docker-compose.yml" is not a directory`,
    "--project-dir",
  ],
];
for (const [what, given, text, next] of FAILURES) {
  Deno.test(`findCompose() names ${what}, and what to do`, async () => {
    const failure = await failureOf(given);
    assertStringIncludes(failure.what, text);
    assertStringIncludes(failure.next, next);
    assertEquals(JSON.stringify(failure).includes("hunter2"), false, JSON.stringify(failure));
  });
}

const WHY = `service "a" depends on undefined service "z": invalid compose project`;
const TOLD: [string, string, Record<string, unknown>, Record<string, unknown>][] = [
  ["once, if it is one line", WHY, {}, {
    next: "Correct it: `docker compose config --quiet` says nothing if all is well",
  }],
  [
    "whole, if it has several lines",
    `level=warning msg="obsolete"\n${WHY}`,
    {},
    {
      detail: `level=warning msg="obsolete"\n${WHY}\n`,
      next: "Correct it: `docker compose config --quiet` says nothing if all is well",
    },
  ],
  ["with the files that were named", WHY, { composeFiles: ["a b.yml", "c.yml"] }, {
    next:
      "Correct it: `docker compose --file 'DIR/p/a b.yml' --file DIR/p/c.yml config --quiet` says nothing if all is well",
  }],
  ["with a way to see what is left out", QUOTING[0]?.[0] ?? "", {}, {
    detail: undefined,
    next: "`docker compose config --quiet` shows the whole message",
  }],
];
for (const [how, said, { composeFiles = [] }, expected] of TOLD) {
  Deno.test(`findCompose() gives what Compose says of a project that it refuses ${how}`, async () => {
    const names = composeFiles as string[];
    const { what, exit, ...told } = await failureOf({
      files: { "compose.yaml": "", ...Object.fromEntries(names.map((name) => [name, ""])) },
      scripts: { docker: docker(`compose*config*) cat >&2 <<"END"\n${said}\nEND\n exit 1;;`) },
      wanted: (dir) => ({ composeFiles: names.map((name) => `${dir}/p/${name}`) }),
    });
    assertEquals([exit, JSON.parse(JSON.stringify(told).replaceAll(/\/tmp\/[^/]*/g, "DIR"))], [
      "environment",
      JSON.parse(JSON.stringify(expected)),
    ], what);
  });
}

const ELSEWHERE: [string, Case][] = [
  ["COMPOSE_FILE in the environment", { env: { COMPOSE_FILE: "x.yml" }, files: {} }],
  ["COMPOSE_FILE in .env", { files: { ".env": "A=1\n COMPOSE_FILE=x.yml\n" } }],
  ["COMPOSE_FILE that .env exports", { files: { ".env": "export COMPOSE_FILE=x.yml\n" } }],
  ["compose.yaml", { files: { "compose.yaml": "" } }],
];
for (const [what, given] of ELSEWHERE) {
  Deno.test(`findCompose() is content with ${what}`, async () => {
    await using tools = await project(given);
    assertEquals((await findCompose(tools.host, wantedIn(tools.dir))).project.name, "vx11");
  });
}

Deno.test("findCompose() is not content with an empty COMPOSE_FILE, or one in a comment", async () => {
  const failure = await failureOf({
    env: { COMPOSE_FILE: "" },
    files: { ".env": "#COMPOSE_FILE=x\nMY_COMPOSE_FILE=y" },
  });
  assertStringIncludes(failure.what, "Cannot find a compose file");
});

const VERSIONS: [string, Record<string, string>, string][] = [
  ["one that was built by hand", { docker: docker(`"compose version"*) echo dev;;`) }, "dev"],
  ["one that says nothing", { docker: docker(`"compose version"*) ;;`) }, "unknown"],
  [
    "a standalone docker-compose 2",
    {
      docker: docker(`compose*) ${SAID("docker: 'compose' is not a docker command.")};;`),
      "docker-compose": `case "$*" in version*) echo 2.26.1;; *) echo '${CONFIG}';; esac`,
    },
    "2.26.1",
  ],
  ...([
    ["a standalone one with a packager's suffix", "2.40.3-3", "2.40.3-3"],
    ["a standalone one with a v before it", "v2.40.3", "2.40.3"],
    ["a standalone one with Ubuntu's suffix", "2.37.1+ds1-0ubuntu2~24.04.1", "2.37.1+ds1-0ubuntu2~24.04.1"],
    ["a standalone Compose 5", "v5.1.3", "5.1.3"],
  ] as const).map(([what, said, version]): [string, Record<string, string>, string] => [what, {
    docker: docker(`compose*) ${SAID("docker: 'compose' is not a docker command.")};;`),
    "docker-compose": `case "$*" in version*) echo '${said}';; *) echo '${CONFIG}';; esac`,
  }, version]),
  ["the plugin of Compose 5", { docker: docker(`"compose version"*) echo v5.0.1;;`) }, "5.0.1"],
];
for (const [what, scripts, version] of VERSIONS) {
  Deno.test(`findCompose() takes the Compose that is there: ${what}`, async () => {
    await using tools = await project({ scripts });
    const { compose, info, project: { name } } = await findCompose(tools.host, wantedIn(tools.dir));
    assertEquals([info.versions["compose"], name], [version, "vx11"]);
    assertEquals(compose, [what.startsWith("a standalone") ? ["docker-compose"] : ["docker", "compose"]].flat());
  });
}

const services = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { image: "i", profiles: [name] }]));
const config = (...names: string[]) => JSON.stringify({ name: "vx11", services: services(...names) });

Deno.test("findCompose() knows which profiles are on without being named, and the services of the others", async () => {
  const scripts = {
    docker: docker(`*"--profile * config"*) echo '${config("a", "b")}';;
*config*) echo '${config("a")}';;`),
  };
  await using tools = await project({ scripts });
  const found = (await findCompose(tools.host, wantedIn(tools.dir))).project.services;
  assertEquals([...found].map(([name, { profiles }]) => [name, profiles]), [["a", undefined], ["b", ["b"]]]);
});

Deno.test("findCompose() bears profiles that exclude each other", async () => {
  const scripts = {
    docker: docker(`*"--profile * config"*) ${SAID(`container name "x" is already in use by "b"`)};;
*"config --profiles"*) printf 'b\nc\nd\n';;
*"--profile b config"*) echo '${config("a", "b")}';;
*"--profile c config"*) echo '${config("a", "c")}';;
*"--profile d config"*) ${SAID("no such service: z")};;
*config*) echo '${config("a")}';;`),
  };
  await using tools = await project({ scripts });
  const found = (await findCompose(tools.host, wantedIn(tools.dir))).project.services;
  assertEquals([...found].map(([name, { profiles }]) => [name, profiles]), [
    ["a", undefined],
    ["b", ["b"]],
    ["c", ["c"]],
  ]);
});

Deno.test("findCompose() refuses what Compose refuses with no profile named, though all of them together would do", async () => {
  const failure = await failureOf({
    scripts: {
      docker: docker(`*"--profile * config"*) echo '${CONFIG}';;
*config*) ${SAID(`service "web" depends on undefined service "debug": invalid compose project`)};;`),
    },
  });
  assertStringIncludes(failure.what, `service "web" depends on undefined service "debug"`);
});

const HOMES: [string, Case, string[]][] = [
  ["without a file", {}, [""]],
  ["the folder of the first file", {
    files: { "b.yml": "" },
    wanted: (dir) => ({ composeFiles: [`${dir}/p/../p/b.yml`] }),
  }, [""]],
  ["that of COMPOSE_FILE", { env: { COMPOSE_FILE: "deploy/a.yml:b.yml" } }, ["", "/deploy"]],
  ["none of the line after an empty COMPOSE_FILE", {
    files: { ".env": "COMPOSE_FILE=\nA=deploy/a.yml\n", "compose.yaml": "" },
  }, [""]],
  ["that of COMPOSE_FILE in .env", { files: { ".env": `export COMPOSE_FILE="deploy/a.yml" # it\n` } }, ["", "/deploy"]],
];
for (const [what, given, homes] of HOMES) {
  Deno.test(`findCompose() knows where the project's containers are labelled to come from: ${what}`, async () => {
    await using tools = await project(given);
    const setup = await findCompose(tools.host, wantedIn(tools.dir, given.wanted?.(tools.dir)));
    assertEquals(setup.homes, homes.map((home) => `${tools.dir}/p${home}`));
  });
}

Deno.test("findCompose() knows an engine of a plain user, and one without cgroups for containers", async () => {
  const found = async (driver: string, security: string[], cgroup = "2") => {
    const info = { version: "28.5.2", cgroup, time: "2026-01-02T03:04:05.678Z", driver, security };
    await using tools = await project({ scripts: { docker: docker(`info*) echo '${JSON.stringify(info)}';;`) } });
    const { info: { words }, isRootless, uncounted } = await findCompose(tools.host, wantedIn(tools.dir));
    return [isRootless, typeof uncounted, /cgroup v2/.test(words.figuresRemedy.auto)];
  };
  assertEquals(await found("none", ["name=seccomp,profile=builtin", "name=rootless"], "1"), [true, "string", true]);
  // As Podman 5.8 said on a host with cgroup v1.
  assertEquals(await found("cgroupfs", ["name=seccomp,profile=default", "name=rootless"], "1"), [true, "string", true]);
  assertEquals(await found("systemd", ["name=rootless"]), [true, "object", false]);
  assertEquals(await found("cgroupfs", ["name=seccomp,profile=rootless"], "1"), [false, "object", false]);
});

Deno.test("findCompose() tells the engine of a copied machine from that of the original", async () => {
  const ids = [];
  for (const name of ["lab1", "lab2"]) {
    const info = `{"version":"20.10","id":"A:B","name":"${name}","time":"2026-01-02T03:04:05Z"}`;
    const scripts = { docker: docker(`info*) echo '${info}';;`), "docker-compose": NO_V1 };
    await using tools = await project({ scripts });
    ids.push((await findCompose(tools.host, wantedIn(tools.dir))).daemonId);
  }
  assertEquals(ids, ["A:B lab1", "A:B lab2"]);
});

Deno.test("parseInfo() takes texts alone, and null, lists and numbers for no answer or an empty one", () => {
  const known = { version: "28", time: "", id: "", name: "" };
  const text = JSON.stringify({
    ...known,
    cgroup: "2",
    time: 5,
    id: { toString: 1 },
    driver: 1,
    security: "name=rootless",
    plugins: ["k8s-file"],
  });
  const none = { maker: "docker" as const, cgroupVersion: "2", cgroupDriver: "", rootless: false, heardAt: 1 };
  assertEquals(parseInfo(text, 1), { ...known, ...none });
  for (const odd of ["null", "1", "", "{"]) assertEquals(parseInfo(odd, 1), null);
  assertEquals(parseInfo('{"version":28}', 1)?.version, "");
});
