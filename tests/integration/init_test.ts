/** A stranger's project, from `init` to the verdict: nothing of what it drafts is edited. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { parse } from "@std/yaml";
import { builtinModules } from "../../lib/modules.ts";
import { IMAGE } from "../../scripts/sandbox_image.ts";
import { integrationTest } from "./environment.ts";
import { auditDirs, codesOf, readReport, start } from "./program.ts";
import { removeProject } from "./project.ts";
import { NINE, Sandbox } from "./sandbox.ts";

function sh(script: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ image: IMAGE, pull_policy: "never", init: true, stop_grace_period: "2s", entrypoint: [] },
    command: ["/bin/sh", "-c", script],
    ...more,
  };
}

const page = (port: number) => `mkdir /tmp/w; echo ok > /tmp/w/up; exec httpd -f -p ${port} -h /tmp/w`;
const check = (test: string) => ({ test: ["CMD-SHELL", test], interval: "1s", start_period: "10s" });
const started = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { condition: "service_started" }]));

/** A database, its migration, an application with a page, a worker without a port, a proxy, and a sidecar. */
const SERVICES = {
  db: sh("exec nc -ll -p 5432 -e cat", { healthcheck: check("nc -w 1 127.0.0.1 5432 < /dev/null") }),
  migrate: sh("sleep 0.5", { depends_on: { db: { condition: "service_healthy" } } }),
  app: sh(page(8000), {
    depends_on: { migrate: { condition: "service_completed_successfully" } },
    healthcheck: check("wget -qO- http://localhost:8000/up"),
  }),
  worker: sh("exec sleep 300", { depends_on: started("db") }),
  proxy: sh(page(80), { depends_on: started("app"), ports: [{ target: 80, host_ip: "127.0.0.1" }] }),
  sidecar: sh("exec sleep 300", { network_mode: "service:app" }),
  debug: sh("exec sleep 300", { profiles: ["debug"] }),
};

integrationTest(
  "a project of seven services has its verdict from what `init` drafts, and a defect is found",
  async (t) => {
    const dir = await Deno.makeTempDir({ prefix: "vx11-init-" });
    const name = basename(dir).toLowerCase();
    const write = (services: unknown) =>
      Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify({ name, services }));
    const run = async (...args: string[]) => await (await start(args, { cwd: dir })).finished;
    const verdicts = async () => {
      const report = await readReport((await auditDirs(dir)).at(-1) ?? "");
      return Object.values(report.modules).map((module) => [module.name, module.status, codesOf(module)]);
    };
    try {
      await write(SERVICES);
      await Deno.mkdir(join(dir, "tests"));
      for (const module of ["app", "debug", "worker", "proxy", "sidecar"]) {
        await Deno.writeTextFile(join(dir, "tests", `test_${module}.py`), "def test_it():\n    pass\n");
      }
      assertEquals((await run("init")).code, 0);

      await t.step(
        "all is PASS, also what is only on with a profile, though Compose migrates again for each that needs the application",
        async () => {
          const { code, stderr } = await run("--no-keep-core");
          assertEquals(await verdicts(), [
            ["app", "PASS", []],
            ["debug", "PASS", []],
            ["proxy", "PASS", []],
            ["sidecar", "PASS", []],
            ["worker", "PASS", []],
          ], stderr);
          assertEquals(code, 0);
        },
      );

      await t.step("a migration that fails the second time fails the application", async () => {
        const failing = sh("test ! -e /tmp/done || exit 9; touch /tmp/done", {
          depends_on: SERVICES.migrate["depends_on"],
        });
        await write({ ...SERVICES, migrate: failing });
        assertEquals((await run("--no-keep-core", "--modules", "app,proxy")).code, 1);
        const [app] = await verdicts();
        assertEquals(app?.slice(0, 2), ["app", "FAIL"]);
      });
    } finally {
      await removeProject(name);
      await Deno.remove(dir, { recursive: true });
    }
  },
);

/** Without the line that names the config file. */
function planned(stdout: string): string[] {
  return stdout.split("\n").filter((line) => !line.startsWith("Notice: "));
}

for (const composeFile of ["docker-compose.yml", "docker-compose.production.yml"]) {
  integrationTest(
    `on the sandbox's ${composeFile}, init yields the built-in map's edges, and changes no plan`,
    async () => {
      await using sandbox = await Sandbox.create({ composeFile });
      const before = await sandbox.run(["plan"]);
      const drafted = await sandbox.run(["init"]);
      assertEquals(drafted.code, 0, drafted.stderr);
      assertStringIncludes(drafted.stdout, "10 modules, core: baseline");
      const { modules } = parse(await Deno.readTextFile(sandbox.path("vx11-stability.yaml"))) as {
        modules: Record<string, { depends_on?: string[]; services: string[] }>;
      };
      assertEquals(
        Object.entries(modules).map(([name, { depends_on, services }]) => [name, services, depends_on ?? []]),
        [...builtinModules()].map(([name, { dependsOn, services }]) => [name, services, dependsOn]),
      );
      const after = await sandbox.run(["plan"]);
      assertEquals([after.code, planned(after.stdout)], [0, planned(before.stdout)]);
    },
  );
}

integrationTest("what init drafts for the sandbox gives the verdicts that it has without a config file", async () => {
  await using sandbox = await Sandbox.create();
  assertEquals((await sandbox.run(["init"])).code, 0);
  const report = await sandbox.report(["--no-keep-core", "--jobs", "auto"], 0);
  assertEquals(
    Object.values(report.modules).map(({ name, reasons, status }) => [name, status, reasons]),
    NINE.map((name) => [name, "PASS", []]),
  );
});
