import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { PagePlace } from "../../lib/engine/engine.ts";
import { processWorld, sh, STAYS, upOptions } from "./process_world.ts";

Deno.test("up() starts what a service needs before it, and leaves what is up as it is", async () => {
  await using it = await processWorld({
    switch: { command: STAYS, dependsOn: ["madre"] },
    madre: { command: STAYS, dependsOn: ["redis"] },
    redis: { command: STAYS },
    other: { command: STAYS },
  });
  await it.up("switch");
  assertEquals(it.events.filter(({ action }) => action === "start").map(({ service }) => service), [
    "redis",
    "madre",
    "switch",
  ]);
  const before = (await it.engine.look()).map(({ state }) => state.id);
  await it.up("switch", "madre");
  assertEquals((await it.engine.look()).map(({ state }) => state.id), before);
});

Deno.test("look() shows an instance as a container", async () => {
  await using it = await processWorld({
    switch: { command: STAYS, port: 20123, memLimitBytes: 64 * 2 ** 20, stopGraceSec: 3 },
  });
  assertEquals(await it.engine.look(), []);
  await it.up("switch");
  const { hostNetwork, ports, state } = await it.look("switch");
  const { id, pid, startedAt, ...rest } = state;
  assertEquals(rest, {
    name: "switch",
    service: "switch",
    image: "/bin/sh -c echo ready; exec sleep 300",
    status: "running",
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    finishedAt: null,
    health: null,
    healthOutput: null,
    memLimitBytes: 64 * 2 ** 20,
    stopGraceSec: 3,
    error: null,
  });
  assertEquals([ports, hostNetwork], [[{ containerPort: 20123, hostIp: "127.0.0.1", hostPort: 20123 }], false]);
  assert(it.host.processAlive(pid ?? 0));
  assertMatch(id, /^switch-/);
  assertMatch(startedAt ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assertEquals(it.events.map(({ action, container, containerId }) => [action, container, containerId]), [
    ["create", "switch", id],
    ["start", "switch", id],
  ]);
});

Deno.test("up() gives an instance a new id after its removal, and the same one where it only had ended", async () => {
  await using it = await processWorld({ switch: { command: sh("echo run") } });
  await it.up("switch");
  const { id } = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  await it.up("switch");
  const again = await it.untilState("it ended again", "switch", ({ status }) => status === "exited");
  assertEquals(again.id, id);
  assertEquals(await it.engine.remove([id]), new Map());
  await it.up("switch");
  assertNotEquals((await it.state("switch")).id, id);
});

Deno.test("up() with recreate replaces what runs, and not what it needs", async () => {
  await using it = await processWorld({
    switch: { command: STAYS, dependsOn: ["madre"] },
    madre: { command: STAYS },
  });
  await it.up("switch");
  const before = [await it.state("madre"), await it.state("switch")];
  assertEquals(await it.engine.up(["switch"], upOptions(it.dir, true)), { ok: true });
  const after = [await it.state("madre"), await it.state("switch")];
  assertEquals(after[0]?.id, before[0]?.id);
  assertNotEquals(after[1]?.id, before[1]?.id);
  assertEquals(it.host.processAlive(before[1]?.pid ?? 0), false);
  assertEquals(it.told("switch"), ["create", "start", "kill 15", "die 143", "stop", "destroy", "create", "start"]);
});

Deno.test("up() rejects with the reason of an abort, and starts nothing then", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  const options = { ...upOptions(it.dir), signal: AbortSignal.abort(new Error("no more")) };
  const outcome = await it.engine.up(["switch"], options).catch((error) => error.message);
  assertEquals([outcome, await it.engine.look()], ["no more", []]);
});

Deno.test("a service that exits at once is no failure of its start", async () => {
  await using it = await processWorld({ switch: { command: sh("echo gone; exit 3") } });
  await it.up("switch");
  const { error, exitCode, pid } = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  assertEquals([exitCode, pid, error], [3, null, null]);
  assertEquals(it.told("switch"), ["create", "start", "die 3"]);
});

Deno.test("a service is told its port, where all others answer, its mode, and its own variables above this program's", async () => {
  await using it = await processWorld({
    "operator-backend": { command: ["env"], port: "auto", env: { HOME: "/nowhere", OWN: "a b" } },
    hermes: { command: ["env"], port: 20124 },
    worker: { command: ["env"] },
  });
  await it.up("operator-backend", "worker");
  for (const name of ["operator-backend", "worker"]) {
    await it.untilState("it ended", name, ({ status }) => status === "exited");
    await it.engine.logs((await it.state(name)).id, 1);
  }
  const env = new Map(
    (await it.log("operator-backend")).split("\n").map((line) => line.split("=", 2) as [string, string]),
  );
  const port = env.get("PORT");
  assertMatch(port ?? "", /^(2\d|3[01])\d{3}$/);
  const { id } = await it.state("operator-backend");
  assertEquals(
    ["VX11_OPERATOR_BACKEND_URL", "VX11_HERMES_URL", "VX11_MODE", "HOME", "OWN", "VX11_PROCESS_ID"].map((name) =>
      env.get(name)
    ),
    [`http://127.0.0.1:${port}`, "http://127.0.0.1:20124", "low_power", "/nowhere", "a b", id],
  );
  assertEquals([env.has("PATH"), env.has("VX11_WORKER_URL")], [true, false]);
  const worker = await it.log("worker");
  assertStringIncludes(worker, `VX11_OPERATOR_BACKEND_URL=http://127.0.0.1:${port}\n`);
  assertEquals(/^PORT=/m.test(worker), Deno.env.has("PORT"));
});

Deno.test("up() starts a service in its working directory", async () => {
  await using it = await processWorld({ switch: { command: ["pwd"], cwd: "sub" } });
  await Deno.mkdir(`${it.dir}/sub`);
  await it.up("switch");
  await it.untilLog("switch", `${await Deno.realPath(it.dir)}/sub\n`);
});

Deno.test("endpoint() is where the service was told to listen, and says what to do where it was not", async () => {
  await using it = await processWorld({ switch: { command: STAYS, port: "auto" }, worker: { command: STAYS } });
  await it.up("switch", "worker");
  const look = await it.look("switch");
  const declared = { port: 8001, path: "/health" };
  const baseUrl = `http://127.0.0.1:${look.ports[0]?.hostPort}`;
  const place = { way: "process" as const, source: "service's port" as const, baseUrl, url: `${baseUrl}/health` };
  const { get: _, refusedBecause: _why, ...found } = await it.engine.endpoint(look, declared) as PagePlace;
  assertEquals(found, place);
  const none = await it.engine.endpoint(await it.look("worker"), declared);
  assertStringIncludes("why" in none ? none.why : "", 'service "worker" has no port, so its health page');
});

Deno.test("describe() tells what is known of an instance, without its secrets", async () => {
  await using it = await processWorld({ switch: { command: sh("sleep 300; true"), env: { API_TOKEN: "hunter2" } } });
  await it.up("switch");
  const { id, pid } = await it.state("switch");
  const text = await it.engine.describe(id);
  assertEquals(text.includes("hunter2"), false);
  const told = JSON.parse(text);
  assertEquals([told.State.status, told.Env[1], told.Output], [
    "running",
    "API_TOKEN=[secret API_TOKEN]",
    it.logPath("switch"),
  ]);
  assertEquals(told.Processes[0], { pid, command: "/bin/sh -c sleep 300; true" });
});

Deno.test("up() waits for the end of what completes and is needed, and starts it once", async () => {
  await using it = await processWorld({
    switch: { command: STAYS, dependsOn: ["migrate"] },
    hermes: { command: STAYS, dependsOn: ["migrate"] },
    migrate: { command: sh("sleep 0.3; echo done"), completes: true },
  });
  assertEquals(it.engine.services.get("migrate")?.oneShot, true);
  await it.up("switch");
  assertEquals(it.events.slice(0, 3).map(({ action, service }) => `${action} ${service}`), [
    "create migrate",
    "start migrate",
    "die migrate",
  ]);
  await it.up("hermes");
  assertEquals(it.told("migrate"), ["create", "start", "die 0"]);
});

Deno.test("up() does not start what waits for one that did not complete, and says why", async () => {
  await using it = await processWorld({
    switch: { command: STAYS, dependsOn: ["migrate"] },
    migrate: { command: sh("exit 9"), completes: true },
    alone: { command: sh("exit 9"), completes: true },
    hermes: { command: STAYS, dependsOn: ["slow"] },
    slow: { command: STAYS, completes: true },
  });
  assertEquals(await it.engine.up(["switch"], upOptions(it.dir)), {
    ok: false,
    why: '"migrate": it did not complete: exit code 9',
    output: '"migrate": it did not complete: exit code 9\nServices that depend on it were not started\n',
  });
  assertEquals((await it.engine.look()).map(({ state }) => state.service), ["migrate"]);
  const late = await it.engine.up(["hermes"], { ...upOptions(it.dir), timeoutMs: 300 });
  assertStringIncludes(late.ok ? "" : late.why, '"slow": it was not done within 0.3 s');
  // Of one that nothing waits for, its end is its own finding.
  await it.up("alone");
});
