import { assertEquals, assertRejects } from "@std/assert";
import { lastLine } from "../../lib/engine/executed.ts";
import { until } from "../fakes/wait.ts";
import { processWorld, sh, STAYS, type World } from "./process_world.ts";

function limit(limitMs = 20_000) {
  return { limitMs, signal: new AbortController().signal };
}

async function exec(it: World, command: string[], ms?: number) {
  return await it.engine.exec(await it.look("switch"), command, limit(ms));
}

Deno.test("a command is run in the folder of its service, with its environment and this program's", async () => {
  const env = { COLOUR: "teal" };
  await using it = await processWorld({ switch: { command: STAYS, env, cwd: "sub", port: "auto" } });
  await Deno.mkdir(`${it.dir}/sub`);
  await it.up("switch");
  const { code, output } = await exec(it, sh('pwd; echo "$COLOUR $VX11_MODE $PORT" >&2; exit 3'));
  const port = (await it.look("switch")).ports[0]?.hostPort;
  assertEquals(code, 3);
  assertEquals(output.split("\n").filter((line) => line !== ""), [`${it.dir}/sub`, `teal low_power ${port}`]);
});

Deno.test("a command that has not ended by its limit is ended, with what it has started and sent away", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  await it.up("switch");
  const run = () => exec(it, sh("setsid sleep 300 & echo $! >pid; exec sleep 300"), 1000);
  await assertRejects(run, Error, "it had not ended after 1000 ms");
  assertEquals(it.host.processAlive(Number(await Deno.readTextFile(`${it.dir}/pid`))), false);
  assertEquals((await it.state("switch")).status, "running", "the service itself stays");
});

Deno.test("a command is ended when whoever asks gives up", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  await it.up("switch");
  const stop = new AbortController();
  const look = await it.look("switch");
  const run = it.engine.exec(look, sh("echo $$ >pid; exec sleep 300"), { limitMs: 60_000, signal: stop.signal });
  run.catch(() => {});
  await until("it runs", async () => (await Deno.readTextFile(`${it.dir}/pid`).catch(() => "")).endsWith("\n"));
  stop.abort(new Error("the window closed"));
  await assertRejects(() => run, Error, "the window closed");
  assertEquals(it.host.processAlive(Number(await Deno.readTextFile(`${it.dir}/pid`))), false);
});

Deno.test("what a command has left ends with the service", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  await it.up("switch");
  const leaves = "setsid sh -c 'echo $$ >pid; exec sleep 300' >/dev/null 2>&1 & until test -s pid; do sleep 0.01; done";
  assertEquals((await exec(it, sh(leaves))).code, 0);
  const pid = Number(await Deno.readTextFile(`${it.dir}/pid`));
  assertEquals(it.host.processAlive(pid), true);
  assertEquals((await it.engine.stop(await it.state("switch"), 10)).error, null);
  assertEquals(it.host.processAlive(pid), false);
});

Deno.test("a command that this host lacks, or that is no program, says so", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  await it.up("switch");
  await Deno.writeTextFile(`${it.dir}/text`, "", { mode: 0o644 });
  await assertRejects(() => exec(it, ["vx11-missing"]), Error, "this host has no vx11-missing on its PATH");
  await assertRejects(() => exec(it, ["./missing"]), Error, '/missing" does not exist');
  await assertRejects(() => exec(it, ["./text"]), Error, "is not executable");
});

Deno.test("a command for a service that does not run is not run", async () => {
  await using it = await processWorld({ switch: { command: sh("exit 0") } });
  await it.up("switch");
  await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  await assertRejects(() => exec(it, sh("touch made")), Error, "its process is not running");
  assertEquals(await Deno.stat(`${it.dir}/made`).catch(() => null), null);
});

Deno.test("a command that ends by a signal has no code, and says so", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  await it.up("switch");
  await assertRejects(() => exec(it, sh("kill -TERM $$")), Error, "it was ended by SIGTERM");
});

Deno.test("lastLine() gives the last line that says something", () => {
  assertEquals(lastLine("a\n b \r\n\n"), "b");
  assertEquals(lastLine(""), "");
});
