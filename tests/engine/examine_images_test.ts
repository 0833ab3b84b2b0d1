/** Whether missing images could be pulled or built: with a `docker` that answers as told, and pulls nothing. */

import { assertEquals, assertMatch } from "@std/assert";
import { imageDiagnoses, type ImageQuestions } from "../../lib/engine/compose/examine/images.ts";
import { askRegistry } from "../../lib/engine/compose/examine/registry.ts";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import { fakeTools } from "../fakes/docker.ts";

const HAS =
  `echo "$*" >> "$LOG"; case "$1" in manifest) echo '{}';; buildx) echo 'github.com/docker/buildx v0.17.1 abc';; esac`;
const says = (text: string) => `echo "$*" >> "$LOG"; echo '${text}' >&2; exit 1`;
const UNREACHED = says('Get "https://r/v2/": dial tcp: lookup r: no such host');
/** A name with a word of a refusal. */
const UNREACHED_TOO = says('Get "https://denied.example/v2/": dial tcp: lookup denied.example: no such host');
const REFUSED = says("no such manifest: r/x:1");

async function asked(script: string, questions: Partial<ImageQuestions>, service: Record<string, unknown> = {}) {
  await using tools = await fakeTools({ docker: script });
  const project = { name: "p", services: { a: { image: "r/x:1", ...service } } };
  const found = await imageDiagnoses(tools.host, {
    ...{
      core: new Set<string>(),
      toBuild: [],
      toPull: [],
      compose: "2.26.1",
      cwd: tools.dir,
      maker: "docker" as const,
    },
    services: parseProject(JSON.stringify(project).replaceAll("DIR", tools.dir)).services,
    signal: new AbortController().signal,
    ...questions,
  });
  const ran = await tools.log();
  assertEquals(
    ran.filter((line) => !/^(manifest inspect|buildx version)/.test(line)),
    [],
    "nothing is pulled or built",
  );
  return found.map(({ check, level, seen }) => `${level} ${check}: ${seen}`.replaceAll(tools.dir, "DIR"));
}

const PULL = { toPull: [{ image: "r/x:1", platform: null, services: ["a"] }] };
const CORE = { core: new Set(["a"]) };

Deno.test("an image that its registry has is pulled, and nothing else is said", async () => {
  assertEquals(await asked(HAS, PULL), ["note image_pull: the image of a is pulled first: its registry has it"]);
});

Deno.test("an image that its registry does not give is a problem of the core alone", async () => {
  const seen = "image_pull: the image of a is to be pulled, and its registry does not give it: no such manifest: r/x:1";
  assertEquals(await asked(REFUSED, PULL), [`warn ${seen}`]);
  assertEquals(await asked(REFUSED, { ...PULL, ...CORE }), [`problem ${seen}`]);
  const denied = says("denied: requested access to the resource is denied");
  assertMatch((await asked(denied, PULL)).join(), /^warn .*does not give it: denied/);
});

Deno.test("a registry that cannot be asked says nothing of its images, whatever the service", async () => {
  for (const more of [{}, CORE]) {
    assertMatch(
      (await asked(UNREACHED, { ...PULL, ...more })).join(),
      /^warn .*its registry cannot be asked: .*no such host$/,
    );
  }
  assertMatch((await asked(UNREACHED_TOO, PULL)).join(), /its registry cannot be asked/);
  const build = { build: { context: "DIR" } };
  assertMatch((await asked(UNREACHED, PULL, build)).join(), /^note .*is built if it cannot be pulled/);
});

Deno.test("a registry that does not answer is given up, with what it was asked", async () => {
  await using tools = await fakeTools({ docker: `echo "$*" >> "$LOG"; exec sleep 30` });
  const place = { cwd: tools.dir, signal: new AbortController().signal };
  const answer = await askRegistry(tools.host, "localhost:5000/x:1", place, 300);
  assertEquals(answer.answer, "none");
  assertEquals(await tools.log(), ["manifest inspect --insecure -- localhost:5000/x:1"]);
});

Deno.test("an image is to be built where its folder and its Dockerfile are", async () => {
  const build = (context: string, dockerfile?: string) => ({ build: { context, dockerfile } });
  const toBuild = { toBuild: ["a"] };
  const of = async (service: Record<string, unknown>, more = {}) =>
    (await asked(HAS, { ...toBuild, ...more }, service))[0];
  assertEquals(
    await of(build("DIR/none")),
    "warn image_build: its image is to be built, and the folder DIR/none is not there",
  );
  assertEquals(await of(build("DIR")), "warn image_build: its image is to be built, and DIR/Dockerfile is not there");
  assertEquals((await of(build("DIR"), CORE))?.split(" ")[0], "problem");
  assertEquals(await of(build("DIR", "bin/docker")), "note image_build: its image is built first, from DIR");
  assertEquals(await of(build("https://example.org/a.git")), "note image_build: its image is built first");
});

Deno.test("Podman builds by itself, unless the user has chosen a builder", async () => {
  const [, said] = await asked(HAS, { toBuild: ["a"], maker: "podman" });
  assertMatch(said ?? "", /^note buildx: Podman builds itself/);
});

Deno.test("buildx is wanted by Compose 5, and by nobody if nothing is built", async () => {
  const buildx = async (script: string, compose: string, toBuild = ["a"]) =>
    (await asked(script, { toBuild, compose })).filter((each) => each.includes("buildx"));
  assertEquals(await buildx(HAS, "2.26.1"), ["ok buildx: github.com/docker/buildx v0.17.1 abc"]);
  const none = says("docker: unknown command: docker buildx");
  assertEquals(await buildx(none, "2.26.1"), []);
  assertMatch(
    (await buildx(none, "5.0.1")).join(),
    /^warn buildx: Compose 5\.0\.1 builds with buildx, which does not answer/,
  );
  assertEquals(await buildx(none, "5.0.1", []), []);
});

Deno.test("a buildx that Compose 5 refuses is told, as a problem where the core is built", async () => {
  const old = `echo "$*" >> "$LOG"; echo 'github.com/docker/buildx v0.16.2 abc'`;
  const of = async (compose: string, more = {}) =>
    (await asked(old, { toBuild: ["a"], compose, ...more })).filter((each) => each.includes("buildx"));
  const seen =
    "buildx: Compose 5.0.1 builds with buildx 0.17 or later, and this is github.com/docker/buildx v0.16.2 abc: " +
    "no image can be built";
  assertEquals(await of("5.0.1"), [`warn ${seen}`]);
  assertEquals(await of("5.0.1", CORE), [`problem ${seen}`]);
  assertEquals(await of("2.26.1"), ["ok buildx: github.com/docker/buildx v0.16.2 abc"]);
  const own = `echo "$*" >> "$LOG"; echo 'github.com/docker/buildx (devel) abc'`;
  const found = await asked(own, { toBuild: ["a"], compose: "5.0.1" });
  assertEquals(found.filter((each) => each.includes("buildx")), ["ok buildx: github.com/docker/buildx (devel) abc"]);
});

Deno.test("an image of tests is pulled for them, and is never built instead", async () => {
  const toPull = [{ image: "r/x:1", platform: null, services: [], tests: ["web", "db"] }];
  const whose = "the image of the tests of web, the tests of db";
  assertEquals(await asked(HAS, { toPull }), [`note image_pull: ${whose} is pulled first: its registry has it`]);
  assertEquals(await asked(REFUSED, { toPull }), [
    `warn image_pull: ${whose} is to be pulled, and its registry does not give it: no such manifest: r/x:1`,
  ]);
});
