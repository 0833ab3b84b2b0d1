import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions, UsageError } from "./options.ts";
import { ENGINES } from "./registry.ts";

Deno.test("parseOptions() takes every engine with its own families, once, unless others are asked for", () => {
  const { engines, families, isKept, jobs, repeat, resumes } = parseOptions([]);
  assertEquals([engines, families, isKept, jobs, repeat, resumes], [ENGINES, undefined, true, undefined, 1, false]);
  const asked = parseOptions([
    "--only",
    "podman-5.4,docker-28.5",
    "--families",
    "memory,leaks",
    "--check",
    "--jobs",
    "1",
  ]);
  assertEquals(asked.engines.map(({ name }) => name), ["podman-5.4", "docker-28.5"]);
  assertEquals([asked.families, asked.isKept, asked.jobs], [["memory", "leaks"], false, 1]);
  assertEquals(parseOptions(["--families=all"]).families, []);
});

Deno.test("parseOptions() refuses what it does not know, and names what there is", () => {
  const refused: [string[], string][] = [
    [["--only", "docker-27"], '"docker-27" is none of docker-20.10'],
    [["--families", "memory,"], '"" is none of healthy'],
    [["--repeat", "0"], "from 1 to 1000"],
    [["--jobs", "auto"], "from 1 to 1000"],
    [["everything"], "everything"],
    [["--onyl", "x"], "--onyl"],
  ];
  for (const [args, why] of refused) assertThrows(() => parseOptions(args), UsageError, why);
});

Deno.test("each engine has a name of its own, which tells its version", () => {
  assertEquals(new Set(ENGINES.map(({ name }) => name)).size, ENGINES.length);
  for (const { cgroup, engine, name, rootless, version } of ENGINES) {
    const more = `${rootless ? "-rootless" : ""}${cgroup === "v2" ? "-v2" : ""}`;
    assertEquals(name, `${engine}-${version}${more}`);
  }
});
