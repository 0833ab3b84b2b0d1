/** What every engine promises about tests' commands that run in a service: their output, their end, what they leave, their files. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Look } from "../../lib/engine/engine.ts";
import type { ServiceCommand, ServiceRun } from "../../lib/model/service_run.ts";
import { eventually, LONG_GRACE_SEC, type Promises, type Rig, start, startReady } from "./rig.ts";

let commands = 0;

function sh(script: string, over: Partial<ServiceCommand> = {}): ServiceCommand {
  const family = `/tmp/vx11-contract-${Deno.pid}-${++commands}`;
  return { words: ["/bin/sh", "-c", script], env: {}, cwd: ".", family, ...over };
}

/** What it prints, line by line, as far as it has come. */
function printed(run: Pick<ServiceRun, "output">): { lines: string[]; over: Promise<unknown> } {
  const lines: string[] = [];
  const over = Promise.all(run.output.map(async (stream) => {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
    }
  }));
  return { lines, over };
}

/** To its end, with what it printed. */
async function done(run: ServiceRun) {
  const { lines, over } = printed(run);
  const end = await run.end;
  const left = await run.endAll();
  await over;
  return { end, left, lines };
}

async function counted(rig: Rig, look: Look): Promise<number> {
  return (await rig.processes(look.state)).length;
}

export const TESTING: Promises = {
  "run gives what a test's command prints, with its variables, in its folder, and its exit code": async (open) => {
    await using rig = await open({ app: { env: { COLOUR: "teal", SHAPE: "round" } } });
    const look = await start(rig, "app");
    const script = 'echo "$COLOUR $SHAPE $MORE"; pwd >&2; exit 7';
    const env = { SHAPE: "square", MORE: "a 'b' \"c\" $d" };
    const { end, left, lines } = await done(rig.engine.run(look, sh(script, { env, cwd: "/tmp" })));
    assertEquals([end, left], [{ how: "ended", code: 7, signal: null }, null]);
    assertEquals(lines.toSorted(), ["/tmp", "teal square a 'b' \"c\" $d"]);
  },

  "run of what is not there, or where nothing runs, says why it was not started": async (open) => {
    await using rig = await open({ app: {} });
    const look = await start(rig, "app");
    const told = async (command: ServiceCommand) => {
      const { end, left } = await done(rig.engine.run(look, command));
      assertEquals(left, null);
      assert(end.how === "not started", JSON.stringify(end));
      return end;
    };
    const missing = await told(sh("", { words: ["vx11-missing"] }));
    assertEquals(missing.code, 127);
    assertStringIncludes(missing.why, "vx11-missing");
    const folder = await told(sh("true", { cwd: "/vx11-no-folder" }));
    assertEquals(folder.code, 127);
    assertStringIncludes(folder.why, "/vx11-no-folder");
    // A shell that does not find a program was started.
    const { end } = await done(rig.engine.run(look, sh("exit 127")));
    assertEquals(end, { how: "ended", code: 127, signal: null });
    await rig.engine.stop(look.state, LONG_GRACE_SEC);
    const stopped = await told(sh("exit 0"));
    assertEquals(stopped.code, null);
    assertMatch(stopped.why, /is not running/);
  },

  "endAll of a command that runs on ends all that it started, wherever that went": async (open) => {
    await using rig = await open({ app: { published: true } });
    const look = await startReady(rig, "app");
    const before = await counted(rig, look);
    const script = "trap '' TERM; setsid sleep 311 & setsid env -i sleep 312 & sleep 313 & echo ready; sleep 314";
    const run = rig.engine.run(look, sh(script));
    const { lines, over } = printed(run);
    await eventually("it runs", () => lines.includes("ready") || undefined);
    assertEquals(await run.endAll(), null);
    await over;
    await run.end;
    assertEquals(await counted(rig, look), before);
    assertEquals((await done(rig.engine.run(look, sh("exit 0")))).end, { how: "ended", code: 0, signal: null });
  },

  "endAll of a command that has ended ends what it left running": async (open) => {
    await using rig = await open({ app: { published: true } });
    const look = await startReady(rig, "app");
    const before = await counted(rig, look);
    const { end, left } = await done(rig.engine.run(look, sh("setsid sleep 321 & sleep 322 & exit 3")));
    assertEquals([end, left], [{ how: "ended", code: 3, signal: null }, null]);
    assertEquals(await counted(rig, look), before);
  },

  "run whose container ends says so, and gives no exit code": async (open) => {
    await using rig = await open({ app: { published: true } });
    const look = await startReady(rig, "app");
    const run = rig.engine.run(look, sh("echo ready; sleep 331"));
    const { lines, over } = printed(run);
    await eventually("it runs", () => lines.includes("ready") || undefined);
    await rig.kill(look.state);
    assertEquals(await run.end, { how: "container ended" });
    assertEquals(await run.endAll(), null);
    await over;
  },

  "apart of an engine that has images runs a command in a container that no look has, and removes it": async (open) => {
    await using rig = await open({ app: { env: { COLOUR: "teal" } } });
    const look = await start(rig, "app");
    const { apart, project, services } = rig.engine;
    if (apart === undefined) return;
    const image = services.get("app")?.image ?? "";
    assertEquals(await apart.present([image, "vx11-missing:1"]), new Set([image]));
    const before = (await rig.engine.look()).map(({ state }) => state.id);
    const { cwd, env, family, words } = sh('pwd; echo "$COLOUR $MORE"; sleep 341 & exit 7', { env: { MORE: "a 'b'" } });
    const run = apart.run(look.state, { image, words, env, projectDir: project.dir, cwd, family });
    const { lines, over } = printed(run);
    assertEquals(await run.end, { how: "ended", code: 7, signal: null });
    assertEquals((await apart.look()).map((each) => each.family), [family]);
    assertEquals((await rig.engine.look()).map(({ state }) => state.id), before);
    assertEquals(await run.endAll(), null);
    await over;
    assertEquals([lines, await apart.look()], [["/work", " a 'b'"], []]);
  },

  "readFile gives a file that a test's command wrote, from its beginning, and when": async (open) => {
    await using rig = await open({ app: {} });
    const look = await start(rig, "app");
    const dir = await Deno.makeTempDir({ prefix: "vx11-contract-" });
    try {
      const read = (name: string, most = 1000) => rig.engine.readFile(look, `${dir}/${name}`, most);
      assertEquals(await read("a.xml"), null);
      const began = Date.now();
      const write =
        `mkdir -p ${dir}/sub; cd ${dir}; echo 'grün' > a.xml; ln -s a.xml sub/up; ln -s ../a.xml sub/link; : > empty`;
      assertEquals((await done(rig.engine.run(look, sh(write)))).end, { how: "ended", code: 0, signal: null });
      const { modifiedMs = 0, ...content } = await read("a.xml") ?? {};
      assertEquals(content, { text: "grün\n", cut: false });
      assert(Math.abs(modifiedMs - began) < 60_000, `${modifiedMs}, begun at ${began}`);
      assertEquals((await read("a.xml", 2))?.text, "gr");
      assertEquals((await read("a.xml", 2))?.cut, true);
      assertEquals((await read("sub/link"))?.text, "grün\n");
      assertEquals((await read("empty"))?.text, "");
      for (const none of ["sub", "sub/up", "sub/none"]) assertEquals(await read(none), null);
      assertEquals((await done(rig.engine.run(look, sh(`cd ${dir}; echo 'neu' > a.xml`)))).end.how, "ended");
      assert((await read("a.xml"))?.modifiedMs !== modifiedMs, "it was written again");
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
};
