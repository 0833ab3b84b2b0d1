/** A container that dies just before its window ends: no PASS, whatever the moment of the last look. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { reasonsOn, verdictOn, type World, world } from "./harness.ts";

const idOf = ({ engine }: World) => engine.container("switch")?.state.id ?? "?";

/** Does it while the engine answers the last look, whose answer does not show it any more. */
function duringLastLook(made: World, act: () => void): void {
  const look = made.engine.look.bind(made.engine);
  let isDue = true;
  made.engine.look = async (signal) => {
    const looks = await look(signal);
    const last = made.progress.findLast((event) => event.type === "phase");
    if (isDue && last?.type === "phase" && last.phase === "look" && last.module === "switch") {
      isDue = false;
      act();
    }
    return looks;
  };
}

/** Does it when the window is closed, and the stop has not begun. */
function afterWindow(made: World, act: () => void): void {
  const add = made.progress.push.bind(made.progress);
  made.progress.push = (...events) => {
    const [event] = events;
    if (event?.type === "phase" && event.phase === "look" && event.done && event.module === "switch") act();
    return add(...events);
  };
}

Deno.test("a container that dies while the last look is answered has ended", async () => {
  const it = world();
  duringLastLook(it, () => it.engine.end(idOf(it), 137));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL exited");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "was not running at the end: exited");
});

Deno.test("a container that vanishes while the last look is answered is gone", async () => {
  const it = world();
  duringLastLook(it, () => {
    const id = idOf(it);
    it.engine.containers.delete(id);
    it.engine.emit("switch", "destroy", { containerId: id });
  });
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL exited");
});

Deno.test("a container that is told to end as the window ends is watched until it has", async () => {
  const it = world();
  duringLastLook(it, () => {
    const id = idOf(it);
    it.engine.emit("switch", "kill", { containerId: id, signal: 15 });
    it.clock.sleep(4000).then(() => it.engine.end(id, 143));
  });
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL exited");
});

Deno.test("a container that is told to end and does not is no PASS, and waited for no longer than its grace period", async () => {
  const it = world({ scripts: { switch: { state: { stopGraceSec: 3 } } } });
  duringLastLook(it, () => it.engine.emit("switch", "kill", { signal: 15 }));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN metrics_missing");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "was sent SIGTERM, not by this run");
  const phases = it.journal().flatMap((line) => line.type === "phase" && line.phase === "look" ? line : []);
  const took = phases.find(({ module }) => module === "switch")?.durationMs ?? 0;
  assert(took > 3000 && took < 4500, `${took}`);
});

Deno.test("a replacement that comes after the window was to end is seen as one", async () => {
  const it = world();
  duringLastLook(it, () => {
    const id = idOf(it);
    it.engine.end(id, 143);
    it.engine.containers.delete(id);
    it.engine.emit("switch", "destroy", { containerId: id });
    it.clock.sleep(1500).then(() => {
      it.engine.startByHand("switch");
      it.engine.emit("switch", "start");
    });
  });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL restarted");
});

Deno.test("a container that ends after the window, not by this run, has not been stopped well", async () => {
  const it = world();
  afterWindow(it, () => it.engine.end(idOf(it), 0));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL exited");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "right after its window, before this run stopped it");
});

Deno.test("a container that ended long before is not waited for", async () => {
  const it = world({ config: { soakSec: 10 } });
  it.onTest = (file) => {
    if (file.includes("switch")) it.engine.end(idOf(it), 1);
  };
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL exited");
  const look = it.journal().find((line) => line.type === "phase" && line.phase === "look" && line.module === "switch");
  assert(look?.type === "phase" && look.durationMs < 100, JSON.stringify(look));
});
