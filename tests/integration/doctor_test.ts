/** `doctor` on the real engine: what it says of a healthy project, and of each thing that is planted to be in a run's way. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import { basename, join } from "@std/path";
import { IMAGE } from "../../scripts/sandbox_image.ts";
import { command, docker, image, integrationTest } from "./environment.ts";
import { start, until } from "./program.ts";
import { containersOf, ownedBy, removeProject } from "./project.ts";
import { openRegistry } from "./registry.ts";
import { Sandbox } from "./sandbox.ts";

interface Finding {
  check: string;
  subject: string;
  level: string;
  seen: string;
  next: string;
}

interface Answer {
  code: number;
  findings: Finding[];
  /** `LEVEL SUBJECT` of those with the check. */
  of(check: string): string[];
  seen(check: string): string[];
}

async function doctor(dir: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Answer> {
  const before = await everything(dir);
  const { code, stderr, stdout } = await (await start(["doctor", "--json", ...args], { cwd: dir, env })).finished;
  // A run that is at work makes its own meanwhile.
  if (!args.includes("--soak-sec")) assertEquals(await everything(dir), before, "doctor touches no file");
  if (stdout === "") throw new Error(`doctor ended with ${code}: ${stderr}`);
  const { can_run, findings }: { can_run: boolean; findings: Finding[] } = JSON.parse(stdout);
  assertEquals(code, can_run ? 0 : 3, stderr);
  const having = (check: string) => findings.filter((each) => each.check === check);
  return {
    code,
    findings,
    of: (check) => having(check).map(({ level, subject }) => `${level} ${subject}`),
    seen: (check) => having(check).map((each) => each.seen),
  };
}

async function everything(dir: string): Promise<string[]> {
  return (await Array.fromAsync(walk(dir), ({ path }) => path)).sort();
}

integrationTest("a healthy project: a run could begin, and nothing was touched", async (t) => {
  await image();
  await using sandbox = await Sandbox.create();
  const { dir } = sandbox;
  const healthy = await doctor(dir);
  assertEquals(healthy.code, 0);
  assertEquals(healthy.findings.filter(({ level }) => level === "problem"), []);
  for (const check of ["engine_version", "engine_storage", "compose_version", "figures", "clock", "memory_free"]) {
    assertMatch(healthy.of(check).join(), /^(ok|note) /, check);
  }
  for (const check of ["images", "ports", "test_program", "tests_found", "earlier_runs", "audit_dir", "audit_room"]) {
    assertMatch(healthy.of(check).join(), /^ok /, check);
  }
  assertEquals([await sandbox.containers(), await sandbox.owned("network")], [[], []]);

  await t.step("for people it is no wider than a terminal, and says the same", async () => {
    const { code, stdout } = await sandbox.run(["doctor"]);
    assertEquals(code, 0);
    for (const line of stdout.split("\n")) assert(line.length <= 80, line);
    assertStringIncludes(stdout, "\nA run could begin: ");
  });

  await t.step("a daemon that is not there is a problem, and the rest is looked at", async () => {
    const dead = await doctor(dir, [], { DOCKER_HOST: `unix://${dir}/nobody.sock` });
    assertEquals([dead.code, dead.of("engine")], [3, ["problem docker"]]);
    assertStringIncludes(dead.seen("engine")[0] ?? "", "the daemon does not answer");
    for (const check of ["compose_version", "project", "test_program", "tests_found", "audit_dir", "audit_room"]) {
      assertMatch(dead.of(check).join(), /^ok /, check);
    }
    assertEquals(dead.of("depends_on_condition"), ["warn tentaculo_link", "warn operator-frontend"]);
  });

  await t.step("a port that another program has: told by its process, and a run agrees", async () => {
    using _switch = Deno.listen({ hostname: "127.0.0.1", port: sandbox.ports.switch });
    const taken = await doctor(dir, ["--modules", "switch"]);
    assertEquals([taken.code, taken.of("port_taken")], [0, ["warn switch"]]);
    assertStringIncludes(taken.seen("port_taken")[0] ?? "", `taken by process ${Deno.pid} (`);
    using _madre = Deno.listen({ hostname: "127.0.0.1", port: sandbox.ports.madre });
    const core = await doctor(dir, ["--modules", "switch"]);
    assertEquals([core.code, core.of("port_taken")], [3, ["problem madre", "warn switch"]]);
    const { code, stderr } = await sandbox.run(["--modules", "switch"]);
    assertEquals(code, 3);
    assertStringIncludes(stderr, core.seen("port_taken")[0] ?? "?");
  });

  await t.step("a run that is killed, and one that is at work", async () => {
    const running = await sandbox.start(["--modules", "switch", "--soak-sec", "300", "--no-keep-core"]);
    const isUp = async () => (await sandbox.running()).includes("switch");
    await until("switch is up", isUp);
    const busy = await doctor(dir, ["--modules", "switch", "--soak-sec", "300"]);
    assertEquals([busy.code, busy.of("run_refused").length, busy.of("left_by_run")], [3, 1, []]);
    assertMatch(busy.seen("run_refused")[0] ?? "", /^Another run is at work on project .*: process \d+, writing to /);
    running.kill("SIGKILL");
    await running.finished;
    const left = await doctor(dir, ["--modules", "switch"]);
    assertEquals([left.code, left.of("left_by_run").length, left.of("run_refused")], [0, 1, []]);
    assertStringIncludes(left.seen("left_by_run")[0] ?? "", sandbox.container("switch"));
    assert((await sandbox.running()).includes("switch"), "it is still there");
    assertEquals((await sandbox.run(["clean"])).code, 0);
    assertEquals((await doctor(dir, ["--modules", "switch"])).of("earlier_runs"), ["ok runs"]);
  });
});

const shell = (script: string, more: Record<string, unknown> = {}) => ({
  ...{ image: IMAGE, pull_policy: "never", entrypoint: [], command: ["/bin/sh", "-c", script], mem_limit: "32m" },
  ...more,
});
const check = (more: Record<string, unknown>) => ({
  healthcheck: { test: ["CMD", "/bin/true"], interval: "2s", timeout: "1s", start_period: "20s", ...more },
});

/** A project of its own, of modules named like their services, without a core. */
async function projectOf(
  services: Record<string, unknown>,
  work: (project: { dir: string; name: string; compose(...args: string[]): Promise<number> }) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-doctor-" });
  const name = basename(dir).toLowerCase();
  const modules = Object.fromEntries(Object.keys(services).map((service) => [service, { services: [service] }]));
  try {
    await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services }));
    await Deno.writeTextFile(join(dir, "vx11-stability.yaml"), JSON.stringify({ extends: "none", modules }));
    const compose = async (...args: string[]) => (await command("docker", ["compose", ...args], dir)).code;
    await work({ dir, name, compose });
  } finally {
    await removeProject(name);
    await Deno.remove(dir, { recursive: true });
  }
}

integrationTest("what a project's files plant is said of the service that has it, and of no other", async (t) => {
  await image();
  const services = {
    good: shell("sleep 300", check({})),
    late: shell("sleep 300", check({ interval: "40s" })),
    slow: shell("sleep 300", check({ timeout: "30s" })),
    quick: shell("sleep 300", check({ interval: "1s", start_period: "0s" })),
    waits: shell("sleep 300", { depends_on: { quick: { condition: "service_healthy" } } }),
    early: shell("sleep 300", { depends_on: ["good"] }),
    lacks: shell("sleep 300", check({ test: ["CMD-SHELL", "curl -f localhost || exit 1"] })),
    has: shell("sleep 300", check({ test: ["CMD-SHELL", "wget -q localhost || exit 1"] })),
    unlimited: shell("sleep 300", { mem_limit: undefined }),
    always: shell("sleep 300", { restart: "always" }),
    moves: { image: IMAGE.replace(/:.*/, ""), entrypoint: [], command: ["/bin/true"], mem_limit: "32m" },
    twice: shell("sleep 300", { scale: 2, ports: ["127.0.0.1:29999:80"] }),
    profiled: shell("sleep 300", { profiles: ["x"] }),
    early_check: shell("sleep 300", check({ start_interval: "1s" })),
  };
  await projectOf(services, async ({ compose, dir, name }) => {
    const names = Object.keys(services).filter((each) => each !== "moves").join(",");
    const planted = await doctor(dir, ["--modules", names]);
    assertEquals(planted.code, 0);
    // From Docker 25 on the first check comes after five seconds, however long the interval is.
    const old = await isBefore25();
    const expected: [string, string[]][] = [
      ["health_check_start_period", old ? ["warn late", "warn slow"] : ["warn slow"]],
      ["health_check_interval", old ? ["note late"] : []],
      ["health_check_grace", ["warn quick"]],
      ["depends_on_condition", ["warn early"]],
      ["memory_limit", ["warn unlimited"]],
      ["restart_policy", ["warn always"]],
      ["replicas_port", ["warn twice"]],
      ["profiles", ["note profiled"]],
      ["health_check_start_interval", old ? ["warn early_check"] : []],
    ];
    for (const [what, found] of expected) assertEquals(planted.of(what), found, what);
    assertEquals((await doctor(dir, ["--modules", "moves", "--pull", "never"])).of("image_tag"), ["note moves"]);

    await t.step(
      "a program that the image lacks is seen once there is a container, which is left as it is",
      async () => {
        assert(planted.of("health_check_program").includes("note lacks"), "there is no container yet");
        assertEquals(await compose("create", "--no-build", "lacks", "has"), 0);
        const before = await containersOf(name);
        const found = await doctor(dir, ["--modules", "lacks,has"]);
        assertEquals(found.of("health_check_program"), ["warn lacks"]);
        assertStringIncludes(found.seen("health_check_program")[0] ?? "", 'runs "curl", which the image does not have');
        assertEquals(await containersOf(name), before);
      },
    );

    await t.step("nothing else of the project was made", async () => {
      assertEquals((await containersOf(name)).map(({ service, state }) => `${service} ${state}`).sort(), [
        "has created",
        "lacks created",
      ]);
      assertEquals((await ownedBy(name, "network")).length, 1, "made by `compose create`");
    });
  });
});

/** Such a Docker knows no start_interval, and Compose makes no container with one on it. */
async function isBefore25(): Promise<boolean> {
  return Number.parseInt(await docker("version", "--format", "{{.Server.Version}}")) < 25;
}

integrationTest("images that are not here: whether a registry has them, and nothing is pulled", async () => {
  await image();
  await using registry = await openRegistry();
  const { port } = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr;
  })();
  const here = (from: string) => ({ image: from, mem_limit: "32m" });
  const services = {
    had: here(registry.image),
    unknown: here(registry.image.replace(/[^/]+$/, "other:1")),
    unreached: here(`127.0.0.1:${port}/x:1`),
    built: { build: { context: ".", dockerfile: "Missing" }, mem_limit: "32m" },
  };
  await projectOf(services, async ({ dir }) => {
    const found = await doctor(dir);
    assertEquals(found.code, 0);
    assertEquals(found.of("image_pull"), [
      `note ${services.had.image}`,
      `warn ${services.unknown.image}`,
      `warn ${services.unreached.image}`,
    ]);
    const [had, unknown, unreached] = found.seen("image_pull");
    assertStringIncludes(had ?? "", "its registry has it");
    assertStringIncludes(unknown ?? "", "its registry does not give it");
    assertStringIncludes(unreached ?? "", "its registry cannot be asked");
    assertEquals(found.of("image_build"), ["warn built"]);
    assertEquals(registry.asked.layer, 0);
    const never = await doctor(dir, ["--pull", "never", "--modules", "had"]);
    assertEquals([never.of("image_missing"), never.of("image_pull")], [["warn had"], []]);
  });
});
