/** Pulling on the real engine: from a registry of the test, from none, and never within a cycle. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { docker, image, integrationTest } from "./environment.ts";
import { moduleOf, until } from "./program.ts";
import { openRegistry } from "./registry.ts";
import { Sandbox } from "./sandbox.ts";

const FAST_MS = 15_000;

async function sandboxOf(webImage: string): Promise<Sandbox> {
  const config =
    "modules:\n  web: { services: [web], tests: [test_web.py] }\n  other: { services: [other], tests: [test_other.py] }\n";
  const pass = "def test_it():\n    pass\n";
  const moreTests = { "test_web.py": pass, "test_other.py": pass };
  const sandbox = await Sandbox.create({ config, tests: () => false, moreTests });
  const line = (name: string, from: string) => {
    return `  ${name}: { ${from}, init: true, environment: { PORT: "${name === "madre" ? 8001 : 8000}" } }\n`;
  };
  // The stand-in's own image is in no registry.
  const here = 'image: "vx11-sandbox:1", pull_policy: never';
  const own = ["madre", "tentaculo_link", "other"].map((name) => line(name, here)).join("");
  await Deno.writeTextFile(
    sandbox.path("docker-compose.yml"),
    `services:\n${own}${line("web", `image: "${webImage}"`)}`,
  );
  return sandbox;
}

async function images(name: string): Promise<string> {
  return await docker("image", "ls", "--quiet", name);
}

integrationTest("what is missing is pulled before the first cycle, and asked for again only if told to", async (t) => {
  await image();
  await using registry = await openRegistry();
  await using sandbox = await sandboxOf(registry.image);
  const web = ["--modules", "web", "--no-keep-core"];
  await t.step("missing: pulled, and once only", async () => {
    const report = await sandbox.report(web, 0);
    assertEquals(moduleOf(report, "web").status, "PASS");
    assertStringIncludes(report.notices.join("\n"), `Pulled the image "${registry.image}"`);
    const types = (await sandbox.journal()).map(({ text, type }) => `${type} ${text ?? ""}`);
    const at = (start: string) => types.findIndex((each) => each.startsWith(start));
    assert(at("notice Pulled") < at("cycle_started"), types.join("\n"));
    assertEquals(registry.asked.layer, 1);
    const { manifest } = registry.asked;
    await sandbox.report(web, 0);
    assertEquals(registry.asked.manifest, manifest);
  });
  await t.step("always: asked again", async () => {
    const { manifest } = registry.asked;
    const report = await sandbox.report([...web, "--pull", "always"], 0);
    assertEquals(moduleOf(report, "web").status, "PASS");
    assert(registry.asked.manifest > manifest);
  });
  await t.step("never: nothing is asked", async () => {
    await docker("image", "rm", "--force", registry.image);
    const { manifest } = registry.asked;
    const report = await sandbox.report([...web, "--pull", "never"], 1);
    const [reason] = moduleOf(report, "web").reasons;
    assertEquals(reason?.code, "start_failed");
    assertStringIncludes(reason?.text ?? "", `its image "${registry.image}" is not present on this host`);
    assertEquals(registry.asked.manifest, manifest);
  });
  await t.step("an interrupt while it is pulled ends the run, and nothing is left", async () => {
    const held = Promise.withResolvers<void>();
    registry.held = held.promise;
    const { layer } = registry.asked;
    const running = await sandbox.start(web);
    await until("the layer is asked for", () => Promise.resolve(registry.asked.layer > layer));
    running.kill("SIGINT");
    const { code, stderr } = await running.finished;
    held.resolve();
    assertEquals([code, await sandbox.containers(), await sandbox.owned("network")], [130, [], []], stderr);
    assertEquals(await images(registry.image), "");
  });
});

integrationTest("with no registry, the module that lacks the image fails fast, and it alone", async () => {
  const { hostname, port } = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr;
  })();
  await using sandbox = await sandboxOf(`${hostname}:${port}/none:1`);
  const began = performance.now();
  const report = await sandbox.report(["--modules", "web,other", "--no-keep-core"], 1);
  const [reason] = moduleOf(report, "web").reasons;
  assertEquals([reason?.code, moduleOf(report, "other").status], ["start_failed", "PASS"]);
  assertStringIncludes(reason?.text ?? "", "could not be pulled: ");
  assertStringIncludes(reason?.text ?? "", "connection refused");
  const journal = await sandbox.journal();
  const pulled = Number(journal.find(({ type }) => type === "cycle_started")?.ms);
  assert(pulled < FAST_MS, `${pulled} ms before the first cycle, of ${performance.now() - began}`);
});
