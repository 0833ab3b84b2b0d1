/** `init`: on real files, with a `docker` that answers as told. What it drafts is read as a run reads it. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join, relative } from "@std/path";
import { parse } from "@std/yaml";
import { main } from "../../lib/cli/cli.ts";
import { schemaText } from "../../lib/cli/doing/schema.ts";
import { parseConfig, schemaRefusal } from "../fakes/config.ts";
import { builtinCore, builtinModules } from "../../lib/modules.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Host } from "../../lib/host/host.ts";
import { fakeHost } from "../fakes/host.ts";

const SCHEMA = "vx11-stability.schema.json";

type Declared = Record<string, unknown>;

interface Setting {
  services: Record<string, Declared>;
  /** As the files have them, before Compose puts values in; the same unless it is given. */
  raw?: Record<string, Declared>;
  args?: string[];
  /** Path below the project → text. */
  files?: Record<string, string>;
  /** A folder below the project that may not be read. */
  unreadable?: string;
}

async function drafted({ args = ["--stdout"], files = {}, services, raw = services, unreadable }: Setting) {
  const dir = await Deno.makeTempDir({ prefix: "vx11-init-" });
  const real = denoHost();
  const envs: Record<string, string>[] = [];
  const spawn: Host["spawn"] = (words, options) => {
    if (words.includes("config")) envs.push(options?.env ?? {});
    // As Compose, which leaves out what is not on.
    const isOn = ([_, { profiles }]: [string, Declared]) => words.includes("--profile") || profiles === undefined;
    const seen = words.includes("--no-interpolate") ? raw : services;
    const declared = { name: "shop", services: Object.fromEntries(Object.entries(seen).filter(isOn)) };
    return real.spawn(["printf", "%s", JSON.stringify(declared)], { ...options, cwd: dir });
  };
  try {
    for (const [path, text] of Object.entries({ "compose.yaml": "", ...files })) {
      await Deno.mkdir(join(dir, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(dir, path), text);
    }
    const { clock, kernel } = real;
    // The tests run as root, which may read everything.
    const closed = unreadable === undefined ? null : join(dir, unreadable);
    const disk: Host["files"] = {
      ...real.files,
      masked: () => disk,
      kind: (path) => path === closed ? Promise.reject(new Error("EACCES")) : real.files.kind(path),
      async walk(below, onClosed) {
        const found = await real.files.walk(below, onClosed);
        if (closed === null) return found;
        onClosed(relative(below, closed), "EACCES");
        return found.filter((path) => !join(below, path).startsWith(`${closed}/`));
      },
    };
    const host = fakeHost({ args: ["init", ...args], cwd: dir, host: { files: disk, spawn, clock, kernel } });
    const code = await main(host, { name: "vx11-stability", version: "0.1.0" });
    const written = new Map<string, string>();
    for (const name of ["vx11-stability.yaml", "vx11-stability.yml", SCHEMA]) {
      const text = await Deno.readTextFile(join(dir, name)).catch(() => null);
      if (text !== null) written.set(name, text);
    }
    return { code, dir, envs, written, out: host.written.out, err: host.written.err };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The settings that a run takes from the draft, and the draft with each comment in one line. */
async function settings(setting: Setting) {
  const { code, err, out } = await drafted(setting);
  assertEquals([code, err], [0, ""]);
  assertEquals(out.split("\n").filter((line) => line.includes("# ") && line.length > 80), []);
  return { text: unwrapped(out), ...parseConfig(out, "c.yaml") };
}

function unwrapped(draft: string): string {
  return draft.replaceAll(/(?<=# .*)\n *# (?!-)/g, " ");
}

const on = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { condition: "service_started" }]));
const after = (name: string) => ({ [name]: { condition: "service_completed_successfully" } });
const shell = (text: string) => ({ test: ["CMD-SHELL", text] });

const SHOP: Record<string, Declared> = {
  adminer: { image: "adminer", profiles: ["tools"] },
  web: { image: "nginx", depends_on: on("two") },
  db: { image: "postgres:16" },
  cache: { image: "redis:7" },
  api: { build: {}, depends_on: { ...after("migrate"), ...on("cache") } },
  migrate: { build: {}, depends_on: on("db") },
  two: { image: "a", deploy: { replicas: 2 }, depends_on: on("api") },
  worker: { build: {}, depends_on: on("db", "cache") },
};

Deno.test("init drafts a module for each service that stays, with what it needs by way of the others", async () => {
  const { core, modules } = await settings({ services: SHOP });
  assertEquals([...modules].map(([name, { dependsOn, services }]) => [name, services, dependsOn]), [
    ["adminer", ["adminer"], []],
    ["db", ["db"], []],
    ["cache", ["cache"], []],
    ["api", ["api"], ["db", "cache"]],
    ["web", ["web"], ["api"]],
    ["worker", ["worker"], ["db", "cache"]],
  ]);
  assertEquals(core.modules, ["db", "cache"]);
});

Deno.test("init says which services are left out, and why", async () => {
  const { out } = await drafted({ services: { ...SHOP, none: { image: "a", deploy: { replicas: 0 } } } });
  assertEquals(out.slice(out.indexOf("# Left out:")).trimEnd().split("\n").slice(1), [
    '# - "migrate": others wait for it to complete, so Compose runs it for them.',
    '# - "two": it has 2 replicas, and the service of a module has one container.',
    '# - "none": it is declared with 0 replicas.',
  ]);
});

Deno.test("init says of a module that it is only on with a profile", async () => {
  const { out } = await drafted({ services: SHOP });
  assertMatch(unwrapped(out), /\n {2}# Only on with the profile tools, .*\n {2}adminer:\n/);
});

Deno.test("init proposes as core only what two need, needs nothing, and is not built here", async () => {
  const services = {
    app: { build: {}, depends_on: on("one") },
    base: { build: {} },
    other: { build: {}, depends_on: on("base", "upper") },
    third: { build: {}, depends_on: on("base", "upper") },
    one: { image: "redis" },
    upper: { image: "keycloak", depends_on: on("one") },
  };
  const { core, text } = await settings({ services: { ...services, one: { image: "redis" } } });
  assertEquals(core.modules, ["one"]);
  assertStringIncludes(text, "core: [one]");
  const { core: none, text: without } = await settings({ services: { app: services.app, one: services.one } });
  assertEquals([none.modules, /^core:/m.test(without)], [[], false]);
});

Deno.test("init takes no service for a need that Compose starts the other without", async () => {
  const optional = { condition: "service_started", required: false };
  const { modules } = await settings({
    services: {
      app: { image: "a", depends_on: { mail: optional, cache: optional, two: optional } },
      cache: { image: "redis" },
      mail: { image: "a", profiles: ["debug"] },
      two: { image: "a", scale: 2, depends_on: on("behind") },
      behind: { image: "a" },
      other: { image: "a", depends_on: { mail: optional, need: { condition: "service_started" } } },
      need: { image: "a", depends_on: on("mail"), profiles: ["debug"] },
    },
  });
  assertEquals(["app", "other", "need"].map((name) => modules.get(name)?.dependsOn), [["cache"], ["need"], ["mail"]]);
});

const vpn = (over: Declared = {}) => ({ image: "a", ports: [{ target: 8080 }], ...over });

Deno.test("init takes no port for a service's own that one in its network may answer", async () => {
  const services = {
    vpn: vpn(),
    downloads: { image: "a", network_mode: "service:vpn", depends_on: on("vpn") },
    front: vpn({ image: "nginx", ports: [{ target: 443 }, { target: 80 }] }),
    store: { image: "redis", network_mode: "service:front", depends_on: on("front") },
    checked: vpn({ healthcheck: shell("wget -qO- http://localhost:9000/up") }),
    beside: { image: "a", network_mode: "service:checked", expose: ["9001"], depends_on: on("checked") },
  };
  const { modules, text } = await settings({ services });
  assertEquals(
    Object.keys(services).map((name) => modules.get(name)?.health.map(({ kind, port }) => `${kind} ${port}`)),
    [[], [], ["tcp 80"], ["tcp 6379"], ["http 9000"], ["tcp 9001"]],
  );
  assertMatch(text, /# Its ports may be those of "downloads", which uses its network: .*kind: tcp, port\. /);
});

const JOBS: [string, Declared, boolean][] = [
  ["migrate", {}, true],
  ["db-init", { restart: "on-failure" }, true],
  ["seed_demo", { restart: "no" }, true],
  ["app.setup", {}, true],
  ["minio-init", { image: "minio/mc", depends_on: on("db") }, true],
  ["report", { restart: "no" }, true],
  ["report", { deploy: { restart_policy: { condition: "none" } } }, true],
  ["report", {}, false],
  ["report", { restart: "on-failure" }, false],
  ["migrate", { restart: "always" }, false],
  ["migrate", { restart: "unless-stopped" }, false],
  ["migrate", { deploy: { restart_policy: { condition: "any" } } }, false],
  ["seed", { expose: ["80"] }, false],
  ["seed", { healthcheck: shell("true") }, false],
  ["init", { image: "postgres" }, false],
  ["initial", {}, false],
  ["seedling", {}, false],
];
for (const [name, over, isJob] of JOBS) {
  Deno.test(`init drafts ${name} with ${JSON.stringify(over)} as a ${isJob ? "job" : "service that goes on"}`, async () => {
    const { modules } = await settings({ services: { db: { image: "x" }, [name]: { image: "a", ...over } } });
    assertEquals(modules.get(name)?.health.some(({ kind }) => kind === "completed"), isJob);
  });
}

Deno.test("init takes no service for a job that others need, unless it has the name of one", async () => {
  const services = {
    seed: { image: "a" },
    daemon: { image: "a", restart: "no" },
    app: { image: "a", depends_on: on("seed", "daemon") },
    always: { image: "a", restart: "always" },
  };
  const { modules, text } = await settings({ services });
  assertEquals(
    [...modules.values()].map(({ health }) => health.map(({ kind }) => kind)),
    [["completed"], [], [], []],
  );
  assertEquals(text.match(/If it is a job, check that it ends with 0: kind: completed\./g)?.length, 2);
});

Deno.test("init proposes no job as core", async () => {
  const user = { image: "a", depends_on: on("seed", "store") };
  const { core } = await settings({ services: { seed: { image: "a" }, store: { image: "a" }, one: user, two: user } });
  assertEquals(core.modules, ["store"]);
});

const CHECKS: [string, Declared, Declared | null][] = [
  ["the page that its health check requests", {
    image: "nginx",
    ports: [{ target: 8080 }],
    healthcheck: shell("curl -f http://localhost:9000/up || exit 1"),
  }, { kind: "http", port: 9000, path: "/up" }],
  ["its health check, if that looks at more than the page", {
    image: "nginx",
    healthcheck: shell("curl -sf http://localhost:80/x | grep ok"),
  }, { kind: "docker" }],
  ["its health check, if any status of the page passes", {
    image: "nginx",
    healthcheck: shell("curl -s http://localhost:80/x || exit 1"),
  }, { kind: "docker" }],
  ["its health check, if the page wants to know who asks", {
    image: "nginx",
    healthcheck: { test: ["CMD", "wget", "-qO-", "--header", "Authorization: x", "http://127.0.0.1:8000/auth"] },
  }, { kind: "docker" }],
  ["the query of its page, too", {
    image: "nginx",
    healthcheck: shell("curl -f http://localhost:9000/up?full=1"),
  }, { kind: "http", port: 9000, path: "/up?full=1" }],
  ["the command of its health check, if that is one that only asks", {
    image: "postgres",
    healthcheck: { test: ["CMD", "/usr/bin/pg_isready", "-U", "my app"] },
  }, { kind: "exec", command: ["/usr/bin/pg_isready", "-U", "my app"] }],
  ["such a command of a shell, if it needs none", {
    image: "redis",
    healthcheck: shell("redis-cli -p 6379  ping || exit 1"),
  }, { kind: "exec", command: ["redis-cli", "-p", "6379", "ping"] }],
  ["its health check, if that needs a shell", {
    image: "redis",
    healthcheck: shell("redis-cli ping | grep PONG"),
  }, { kind: "docker" }],
  ["its health check, if that expands variables in the container", {
    image: "postgres",
    healthcheck: { test: ["CMD", "pg_isready", "-U", "$$POSTGRES_USER"] },
  }, { kind: "docker" }],
  ["its health check, if a password stands in it", {
    image: "redis",
    healthcheck: { test: ["CMD", "redis-cli", "-a", "geheim", "ping"] },
  }, { kind: "docker" }],
  ["its health check, if that costs more than a question", {
    image: "rabbitmq",
    healthcheck: { test: ["CMD", "rabbitmq-diagnostics", "-q", "ping"] },
  }, { kind: "docker" }],
  ["no health check that is turned off", {
    image: "a",
    ports: [{ target: 81 }],
    healthcheck: { disable: true },
  }, { kind: "tcp", port: 81 }],
  ["no health check that is NONE", { image: "a", healthcheck: { test: ["NONE"] } }, null],
  ["the first port that it publishes", {
    build: {},
    ports: [{ target: 82, published: "1", protocol: "tcp" }, { target: 83 }],
  }, { kind: "tcp", port: 82 }],
  ["the port that its image is known for, among those that it publishes", {
    image: "registry.test:5000/rabbitmq:3@sha256:12",
    ports: [{ target: 15672 }, { target: 5672 }],
  }, { kind: "tcp", port: 5672 }],
  ["a port that it publishes, if its image is known for another", {
    image: "redis",
    ports: [{ target: 7000 }],
  }, { kind: "tcp", port: 7000 }],
  ["the port that it exposes", { build: {}, expose: ["84"] }, { kind: "tcp", port: 84 }],
  ["no port of UDP", { build: {}, ports: [{ target: 53, protocol: "udp" }] }, null],
  ["the usual port of its image", { image: "docker.io/library/mysql:8" }, { kind: "tcp", port: 3306 }],
  ["nothing of an image that is built here", { image: "redis", build: {} }, null],
];

for (const [name, service, expected] of CHECKS) {
  Deno.test(`init drafts a check from what a service declares: ${name}`, async () => {
    const { modules } = await settings({ services: { app: service } });
    const health = modules.get("app")?.health ?? [];
    assertEquals(health, expected === null ? [] : [{ service: "app", declared: true, ...expected } as never]);
  });
}

/** Every service of the built-in map, and more: a helper, a monitor of its own, and a job of the helper's. */
const VX11: Record<string, Declared> = {
  ...Object.fromEntries(
    [...builtinModules().values()].flatMap(({ services }) => services.map((name) => [name, { image: "v" }])),
  ),
  madre: { image: "v", depends_on: { ...on("redis"), ...after("setup") } },
  "operator-frontend": { image: "v", profiles: ["operator"] },
  redis: { image: "redis" },
  setup: { image: "v" },
  grafana: { image: "grafana", ports: [{ target: 3000 }] },
  exporter: { image: "e", depends_on: on("redis", "madre", "tentaculo_link", "grafana") },
};

Deno.test("init keeps the built-in map for a project that has its core, and drafts only what is beside it", async () => {
  const { core, modules, text } = await settings({ services: VX11 });
  assertEquals(core, builtinCore());
  const beside = ["grafana", "exporter"];
  assertEquals([...modules].filter(([name]) => !beside.includes(name)), [...builtinModules()]);
  assertEquals(beside.map((name) => modules.get(name)?.dependsOn), [[], ["baseline", "grafana"]]);
  assertEquals(modules.get("grafana")?.health.map(({ kind, port }) => [kind, port]), [["tcp", 3000]]);
  assertMatch(text, /\n {2}spawner:\n {4}services: \[spawner\]\n {4}depends_on: \[baseline, hermes\]\n/);
  assertStringIncludes(text, '# - "redis": Compose starts it for those that need it.');
  assertStringIncludes(text, '# - "setup": others wait for it to complete');
  const { out } = await drafted({ services: VX11, args: [] });
  assertStringIncludes(out, "yaml: 12 modules, core: baseline; 2 services left out");
});

Deno.test("init keeps the built-in map's modules of which the project has no service, and does not name them", async () => {
  const { shubniggurath: _, switch: __, ...fewer } = VX11;
  const { modules, text } = await settings({ services: fewer });
  assertEquals(["switch", "shubniggurath"].map((name) => [modules.has(name), text.includes(`${name}:`)]), [
    [true, false],
    [true, false],
  ]);
});

Deno.test("init takes no stranger for a project of the built-in map, and does not name it then", async () => {
  const { tentaculo_link: _, ...stranger } = VX11;
  for (const services of [{ ...stranger, exporter: { image: "e" } }, SHOP]) {
    const { core, modules, text } = await settings({ services });
    assertEquals([core.modules.includes("baseline"), modules.has("baseline")], [false, false]);
    assertEquals(/vx11(?!-stability)|baseline/i.test(text), false);
  }
});

Deno.test("init puts no value of a variable into the file", async () => {
  const services = {
    a: { image: "redis", healthcheck: shell("redis-cli -a geheim123 ping"), environment: { PASSWORD: "geheim123" } },
    b: { image: "x", healthcheck: shell("curl -f 'http://localhost:80/up?token=geheim123'") },
    c: { image: "x", healthcheck: shell("nc -z localhost geheim123") },
    d: {
      image: "x",
      healthcheck: shell("wget -qO- http://localhost:80/up?token=$$TOKEN"),
      environment: { TOKEN: "geheim123" },
    },
  };
  const raw = {
    a: { ...services.a, healthcheck: shell("redis-cli -a ${PASSWORD} ping") },
    b: { ...services.b, healthcheck: shell("curl -f 'http://localhost:80/up?token=$TOKEN'") },
    c: { ...services.c, healthcheck: shell("nc -z localhost $$X${PORT}") },
    d: { ...services.d, healthcheck: shell("wget -qO- http://localhost:80/up?token=$$TOKEN") },
  };
  const { modules, text } = await settings({ services, raw });
  assertEquals(text.includes("geheim123"), false);
  assertEquals([...modules.values()].flatMap(({ health }) => health.map(({ kind }) => kind)), [
    "docker",
    "docker",
    "docker",
    "docker",
  ]);
});

Deno.test("init takes no command of a health check if Compose does not say how the files have it", async () => {
  const services = { a: { image: "redis", healthcheck: shell("redis-cli ping") } };
  for (const raw of [{}, { a: { image: "redis" } }]) {
    const { modules } = await settings({ services, raw });
    assertEquals(modules.get("a")?.health.map(({ kind }) => kind), ["docker"]);
  }
});

Deno.test("init gives a module the patterns that match a test file", async () => {
  const files = Object.fromEntries(
    ["tests/test_my_api.py", "tests/sub/test_my_api_x.py", "tests/test_other.py"].map((path) => [path, ""]),
  );
  const { modules, text } = await settings({ services: { "my-api": { image: "a" }, web: { image: "a" } }, files });
  assertEquals([...modules.values()].map(({ tests }) => tests), [["test_my_api.py", "test_my_api_*.py"], []]);
  assertMatch(text, /web:\n(?: {4}.*\n)*? {4}# .*No test file has its name:/);
});

Deno.test("init says which test files it could not read, and drafts the rest", async () => {
  const setting = { services: { a: { image: "a" } }, files: { "tests/test_a.py": "", "tests/sub/test_a_x.py": "" } };
  const closed = await drafted({ ...setting, unreadable: "tests/sub" });
  assertEquals([closed.code, closed.out.includes("tests: [test_a.py]")], [0, true]);
  assertMatch(closed.err, /^note: The folder \S+tests\/sub is left out, as it cannot be read: EACCES\n$/);
  const none = await drafted({ ...setting, unreadable: "tests" });
  assertEquals([none.code, none.err], [0, "note: No test file was read: EACCES\n"]);
});

Deno.test("init takes a project that needs the mode", async () => {
  const { envs } = await drafted({ services: { a: { image: "a" } } });
  assertEquals([envs.length > 0, envs.filter(({ VX11_MODE }) => VX11_MODE === undefined)], [true, []]);
});

Deno.test("init quotes names that YAML readers take for something else", async () => {
  const names = ["yes", "null", "1.5", "0x1", "a.b-c"];
  const { modules } = await settings({ services: Object.fromEntries(names.map((name) => [name, { image: "redis" }])) });
  assertEquals([...modules.keys()].sort(), [...names].sort());
});

Deno.test("init writes the file beside the project's own and says what to do next", async () => {
  const { code, dir, out, written } = await drafted({ services: SHOP, args: [] });
  assertEquals(code, 0);
  assertEquals(
    out,
    `Wrote ${dir}/vx11-stability.yaml: 6 modules, core: db, cache; 2 services left out, as its end says\n` +
      "Editors check it by vx11-stability.schema.json beside it. " +
      "Read it, then see what a run would do: vx11-stability plan\n",
  );
  assertEquals([...written.keys()], ["vx11-stability.yaml", SCHEMA]);
  const [first, second] = written.get("vx11-stability.yaml")?.split("\n") ?? [];
  assertEquals(first, "# yaml-language-server: $schema=./vx11-stability.schema.json");
  assertMatch(second ?? "", /^# Settings of vx11-stability/);
  assertEquals(written.get(SCHEMA), schemaText("config"));
});

Deno.test("init writes the schema of this program over one of another version, and over nothing else", async () => {
  const older = JSON.stringify({ $id: "urn:vx11-stability:schema:config", properties: {} });
  const over = await drafted({ services: SHOP, args: [], files: { [SCHEMA]: older } });
  assertEquals([over.code, over.written.get(SCHEMA)], [0, schemaText("config")]);
  for (const other of ["", "{", "[]", "null", '{"$id":"https://example.org/mine"}']) {
    const kept = await drafted({ services: SHOP, args: [], files: { [SCHEMA]: other } });
    assertEquals([kept.code, [...kept.written]], [2, [[SCHEMA, other]]], other);
    assertMatch(kept.err, /vx11-stability\.schema\.json" that this program did not write\n.*--force/);
    const forced = await drafted({ services: SHOP, args: ["--force"], files: { [SCHEMA]: other } });
    assertEquals([forced.code, forced.written.get(SCHEMA)], [0, schemaText("config")]);
    const printed = await drafted({ services: SHOP, files: { [SCHEMA]: other } });
    assertEquals([printed.code, [...printed.written]], [0, [[SCHEMA, other]]]);
  }
  const folder = await drafted({ services: SHOP, args: [], files: { [`${SCHEMA}/x`]: "" } });
  assertEquals([folder.code, folder.written.size], [2, 0]);
});

Deno.test("init drafts what its schema accepts, and the schema refuses a misspelt key in it", async () => {
  const { out } = await drafted({ services: SHOP });
  const value = parse(out);
  assertEquals(schemaRefusal(value), null);
  assertMatch(schemaRefusal(parse(out.replace("services:", "service:"))) ?? "", /service/);
});

Deno.test("init repeats the options that a run of the same project needs", async () => {
  const args = ["--compose-file", "compose.yaml", "--tests-dir", "my tests"];
  const { out } = await drafted({ services: { a: { image: "a" } }, args, files: { "my tests/test_a.py": "" } });
  assertStringIncludes(out, "vx11-stability plan --compose-file compose.yaml --tests-dir 'my tests'\n");
});

Deno.test("init overwrites no config file, unless it is told to", async () => {
  const files = { "vx11-stability.yml": "mine" };
  const kept = await drafted({ services: SHOP, args: [], files });
  assertEquals([kept.code, [...kept.written]], [2, [["vx11-stability.yml", "mine"]]]);
  assertMatch(kept.err, /already: ".*vx11-stability\.yml"\n.*--force/);
  const printed = await drafted({ services: SHOP, files });
  assertEquals([printed.code, [...printed.written]], [0, [["vx11-stability.yml", "mine"]]]);
  const forced = await drafted({ services: SHOP, args: ["--force"], files });
  assertEquals([forced.code, [...forced.written.keys()]], [0, ["vx11-stability.yml", SCHEMA]]);
  assertStringIncludes(forced.written.get("vx11-stability.yml") ?? "", "extends: none");
});

Deno.test("init says why a project has nothing to test, and writes nothing", async () => {
  const { code, err, written } = await drafted({ services: { a: { image: "a", deploy: { replicas: 0 } } }, args: [] });
  assertEquals([code, written.size], [3, 0]);
  assertStringIncludes(err, '"a": it is declared with 0 replicas');
  const empty = await drafted({ services: {}, args: [] });
  assertEquals(empty.code, 3);
  assertStringIncludes(empty.err, "the project has no services");
});
