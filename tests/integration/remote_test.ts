/**
 * A project on an engine of another host: what is asked where, which figures there are, and what becomes of a run that is killed or
 * loses its engine.
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { integrationTest } from "./environment.ts";
import { NO_OTHER_HOST, OTHER_NAME, OtherHost } from "./other_host.ts";
import { type Finished, moduleOf, readJournal, readReport, type Report, start, until } from "./program.ts";

const SERVICE = { image: "vx11-sandbox:1", pull_policy: "never", mem_limit: "64m", stop_grace_period: "2s" };
const service = (name: string, more: Record<string, unknown>) => ({
  ...SERVICE,
  environment: { VX11_SERVICE: name, PORT: "8001" },
  ...more,
});

const COMPOSE = {
  services: {
    open: service("open", { ports: ["18461:8001"] }),
    loop: service("loop", { ports: ["127.0.0.1:18462:8001"] }),
    inner: service("inner", { expose: ["8001"], volumes: ["./conf:/conf"] }),
  },
};

const health = (service: string) => ({ service, port: 8001, path: "/health" });
const CONFIG = {
  extends: "none",
  // By ssh, on a busy machine, the usual number takes longer than a run waits for it.
  thresholds: { min_probes: 5, latency_p95_ms: 2000 },
  core: ["open"],
  modules: {
    open: { services: ["open"], health: [health("open")] },
    loop: {
      services: ["loop"],
      depends_on: ["open"],
      health: [health("loop")],
      commands: [
        // Docker commands of tests are asked of the same engine, and pages at its host.
        { name: "there", run: ["sh", "-c", `test "$(docker info --format '{{.Name}}')" = ${OTHER_NAME}`] },
        { name: "told", run: ["sh", "-c", 'echo "$VX11_ENGINE_HOST $VX11_OPEN_URL ${VX11_LOOP_URL-none}"'] },
        { name: "inside", in: "loop", run: ["test", "-e", "/bin/vx11-service"] },
      ],
    },
    inner: {
      services: ["inner"],
      depends_on: ["open"],
      health: [
        health("inner"),
        { service: "inner", kind: "exec", command: ["/bin/vx11-service", "check"] },
        { service: "inner", kind: "tcp", port: 8001 },
      ],
      commands: [{ name: "none", run: ["true"] }],
    },
  },
};

class Project implements AsyncDisposable {
  readonly dir: string;
  readonly env: Record<string, string>;

  private constructor(dir: string, env: Record<string, string>) {
    this.dir = dir;
    this.env = env;
  }

  static async create(env: Record<string, string>): Promise<Project> {
    const dir = await Deno.makeTempDir({ prefix: "vx11-remote-" });
    await Deno.mkdir(join(dir, "conf"));
    // JSON is YAML.
    await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify(COMPOSE));
    await Deno.writeTextFile(join(dir, "vx11-stability.yaml"), JSON.stringify(CONFIG));
    return new Project(dir, env);
  }

  async run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return await (await start(args, { cwd: this.dir, env: { ...this.env, ...env } })).finished;
  }

  async report(args: readonly string[], env: Record<string, string> = {}): Promise<Report> {
    const audit = join(this.dir, "audit");
    const { stderr, stdout } = await this.run(["--no-keep-core", "--audit-dir", audit, ...args], env);
    return await readReport(audit).catch((cause) => {
      throw new Error(stdout + stderr, { cause });
    });
  }

  /** A run that is over as soon as the module's window is open. */
  async atWindow(args: readonly string[], env: Record<string, string>, then: () => Promise<void>) {
    const audit = join(this.dir, `audit-${crypto.randomUUID().slice(0, 8)}`);
    const all = [
      "--modules",
      "inner",
      "--soak-sec",
      "20",
      "--timeout-sec",
      "5",
      "--no-keep-core",
      "--audit-dir",
      audit,
    ];
    const running = await start([...all, ...args], { cwd: this.dir, env: { ...this.env, ...env } });
    await until(
      "it soaks",
      async () =>
        (await readJournal(audit)).some(({ phase, module, type }) =>
          type === "phase" && phase === "probes" && module === "inner"
        ),
      60_000,
    );
    await then();
    return { running, audit };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

integrationTest("an engine on another host is asked there, and what cannot be had is said", async (t) => {
  await using there = await OtherHost.create();
  await using project = await Project.create(await there.environment("lab"));
  const names = () => there.docker("ps", "--all", "--format", "{{.Names}}");

  await t.step("in its docker context, whatever DOCKER_HOST says", async () => {
    const report = await project.report(["--context", "lab"], { DOCKER_HOST: "unix:///nowhere/docker.sock" });
    checkReport(report, there.address);
    const told = moduleOf(report, "loop").test_results["told"];
    const output = await Deno.readTextFile(join(project.dir, "audit", told?.output ?? ""));
    assertStringIncludes(output, `${there.address} http://${there.address}:18461 none`);
    assertEquals(await names(), "");
  });

  await t.step("by ssh, under a name that only ssh knows", async () => {
    checkReport(await project.report([], { DOCKER_HOST: "ssh://lab" }), there.address);
    assertEquals(await names(), "");
  });

  await t.step("what a killed run left is removed where it is, and nowhere else is it taken for gone", async () => {
    const byHost = { DOCKER_HOST: there.endpoint };
    const { audit, running } = await project.atWindow([], byHost, () => Promise.resolve());
    running.kill("SIGKILL");
    await running.finished;
    const here = await project.run(["clean"]);
    assertEquals(here.code, 3, here.stdout);
    assertStringIncludes(
      here.stderr,
      `An earlier run on another engine was killed, or could not remove everything: ${audit}`,
    );
    assertEquals((await names()).split("\n").length, 2);
    const cleaned = await project.run(["clean"], byHost);
    assertEquals([cleaned.code, await names()], [0, ""], cleaned.stderr);
  });

  await t.step("of a run in a context, `clean` knows the context by itself", async () => {
    const { running } = await project.atWindow(["--context", "lab"], {}, () => Promise.resolve());
    running.kill("SIGKILL");
    await running.finished;
    const cleaned = await project.run(["clean"]);
    assertEquals([cleaned.code, await names()], [0, ""], cleaned.stderr);
  });

  await t.step("a run that loses it in the middle ends by itself, and nothing unseen is PASS", async () => {
    const { audit, running } = await project.atWindow(["--context", "lab"], {}, () => there.link("down"));
    const ended = await running.finished;
    await there.link("up");
    assert([1, 3].includes(ended.code), `exit code ${ended.code}: ${ended.stdout}${ended.stderr}`);
    assertEquals(moduleOf(await readReport(audit), "inner").status, "FAIL");
    const cleaned = await project.run(["clean"]);
    assertEquals([cleaned.code, await names()], [0, ""], cleaned.stderr);
  });
}, NO_OTHER_HOST);

function checkReport(report: Report, address: string): void {
  const told = JSON.stringify(report.modules, null, 1);
  const found = Object.entries(report.modules).map(([name, { metrics, status }]) => {
    const { stats, way, url } = metrics[name] ?? Object.values(metrics)[0] ?? {};
    return [name, status, way, url, stats?.mem_source];
  });
  const inner = "http://127.0.0.1:8001/health";
  assertEquals(found, [
    ["loop", "PASS", "exec", inner, "docker stats"],
    ["inner", "PASS", "exec", inner, "docker stats"],
  ], told);
  const notices = report.notices.join("\n");
  assertMatch(
    notices,
    new RegExp(`on another host: its published ports are requested at ${address}, and memory and CPU`),
  );
  assertStringIncludes(notices, `Only on the loopback of the engine's host are the ports of "loop"`);
  assertMatch(notices, /"inner" mounts \S+\/conf: that is a folder or file of the engine's host/);
}
