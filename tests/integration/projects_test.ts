/**
 * Projects of the shapes that people publish, as a new user meets them: `init`, its draft unedited, `plan`, and a run. The
 * verdict must be right in each, and a planted defect must be found.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import { basename, dirname, join, relative } from "@std/path";
import { parse } from "@std/yaml";
import { command, docker, image, integrationTest, ROOT } from "./environment.ts";
import { auditDirs, codesOf, type Finished, readReport, type Report, start, until } from "./program.ts";
import { containersOf, ownedBy, removeProject } from "./project.ts";

const FIXTURES = join(ROOT, "tests/fixtures/projects");

/** Name and tag of a stand-in → its stage in the Dockerfile. */
const IMAGES = {
  "app:1": "app",
  "nginx:1.27": "nginx",
  "nginx:1.27-alpine": "nginx",
  "postgres:16": "postgres",
  "rabbitmq:3-management": "rabbitmq",
  "redis:7": "redis",
  "redis:7-alpine": "redis",
};

let made: Promise<void> | undefined;

/** The images are there: as the sandbox's, they stay for the next time. */
function images(): Promise<void> {
  return made ??= (async () => {
    await image();
    for (const [name, stage] of Object.entries(IMAGES)) {
      const args = ["build", "--quiet", "--target", stage, "--tag", `vx11-it/${name}`, join(FIXTURES, "images")];
      await docker(...args);
    }
  })();
}

interface Shape {
  /** Its folder of fixtures. */
  name: string;
  what: string;
  /** Options of every command. */
  args?: string[];
  env?: Record<string, string>;
  core?: string[];
  /** Service → its check in the draft; "" for none. */
  checks: Record<string, string>;
  leftOut?: string[];
  /** Whether no service has a test: then every verdict is WARN. */
  untested?: true;
  /** What must be neither in the draft nor in what a run leaves. */
  secrets?: string[];
}

const SHAPES: Shape[] = [
  {
    name: "web-db-cache",
    what: "web, database and cache",
    env: { WEB_PORT: String(freePort()) },
    checks: { web: "tcp 8000", db: "exec pg_isready -U app -d app", cache: "tcp 6379" },
  },
  {
    name: "broker-workers",
    what: "a broker, and workers without a port",
    core: ["broker"],
    checks: { broker: "docker", mailer: "", thumbnails: "", beat: "" },
  },
  {
    name: "jobs-migrations",
    what: "a migration that others wait for, and a job that nobody waits for",
    core: ["db"],
    checks: { db: "exec pg_isready -U postgres", api: "http 8000 /health", worker: "", "seed-demo-data": "completed" },
    leftOut: ["migrate"],
  },
  {
    name: "reverse-proxy",
    what: "a reverse proxy in front of two services",
    env: { HTTP_PORT: String(freePort()) },
    checks: { proxy: "http 80 /", frontend: "tcp 3000", api: "tcp 8000" },
  },
  {
    name: "two-networks",
    what: "three networks, one of them internal",
    checks: { gateway: "tcp 80", app: "http 8000 /health", store: "exec pg_isready" },
  },
  {
    name: "profiles",
    what: "services of profiles, one of which another can do without",
    core: ["db"],
    checks: { app: "tcp 8000", db: "tcp 5432", adminer: "tcp 8080", mail: "tcp 1025" },
  },
  {
    name: "include-extends",
    what: "an included file, and services that extend another",
    core: ["redis"],
    checks: { redis: "exec redis-cli ping", orders: "http 8001 /health", payments: "http 8002 /health" },
  },
  {
    name: "several-files",
    what: "two files of the old form, and a service in the network of another",
    args: ["--compose-file", "docker-compose.yml", "--compose-file", "docker-compose.prod.yml"],
    checks: { web: "", db: "tcp 5432", metrics: "" },
  },
  {
    name: "build-only",
    what: "images that are all built, and no tests",
    checks: { web: "tcp 5000", worker: "" },
    untested: true,
  },
  {
    name: "sidecar",
    what: "services in the network of another",
    checks: { vpn: "", downloads: "", api: "", logs: "" },
  },
  {
    name: "replicas",
    what: "services with several containers, one behind a proxy",
    checks: { lb: "tcp 80", queue: "tcp 6379" },
    leftOut: ["consumer", "web"],
  },
  {
    name: "secrets-configs-env",
    what: "secrets, configs, an .env and an env file",
    checks: { db: "docker", app: "docker" },
    secrets: ["hunter2-5up3r-s3cret", "tok-5up3r-s3cret-value"],
  },
];

function shapeOf(name: string): Shape {
  const shape = SHAPES.find((each) => each.name === name);
  if (shape === undefined) throw new Error(`There is no shape ${name}`);
  return shape;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  return listener.addr.port;
}

interface Project extends AsyncDisposable {
  readonly dir: string;
  readonly name: string;
  run(...args: string[]): Promise<Finished>;
  report(): Promise<Report>;
}

/** A copy of the shape; with `defect`, the file of that name overrides it. */
async function project(
  { args = [], checks, env = {}, name: shape, untested }: Shape,
  defect = false,
): Promise<Project> {
  await images();
  const dir = await Deno.makeTempDir({ prefix: `vx11-projects-${shape}-` });
  const name = basename(dir).toLowerCase();
  for await (const { path } of walk(join(FIXTURES, shape), { includeDirs: false })) {
    const target = join(dir, relative(join(FIXTURES, shape), path));
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(path, target);
  }
  const settings = await Deno.readTextFile(join(dir, "env")).catch(() => null);
  if (settings !== null) {
    await Deno.writeTextFile(join(dir, ".env"), settings.replace(/^PROJECT_NAME=.*/m, `PROJECT_NAME=${name}`));
  }
  if (defect) await Deno.rename(join(dir, "defect.yaml"), join(dir, "compose.override.yaml"));
  if (untested !== true) {
    await Deno.mkdir(join(dir, "tests"));
    for (const service of Object.keys(checks)) {
      await Deno.writeTextFile(
        join(dir, `tests/test_${service.replaceAll("-", "_")}.py`),
        "def test_it():\n    pass\n",
      );
    }
  }
  return {
    dir,
    name,
    run: async (...more) => await (await start([...more, ...args], { cwd: dir, env })).finished,
    report: async () => await readReport((await auditDirs(dir)).at(-1) ?? ""),
    async [Symbol.asyncDispose]() {
      await removeProject(name);
      for (const service of untested === true ? Object.keys(checks) : []) {
        await command("docker", ["image", "rm", `${name}-${service}`]);
      }
      await Deno.remove(dir, { recursive: true });
    },
  };
}

interface Drafted {
  core?: string[];
  modules: Record<string, { health?: Record<string, unknown>[] }>;
}

function checksOf({ modules }: Drafted): Record<string, string> {
  return Object.fromEntries(
    Object.entries(modules).map(([name, { health = [] }]) => [
      name,
      health.map(({ command = [], kind = "http", path = "", port = "" }) =>
        [kind, port, path, ...command as unknown[]].filter((word) => word !== "").join(" ")
      ).join(),
    ]),
  );
}

const RUN = ["run", "--no-keep-core", "--jobs", "4"];

for (const shape of SHAPES) {
  integrationTest(`init, plan and a run give the right verdict for ${shape.what}`, async () => {
    await using it = await project(shape);
    const drafted = await it.run("init");
    assertEquals(drafted.code, 0, drafted.stderr);
    const text = await Deno.readTextFile(join(it.dir, "vx11-stability.yaml"));
    const draft = parse(text) as Drafted;
    assertEquals(checksOf(draft), shape.checks);
    assertEquals(draft.core ?? [], shape.core ?? []);
    assertEquals([...text.matchAll(/^# - "(.*?)":/gm)].map(([_, name]) => name), shape.leftOut ?? []);

    const plan = await it.run("plan");
    assertEquals(plan.code, 0, plan.stderr);
    for (const name of Object.keys(shape.checks)) assertStringIncludes(plan.stdout, `${name}: `);

    const { code, stderr } = await it.run(...RUN);
    const { modules } = await it.report();
    const tested = Object.keys(shape.checks).filter((name) => !shape.core?.includes(name));
    assertEquals(
      Object.fromEntries(Object.values(modules).map((module) => [module.name, [module.status, ...codesOf(module)]])),
      Object.fromEntries(tested.map((name) => [name, shape.untested === true ? ["WARN", "no_tests"] : ["PASS"]])),
      stderr,
    );
    assertEquals(code, 0, stderr);
    assertEquals([await containersOf(it.name), await ownedBy(it.name, "network")], [[], []], "nothing is left");

    for (const secret of shape.secrets ?? []) {
      const { stdout } = await command("grep", ["-rlF", secret, "docs", "vx11-stability.yaml"], it.dir);
      assertEquals(stdout, "", `${secret} is in what was written`);
    }
  });
}

integrationTest(
  "what Compose has brought up before is tested in place, with jobs that are done and several containers",
  async (t) => {
    for (const name of ["jobs-migrations", "replicas"]) {
      await t.step(name, async () => {
        await using it = await project(shapeOf(name));
        const up = await command("docker", ["compose", "up", "--detach", "--quiet-pull"], it.dir);
        assertEquals(up.code, 0, up.stderr);
        const states = async () => (await containersOf(it.name)).map(({ id, state }) => `${id} ${state}`).sort();
        const isSettled = async () =>
          (await containersOf(it.name)).every(({ service, state }) =>
            state === (/^(?:migrate|seed)/.test(service) ? "exited" : "running")
          );
        await until("all of it is up, and the jobs are done", isSettled);
        const before = await states();
        assertEquals((await it.run("init")).code, 0);
        const { code, stderr } = await it.run("run", "--jobs", "4");
        const found = Object.values((await it.report()).modules).flatMap((
          module,
        ) => [module.status, ...codesOf(module)]);
        assertEquals([code, [...new Set(found)]], [0, ["PASS"]], stderr);
        assertEquals(await states(), before);
      });
    }
  },
);

interface Planted {
  shape: string;
  what: string;
  args: string[];
  code: number;
  /** Module → its status and reasons. */
  verdicts: Record<string, string[]>;
  /** The module whose reason says it, and a part of that. */
  said: [module: string, text: string];
}

const PLANTED: Planted[] = [
  {
    shape: "jobs-migrations",
    what: "a migration that fails",
    args: [],
    code: 1,
    verdicts: {
      api: ["FAIL", "exited", "start_failed"],
      worker: ["FAIL", "exited", "start_failed"],
      "seed-demo-data": ["FAIL", "exited", "start_failed"],
    },
    said: ["api", `"migrate" was not running at the end: exited, exit code 1`],
  },
  {
    shape: "broker-workers",
    what: "a worker that crashes after it was ready",
    args: [],
    code: 1,
    verdicts: { mailer: ["PASS"], thumbnails: ["FAIL", "restarted"], beat: ["PASS"] },
    said: ["thumbnails", "it ended with exit code 3"],
  },
  {
    shape: "reverse-proxy",
    what: "a proxy whose upstream is dead",
    args: ["--timeout-sec", "4"],
    code: 1,
    verdicts: { proxy: ["FAIL", "health_timeout", "unhealthy"], frontend: ["PASS"], api: ["PASS"] },
    said: ["proxy", "answered 502"],
  },
  {
    shape: "web-db-cache",
    what: "a database that is never ready",
    args: ["--timeout-sec", "4"],
    code: 1,
    verdicts: {
      cache: ["PASS"],
      db: ["FAIL", "health_timeout", "unhealthy"],
      web: ["FAIL", "dependency_failed"],
    },
    said: ["db", "no response"],
  },
];

for (const { args, code, said: [module, text], shape: name, verdicts, what } of PLANTED) {
  integrationTest(`what init drafts finds ${what}`, async () => {
    await using it = await project(shapeOf(name), true);
    assertEquals((await it.run("init")).code, 0);
    const finished = await it.run(...RUN, ...args);
    const report = await it.report();
    const found = Object.values(report.modules).map((each) => [each.name, [each.status, ...codesOf(each)]]);
    assertEquals(Object.fromEntries(found), verdicts, finished.stderr);
    assertEquals(finished.code, code);
    assertStringIncludes(report.modules[module]?.reasons.map((reason) => reason.text).join("\n") ?? "", text);
    assertEquals(await docker("ps", "-aq", "--filter", `label=com.docker.compose.project=${it.name}`), "");
  });
}
