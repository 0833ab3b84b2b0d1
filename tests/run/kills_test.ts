/** Kills for memory by traces that outlive a container: looked for until after the last look, and each in its own window. */

import { assertEquals } from "@std/assert";
import type { KillWatch } from "../../lib/engine/engine.ts";
import type { ContainerState, MemoryKill } from "../../lib/model/evidence.ts";
import { verdictOn, type World, world, type WorldOptions } from "./harness.ts";

interface Traces extends KillWatch {
  /** Calls in their order. */
  readonly calls: string[];
  readonly watched: Map<string, ContainerState>;
  /** What the next look finds. */
  found: MemoryKill[];
}

function tracesIn(it: World, why: string | null = null): Traces {
  const calls: string[] = [];
  const watched = new Map<string, ContainerState>();
  const traces: Traces = {
    calls,
    watched,
    found: [],
    watch(state, isNew) {
      calls.push(`watch ${state.service} ${isNew}`);
      watched.set(state.id, state);
    },
    look: () => traces.found.splice(0),
    unseen: () => why,
    release(id) {
      calls.push(`release ${watched.get(id)?.service}`);
      watched.delete(id);
    },
  };
  it.engine.kills = traces;
  return traces;
}

const killOf = ({ id, service }: ContainerState): MemoryKill => (
  { by: "kernel log", containerId: id, service, pid: 77, task: "tail", trace: "it was killed" }
);

/** The subject ends by SIGKILL while its tests run. */
function ended(
  options: WorldOptions,
  leave: (traces: Traces, state: ContainerState) => void,
  why: string | null = null,
) {
  const it = world(options);
  const traces = tracesIn(it, why);
  it.onTest = () => {
    const state = it.engine.container("switch")?.state;
    if (state === undefined) return;
    leave(traces, { ...state });
    it.engine.end(state.id, 137);
  };
  return { it, traces };
}

Deno.test("a kill that only a trace shows is oom_killed, with where it was seen", async () => {
  const { it, traces } = ended({}, ({ found }, state) => found.push(killOf(state)));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL oom_killed exited");
  const [reason] = result.judged.modules[0]?.reasons ?? [];
  assertEquals(reason?.text.split("; ").at(-1), "seen by: kernel log");
  assertEquals(traces.calls.filter((call) => call.includes("switch")), ["watch switch true", "release switch"]);
});

Deno.test("a trace that comes with the last look belongs to the window", async () => {
  let gone: ContainerState | null = null;
  const { it, traces } = ended({}, (_, state) => void (gone = state));
  const { engine } = it;
  const [look, sample] = [engine.look.bind(engine), engine.sample.bind(engine)];
  engine.look = async () => {
    const looks = await look();
    traces.found = gone === null ? [] : [killOf(gone)];
    return looks;
  };
  // No trace is left for the samples, which are taken in between.
  engine.sample = (states) => {
    traces.found = [];
    return sample(states);
  };
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL oom_killed exited");
});

Deno.test("an end at which a kill may have been missed is written down, and no other", async () => {
  const options = { scripts: { switch: { memMib: 63 } } };
  const { it } = ended(options, () => {}, "its processes are not this host's");
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL exited near_mem_limit metrics_missing");
  const healthy = world();
  tracesIn(healthy, "its processes are not this host's");
  const { judged } = await healthy.run();
  assertEquals(judged.modules.map(({ status }) => status).includes("FAIL"), false);
  assertEquals(
    judged.evidence.modules.flatMap(({ cycles }) => cycles).flatMap(({ services }) => services)
      .map(({ killUnseen }) => killUnseen).filter((each) => each !== undefined),
    [],
  );
});

Deno.test("what was in place is watched from now on, and what stays up is not released between its windows", async () => {
  const it = world({ running: ["switch"], config: { cycles: 2 } });
  const traces = tracesIn(it);
  await it.run();
  assertEquals(traces.calls.filter((call) => call.includes("switch")), [
    "watch switch false",
    "release switch",
    "watch switch false",
    "release switch",
  ]);
  assertEquals(traces.calls.filter((call) => call === "release madre"), []);
});
