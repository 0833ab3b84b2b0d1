/** The docker context that the user named: for each command of the program, and for those that a person types. */

import { assertEquals, assertRejects } from "@std/assert";
import { findCompose } from "../../lib/engine/compose/check.ts";
import { docker } from "../../lib/engine/compose/docker.ts";
import { inContext, reachedBy, typedIn } from "../../lib/engine/in_context.ts";
import type { Host } from "../../lib/host/host.ts";
import { Failure } from "../../lib/model/failure.ts";
import { fakeTools } from "../fakes/docker.ts";

Deno.test("a command is in the context, and not at the DOCKER_HOST of the environment", async () => {
  const env = { DOCKER_HOST: "tcp://elsewhere:1", DOCKER_CONTEXT: "old" };
  await using tools = await fakeTools({ docker: `echo "$DOCKER_CONTEXT|\${DOCKER_HOST-unset}|$MORE"` }, env);
  const host = inContext(tools.host, "lab");
  const { stdout } = await docker(host, ["info"], { cwd: tools.dir, env: { MORE: "x" } });
  assertEquals(stdout, "lab|unset|x\n");
  assertEquals([host.env("DOCKER_HOST"), host.env("DOCKER_CONTEXT"), host.env("PATHS")], [undefined, "lab", undefined]);
  assertEquals(inContext(tools.host, undefined), tools.host);
});

Deno.test("an empty DOCKER_HOST, which not every docker takes for none, is kept from all commands", async () => {
  await using tools = await fakeTools({ docker: "" }, { DOCKER_HOST: "" });
  let without: readonly string[] | undefined;
  const spawn: Host["spawn"] = (command, options) => {
    without = options?.without;
    return tools.host.spawn(command, options);
  };
  await docker(inContext({ ...tools.host, spawn }, undefined), ["info"], { cwd: tools.dir });
  assertEquals(without, ["DOCKER_HOST"]);
});

Deno.test("a context that docker does not have is named before anything else is asked", async () => {
  const script = `echo "$*" >>"$LOG"; echo 'context "lab": context not found: open /root/.docker/x' >&2; exit 1`;
  await using tools = await fakeTools({ docker: script });
  await Deno.writeTextFile(`${tools.dir}/compose.yaml`, "");
  const wanted = { projectDir: tools.dir, composeFiles: [], env: {}, metricsSource: "auto" as const, context: "lab" };
  await assertRejects(
    () => findCompose(tools.host, wanted),
    Failure,
    `Cannot use the docker context "lab": context "lab": context not found`,
  );
  assertEquals((await tools.log()).length, 1);
});

Deno.test("a person who is not in the context can type the command", () => {
  assertEquals(typedIn(undefined, ["docker", "rm", "1"]), ["docker", "rm", "1"]);
  assertEquals(typedIn("lab", ["docker", "rm", "1"]), ["docker", "--context", "lab", "rm", "1"]);
  const standalone = ["env", "-u", "DOCKER_HOST", "DOCKER_CONTEXT=lab", "docker-compose", "ps"];
  assertEquals(typedIn("lab", ["docker-compose", "ps"]), standalone);
});

Deno.test("without a named context, what finds the engine is what the environment says", () => {
  const said = { DOCKER_HOST: "tcp://lab:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CONTEXT: "" };
  const env = (name: string) => new Map(Object.entries(said)).get(name);
  assertEquals(reachedBy({ env }, undefined), [["DOCKER_HOST", "tcp://lab:2376"], ["DOCKER_TLS_VERIFY", "1"]]);
  assertEquals(reachedBy({ env }, "lab"), []);
});
