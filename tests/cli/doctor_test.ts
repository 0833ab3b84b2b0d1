/** `doctor` as a command: on real files, with a `docker` that is not there, or answers as told. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import type { DoctorJson } from "../../lib/cli/doing/doctor_text.ts";
import { fakeTools } from "../fakes/docker.ts";
import { fakeHost } from "../fakes/host.ts";

const services = Object.fromEntries(
  ["madre", "tentaculo_link", "switch"].map((name) => [name, {
    ...{ image: "a@sha256:1", mem_limit: "1048576" },
    healthcheck: { test: ["CMD", "x"], interval: "1s", timeout: "1s" },
  }]),
);
const PROJECT = JSON.stringify({ name: "vx11", services });

/** A daemon without a container, and a project of three services. */
const DOCKER = `
echo "$*" >> "$LOG"
case "$*" in
"compose version"*) echo 2.26.1;;
"compose"*config*) printf '%s' '${PROJECT}';;
"info --format {{json .}}") echo '{"ServerVersion":"27.1.1","CgroupVersion":"2","DockerRootDir":"/","Driver":"overlay2"}';;
info*) echo '{"version":"27.1.1","cgroup":"2","time":"2026-01-01T00:00:00Z","id":"I"}';;
"context inspect"*) echo unix:///var/run/docker.sock;;
"image inspect"*) echo sha256:1;;
"ps "*) ;;
*) exit 1;;
esac`;

interface Setting {
  args?: string[];
  docker?: string | null;
  env?: Record<string, string>;
  config?: string;
}

async function doctor({ args = [], config, docker = DOCKER, env = {} }: Setting = {}) {
  await using tools = await fakeTools(docker === null ? {} : { docker });
  const dir = join(tools.dir, "project");
  await Deno.mkdir(join(dir, "tests"), { recursive: true });
  await Deno.writeTextFile(join(dir, "compose.yaml"), "");
  await Deno.writeTextFile(join(dir, "tests/test_switch_a.py"), "");
  if (config !== undefined) await Deno.writeTextFile(join(dir, "c.yaml"), config);
  const { host } = tools;
  const before = await Array.fromAsync(Deno.readDir(dir), ({ name }) => name);
  const fake = fakeHost({
    args: ["doctor", "--modules", "switch", ...args, ...(config === undefined ? [] : ["--config", "c.yaml"])],
    cwd: dir,
    env: { LANG: "C.UTF-8", ...env },
    host: {
      ...{ files: host.files, clock: host.clock, kernel: host.kernel, spawn: host.spawn, pid: host.pid },
      ...{ portState: () => "free", onSignal: () => () => {}, processAlive: () => false },
    },
  });
  const code = await main(fake, { name: "vx11-stability", version: "0.1.0" });
  assertEquals(await Array.fromAsync(Deno.readDir(dir), ({ name }) => name), before, "no file is made");
  const asked = await tools.log();
  assertEquals(asked.filter((line) => /\b(up|create|run|start|pull|build|rm|stop)\b/.test(line)), [], "only questions");
  return { code, out: fake.written.out.replaceAll(tools.dir, ""), err: fake.written.err };
}

Deno.test("doctor prints each group of answers, and ends with 0 if a run could begin", async () => {
  const { code, err, out } = await doctor();
  assertEquals([code, err], [0, ""]);
  for (const title of ["Engine", "Project", "Images", "Ports", "Tests", "Earlier runs", "Evidence"]) {
    assertStringIncludes(`\n${out}`, `\n${title}\n`);
  }
  assertStringIncludes(out, "27.1.1");
  assertStringIncludes(out, "\nA run could begin");
  for (const line of out.split("\n")) assertEquals(line.length <= 80, true, line);
});

Deno.test("doctor --json says the same to programs", async () => {
  const { code, out } = await doctor({ args: ["--json"] });
  const value: DoctorJson = JSON.parse(out);
  assertEquals([code, value.schema_version, value.can_run], [0, 1, true]);
  assertEquals(value.findings.filter(({ check }) => check === "health_check_program").length, 3);
  const [version] = value.findings.filter(({ check }) => check === "engine_version");
  assertStringIncludes(version?.seen ?? "", "27.1.1");
});

Deno.test("without docker no run could begin, and tests and the place for the evidence are looked at all the same", async () => {
  const { code, out } = await doctor({ args: ["--json"], docker: null });
  const value: DoctorJson = JSON.parse(out);
  assertEquals([code, value.can_run], [3, false]);
  assertEquals(value.findings.filter(({ level }) => level === "problem").map(({ seen }) => seen), [
    "Cannot start modules: `docker` is not on PATH",
    "Cannot use Docker Compose: `docker` is not on PATH",
  ]);
  for (const check of ["audit_dir", "audit_room", "tests_found", "not_looked_at"]) {
    assertEquals(value.findings.some((each) => each.check === check), true, check);
  }
});

Deno.test("a daemon that does not answer leaves the project read, by its services", async () => {
  const dead = DOCKER.replace(
    "case",
    `case "$1" in info|ps|image) echo 'Cannot connect to the Docker daemon at unix:///x' >&2; exit 1;; esac\ncase`,
  );
  const { code, out } = await doctor({ docker: dead, args: ["--json"] });
  const value: DoctorJson = JSON.parse(out);
  assertEquals(code, 3);
  const of = (check: string) =>
    value.findings.filter((each) => each.check === check).map(({ level, seen }) => `${level}: ${seen}`);
  assertEquals(of("engine").length, 1);
  assertStringIncludes(of("engine")[0] ?? "", "the daemon does not answer: Cannot connect");
  assertEquals(of("compose_version"), ["ok: 2.26.1, as `docker compose`"]);
  assertStringIncludes(of("project")[0] ?? "", "3 services in ");
  assertEquals(of("health_check_program"), [], "whether there is a container is not known");
});

Deno.test("wrong usage and a wrong config file end with 2 before anything is asked", async () => {
  const { code, err, out } = await doctor({ args: ["--cycles", "0"] });
  assertEquals([code, out], [2, ""]);
  assertStringIncludes(err, "--cycles");
  assertEquals((await doctor({ config: "thresholds: { nonsense: 1 }\n" })).code, 2);
  assertEquals((await doctor({ args: ["--mode", "nonsense"] })).code, 2);
});

Deno.test("the processes of a config file are asked for like services", async () => {
  const service = (command: string) => `{ command: [${command}], port: auto, mem_limit: 64MiB }`;
  const config = `services:\n  madre: ${service("/bin/true")}\n  tentaculo_link: ${service("/bin/true")}\n  switch: ${
    service("/nowhere/x")
  }\n`;
  const { code, out } = await doctor({ args: ["--engine", "process", "--json"], config, docker: null });
  const value: DoctorJson = JSON.parse(out);
  assertEquals([code, value.can_run], [0, true], out);
  const service_ = value.findings.filter(({ check }) => check === "service").map(({ level, subject }) =>
    `${level} ${subject}`
  );
  assertEquals(service_, ["warn switch"]);
  assertEquals(value.findings.some(({ check }) => check === "images"), false);
  assertEquals(value.findings.find(({ check }) => check === "figures")?.level, "ok");
});
