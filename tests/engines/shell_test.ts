/** What on.sh and roots.sh say before they touch anything; what they do is a step of .ci/run. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ENGINES, serviceOf } from "./registry.ts";

const HERE = import.meta.dirname ?? ".";

async function said(script: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stderr, stdout } = await new Deno.Command("bash", {
    args: [join(HERE, script), ...args],
    env: { ENGINES_DIR: "/nowhere/vx11" },
    stdin: "null",
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("the scripts of the matrix say how they are called", async () => {
  for (const script of ["on.sh", "roots.sh", "integration.sh"]) {
    const { text } = await said(script, "--help");
    assertMatch(text, new RegExp(`^[A-Z][^#]*bash tests/engines/${script} `), script);
    assertEquals(text.includes("#"), false);
  }
  assertStringIncludes((await said("on.sh")).text, "ENGINE: docker, podman, docker-rootless, podman-rootless");
});

Deno.test("the scripts of the matrix refuse what they do not know, and say what there is", async () => {
  const refused: [string[], RegExp][] = [
    [["on.sh", "native", "sid"], /^Cannot run on native: it takes a suite, an engine and a command/],
    [["on.sh", "native", "sarge", "docker", "true"], /"sarge" .*none of bookworm trixie sid/],
    [["integration.sh", "sarge", "docker"], /"sarge" .*none of bookworm trixie sid/],
    [["roots.sh", "sid", "../sid"], /"\.\.\/sid" .*none of/],
  ];
  for (const [[script = "", ...args], why] of refused) {
    const { code, text } = await said(script, ...args);
    assertMatch(text, why);
    assertEquals(code, 3, text);
  }
});

Deno.test("inside.sh can start what each engine of the registry wants", async () => {
  const inside = await Deno.readTextFile(join(HERE, "inside.sh"));
  for (const engine of ENGINES) assertStringIncludes(inside, `\nstart_${serviceOf(engine)}() {\n`);
});
