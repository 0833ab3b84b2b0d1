/** What every engine promises about what it tells: endpoints, samples, events, logs, descriptions, and its own end. */

import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { Engine, Look } from "../../lib/engine/engine.ts";
import type { ContainerState, Sample } from "../../lib/model/evidence.ts";
import {
  eventually,
  healthUrl,
  LONG_GRACE_SEC,
  lookAt,
  type Promises,
  record,
  start,
  startReady,
  untilAnswered,
  untilExited,
  untilState,
} from "./rig.ts";

const MIB = 2 ** 20;

function healthOf(engine: Engine, look: Look) {
  return engine.endpoint(look, { port: 8000, path: "/health" });
}

function untilSample(engine: Engine, state: ContainerState): Promise<Sample> {
  return eventually(`a sample of ${state.service} comes`, async () => {
    const [outcome] = await engine.sample([state]);
    return outcome !== undefined && "sample" in outcome ? outcome.sample : undefined;
  });
}

export const OBSERVING: Promises = {
  "endpoint gives an address where the service, and no other, answers with 200": async (open) => {
    await using rig = await open({ app: { published: true }, other: { published: true } });
    const look = await start(rig, "app", "other");
    for (const found of [look, await lookAt(rig.engine, "other")]) {
      const { body, status } = await untilAnswered(await healthUrl(rig.engine, found));
      assertEquals(status, 200);
      assertStringIncludes(body, `"service": "${found.state.service}"`);
    }
  },

  "endpoint of what publishes nothing is asked where it alone can answer, or says why not": async (open) => {
    await using rig = await open({ app: {} });
    const { state, ...look } = await start(rig, "app");
    const endpoint = await healthOf(rig.engine, { state, ...look });
    assertEquals("get" in endpoint, rig.asksInside, JSON.stringify(endpoint));
    if ("why" in endpoint) return assertStringIncludes(endpoint.why, `"app"`);
    assertEquals([endpoint.way, endpoint.baseUrl], ["exec", null]);
    const ask = async () => (await endpoint.get?.(AbortSignal.timeout(30_000), 30_000))?.status;
    await eventually("it answers", async () => await ask().catch(() => undefined) === 200 || undefined);
    await rig.engine.stop(state, LONG_GRACE_SEC);
    await assertRejects(ask, Error, "is not running");
  },

  "endpoint says why of one that was stopped: something else may answer there": async (open) => {
    await using rig = await open({ app: { published: true } });
    await rig.engine.stop((await start(rig, "app")).state, LONG_GRACE_SEC);
    const endpoint = await healthOf(rig.engine, await lookAt(rig.engine, "app"));
    assert("why" in endpoint, "there is no address");
    assertStringIncludes(endpoint.why, `"app"`);
  },

  "exec runs a command as the service is run, and gives its code and what it printed": async (open) => {
    await using rig = await open({ app: { env: { COLOUR: "teal" } } });
    const look = await start(rig, "app");
    const limit = { limitMs: 30_000, signal: new AbortController().signal };
    const script = 'echo "$COLOUR"; echo second >&2; exit 7';
    const { code, output } = await rig.engine.exec(look, ["/bin/sh", "-c", script, "spaced word"], limit);
    assertEquals([code, output.split("\n").filter((line) => line !== "")], [7, ["teal", "second"]]);
    await assertRejects(() => rig.engine.exec(look, ["vx11-missing"], limit), Error, "vx11-missing");
    await rig.engine.stop(look.state, LONG_GRACE_SEC);
    await assertRejects(() => rig.engine.exec(look, ["/bin/sh", "-c", "exit 0"], limit), Error, "is not running");
  },

  "exec ends a command at its limit, or when it is given up, and leaves nothing of it": async (open) => {
    await using rig = await open({ app: { published: true } });
    const look = await startReady(rig, "app");
    const before = (await rig.processes(look.state)).length;
    const hangs = ["/bin/sh", "-c", "sleep 300 & exec sleep 300"];
    const run = (limitMs: number, signal = new AbortController().signal) =>
      rig.engine.exec(look, hangs, { limitMs, signal });
    await assertRejects(() => run(1000), Error, "it had not ended after 1000 ms");
    assertEquals((await rig.processes(look.state)).length, before);
    const stop = new AbortController();
    const running = run(60_000, stop.signal);
    running.catch(() => {});
    await eventually("both run", async () => (await rig.processes(look.state)).length === before + 2 || undefined);
    stop.abort(new Error("nobody waits"));
    await assertRejects(() => running, Error, "nobody waits");
    assertEquals((await rig.processes(look.state)).length, before);
  },

  "sample gives the memory and a CPU time that rises, of what runs": async (open) => {
    await using rig = await open({ app: { published: true, env: { FAULT_HOLD_MIB: "16" } } });
    const look = await startReady(rig, "app");
    const url = await healthUrl(rig.engine, look);
    const first = await untilSample(rig.engine, look.state);
    assertEquals(first.containerId, look.state.id);
    assert(first.memBytes > 16 * MIB, `${first.memBytes} bytes`);
    assert((first.memPeakKernelBytes ?? Infinity) > 16 * MIB, `${first.memPeakKernelBytes} bytes at most`);
    const begin = first.cpuUsec;
    if (begin === null) return assert(first.cpuPct !== null, "a share, where there is no counter");
    await eventually("the CPU time rises", async () => {
      await untilAnswered(url);
      return ((await untilSample(rig.engine, look.state)).cpuUsec ?? 0) > begin || undefined;
    });
  },

  "sample answers for each that is asked for, by its id": async (open) => {
    await using rig = await open({ a: {}, b: {}, c: {} });
    const a = await start(rig, "a", "b", "c");
    const b = await lookAt(rig.engine, "b");
    const seen = new Set<string>();
    await eventually("each was answered", async () => {
      for (const outcome of await rig.engine.sample([a.state, b.state])) seen.add(outcome.containerId);
      return seen.size >= 2 || undefined;
    });
    assertEquals(seen, new Set([a.state.id, b.state.id]));
    assertEquals(await rig.engine.sample([]), []);
  },

  "a sample of what does not run is missing, with a reason, and never 0": async (open) => {
    await using rig = await open({ app: {}, short: { env: { FAULT_EXIT_CODE: "0" } } });
    const { state: running } = await start(rig, "app", "short");
    await untilSample(rig.engine, running);
    await rig.engine.stop(running, LONG_GRACE_SEC);
    const short = await untilExited(rig.engine, "short");
    const { state: stopped } = await lookAt(rig.engine, "app");
    // As looked at before its end too: who samples does not look each time.
    for (const state of [running, stopped, short]) {
      const [outcome, ...more] = await rig.engine.sample([state]);
      assert(outcome !== undefined && "missing" in outcome, `of ${state.service}: ${JSON.stringify(outcome)}`);
      assertEquals([outcome.containerId, more], [state.id, []]);
      assertMatch(outcome.missing, /\w+ \w+/);
    }
  },

  "events tell create, start and die with the exit code, in order, each once, of this project only": async (open) => {
    await using rig = await open({ app: { published: true } });
    await using foreign = await open({ app: {} });
    await using events = record(rig.engine);
    await using foreignEvents = record(foreign.engine);
    const { state } = await startReady(rig, "app");
    await foreign.engine.stop((await start(foreign, "app")).state, LONG_GRACE_SEC);
    await rig.engine.stop(state, LONG_GRACE_SEC);
    const died = await events.until("die");
    await foreignEvents.until("die");
    await rig.engine.remove([state.id]);
    assertEquals(died.exitCode, 0);
    assertEquals(events.actions("create", "start", "die"), ["create", "start", "die"]);
    for (const { container, containerId, service, time } of events.events) {
      assertEquals({ container, containerId, service }, {
        container: state.name,
        containerId: state.id,
        service: "app",
      });
      assertMatch(time, /^\d{4}-\d\d-\d\dT.*Z$/);
    }
    const times = events.events.map(({ time }) => time);
    assertEquals(times, times.toSorted());
  },

  "logs has the last lines of what the service printed, on both streams": async (open) => {
    await using rig = await open({ app: { env: { FAULT_EXIT_CODE: "3" } }, other: {} });
    await start(rig, "app", "other");
    const { id } = await untilExited(rig.engine, "app");
    const text = await rig.engine.logs(id, 50);
    assertStringIncludes(text, "app: starts on port");
    assertStringIncludes(text, "fault: exits with code 3");
    assertNotMatch(text, /other: starts/);
    assertEquals((await rig.engine.logs(id, 1)).trimEnd().split("\n").length, 1);
    if (!rig.engine.writesLogs) return;
    const written = await Deno.readTextFile(rig.logFile("app"));
    for (const line of ["app: starts on port", "fault: exits with code 3"]) assertStringIncludes(written, line);
  },

  "follow gives the lines of the current start alone, on both streams, and says when no more come": async (open) => {
    const env = { FAULT_EXIT_AFTER: "1", FAULT_EXIT_CODE: "5" };
    await using rig = await open({ app: { env, restart: "always" } });
    await start(rig, "app");
    const isAgain = ({ restartCount, status }: ContainerState) => restartCount === 1 && status === "running";
    await untilState(rig.engine, "app", "was started again", isAgain);
    const lines: string[] = [];
    const look = await lookAt(rig.engine, "app");
    const why = await rig.engine.follow(look, (more) => lines.push(...more), new AbortController().signal);
    assertMatch(why, /ended/);
    const told = lines.filter((line) => /starts on port|fault: exits with code 5/.test(line));
    assertEquals(told.map((line) => line.replace(/port \d+.*/, "port")), [
      "app: starts on port",
      "fault: exits with code 5",
    ]);
  },

  "follow gives each line as it comes, until nobody wants it any more": async (open) => {
    await using rig = await open({ app: { published: true } });
    const look = await startReady(rig, "app");
    const stop = new AbortController();
    const lines: string[] = [];
    const following = rig.engine.follow(look, (more) => lines.push(...more), stop.signal);
    const has = (text: RegExp) => () => lines.some((line) => text.test(line)) || undefined;
    await eventually("what it printed before is there", has(/^app: starts on port/), () => lines);
    await rig.engine.stop(look.state, LONG_GRACE_SEC);
    await eventually("what it prints then comes", has(/SIGTERM/), () => lines);
    stop.abort();
    assertMatch(await following, /\w+ \w+/);
  },

  "describe tells what the engine knows, and blanks what looks like a secret": async (open) => {
    const env = {
      COLOUR: "teal-and-orange",
      API_TOKEN: "open-sesame",
      STORE: "redis://reader:swordfish@store:6379/0",
    };
    await using rig = await open({ app: { env } });
    const { state } = await start(rig, "app");
    const text = await rig.engine.describe(state.id);
    for (const known of [state.id, "app", "teal-and-orange", "API_TOKEN", "store:6379"]) {
      assertStringIncludes(text, known);
    }
    for (const secret of ["open-sesame", "swordfish"]) assertEquals(text.includes(secret), false, text);
  },

  "close leaves nothing of the engine's own in the background, twice over": async (open) => {
    // The test runner's leak check looks at the rest: children, timers and streams that are still open.
    await using rig = await open({ app: {} });
    const { state } = await start(rig, "app");
    const stream = rig.engine.watch(() => {}, () => {});
    await rig.engine.sample([state]);
    await rig.engine.stop(state, LONG_GRACE_SEC);
    await rig.engine.remove([state.id]);
    await stream.close();
    await rig.engine.close();
    await rig.engine.close();
  },
};
