/** The stand-in project fits the module map: services, ports, names and test files. Needs no Docker. */

import { assert, assertEquals } from "@std/assert";
import { globToRegExp, join } from "@std/path";
import { MODULE_NAMES, type ModuleName, MODULES } from "../../lib/modules.ts";
import { tar } from "../../lib/selftest/tar.ts";
import { isStaticElf } from "../../scripts/sandbox_image.ts";
import { SANDBOX, SANDBOX_MODULES, sandboxProject } from "../fakes/sandbox.ts";

const project = sandboxProject;

const testFiles = (await Array.fromAsync(Deno.readDir(join(SANDBOX, "tests")), ({ name }) => name))
  .filter((name) => /^test_.*\.py$/.test(name)).sort();

/** The module that a test file belongs to: the one with the longest pattern that matches. */
function ownerOf(file: string): ModuleName | undefined {
  const patterns = MODULE_NAMES.flatMap((name) => MODULES[name].tests.map((pattern) => ({ name, pattern })));
  return patterns.filter(({ pattern }) => globToRegExp(pattern).test(file))
    .sort((a, b) => b.pattern.length - a.pattern.length)[0]?.name;
}

Deno.test("sandbox project has VX11's own services, each of the module map, and a redis", () => {
  const names =
    "baseline switch hermes spawner hormiguero mcp manifestator operator-backend operator-frontend shubniggurath";
  for (const name of names.split(" ")) assert(SANDBOX_MODULES.some((each) => each === name), name);
  const services = SANDBOX_MODULES.flatMap((name) => [...MODULES[name].services]);
  assertEquals(Object.keys(project.services).sort(), [...services, "redis"].sort());
});

Deno.test("sandbox services publish the declared ports on 127.0.0.1, each movable by a variable", () => {
  for (const { service, port } of SANDBOX_MODULES.flatMap((name) => [...MODULES[name].health])) {
    const variable = `${service.toUpperCase().replaceAll("-", "_")}_PORT`;
    const { ports, environment } = project.services[service] ?? {};
    assertEquals(ports, [`127.0.0.1:\${${variable}:-${port}}:${port}`], service);
    assertEquals([environment?.VX11_SERVICE, environment?.PORT], [service, String(port)]);
  }
});

Deno.test("sandbox containers are called vx11-<service>, have a memory limit and know the mode", () => {
  for (const [name, { container_name, image, mem_limit, environment }] of Object.entries(project.services)) {
    assertEquals(container_name, name === "redis" ? undefined : `\${VX11_PREFIX:-vx11-}${name}`);
    assertEquals([image, mem_limit], ["vx11-sandbox:1", "64m"], name);
    assertEquals(environment.VX11_MODE, "${VX11_MODE:-low_power}", name);
  }
});

Deno.test("sandbox modules have profiles, the core has none", () => {
  const without = Object.entries(project.services).filter(([, { profiles }]) => profiles === undefined);
  assertEquals(without.map(([name]) => name).sort(), ["madre", "redis", "tentaculo_link"]);
});

Deno.test("every module of the sandbox has two test files, and every test file has a module", () => {
  const owners = Map.groupBy(testFiles, ownerOf);
  assertEquals(owners.get(undefined) ?? [], []);
  for (const name of SANDBOX_MODULES) assertEquals(owners.get(name)?.length, 2, name);
  assert(owners.get("operator-frontend")?.every((file) => file.startsWith("test_operator_frontend_")));
});

Deno.test("tar() gives what the tar command reads", async () => {
  const archive = tar([
    { kind: "directory", path: "bin/", mode: 0o755 },
    { kind: "file", path: "bin/program", mode: 0o750, data: new TextEncoder().encode("x".repeat(600)) },
    { kind: "link", path: "bin/alias", target: "program" },
  ]);
  assertEquals(archive.length % 512, 0);
  const file = await Deno.makeTempFile({ suffix: ".tar" });
  try {
    await Deno.writeFile(file, archive);
    const { success, stdout } = await new Deno.Command("tar", { args: ["--list", "--verbose", "--file", file] })
      .output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.split(/\s+/));
    assert(success);
    assertEquals(lines.map(([mode = "", , size, , , ...name]) => [mode, size, name.join(" ")]), [
      ["drwxr-xr-x", "0", "bin/"],
      ["-rwxr-x---", "600", "bin/program"],
      ["lrwxrwxrwx", "0", "bin/alias -> program"],
    ]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("isStaticElf() tells a program with a loader from one without, and from a script", () => {
  const elf = (type: number) => {
    const program = new Uint8Array(64 + 56);
    program.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
    const view = new DataView(program.buffer);
    view.setBigUint64(32, 64n, true);
    view.setUint16(54, 56, true);
    view.setUint16(56, 1, true);
    view.setUint32(64, type, true);
    return program;
  };
  assert(isStaticElf(elf(1)));
  assert(!isStaticElf(elf(3)));
  assert(!isStaticElf(new TextEncoder().encode("#!/bin/sh\n".padEnd(80))));
  assert(!isStaticElf(new Uint8Array()));
});
