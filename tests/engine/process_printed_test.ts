import { assertEquals } from "@std/assert";
import { KEPT_BYTES, Printed } from "../../lib/engine/process/printed.ts";
import { until } from "../fakes/wait.ts";
import { processWorld, sh, type World } from "./process_world.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function follow(it: World, signal = new AbortController().signal) {
  const lines: string[] = [];
  const ended = it.engine.follow(await it.look("switch"), (more) => lines.push(...more), signal);
  return { lines, ended };
}

Deno.test("what a start has printed is kept for who follows later, each stream's lines by themselves", async () => {
  const printed = new Printed();
  printed.add(0, bytes("out o"));
  printed.add(1, bytes("err one\n"));
  const lines: string[] = [];
  const following = printed.follow((more) => lines.push(...more), new AbortController().signal);
  printed.add(0, bytes("ne\n"));
  printed.end();
  await following;
  assertEquals(lines, ["err one", "out one"]);
});

Deno.test("no more than the beginning of what a start has printed is kept, and what follows is seen", async () => {
  const printed = new Printed();
  printed.add(0, bytes(`${"x".repeat(KEPT_BYTES - 3)}\nb`));
  printed.add(0, bytes("cut\n"));
  printed.add(0, bytes("gone\n"));
  const lines: string[] = [];
  const stop = new AbortController();
  const following = printed.follow((more) => lines.push(...more), stop.signal);
  printed.add(0, bytes("y\nlast\n"));
  stop.abort();
  printed.add(0, bytes("unheard\n"));
  await following;
  assertEquals(lines.slice(1), ["bcy", "last"]);
});

Deno.test("the output of a service is followed from its current start on, on both streams", async () => {
  const command = sh(
    "if test -e second; then echo second; echo error >&2; exec sleep 300; fi; echo first; touch second; exit 1",
  );
  await using it = await processWorld({ switch: { command, restart: "always" } });
  await it.up("switch");
  await it.untilState(
    "it runs again",
    "switch",
    ({ restartCount, status }) => restartCount === 1 && status === "running",
  );
  const { ended, lines } = await follow(it);
  await until("both lines came", () => lines.length === 2);
  assertEquals(lines.toSorted(), ["error", "second"]);
  await it.engine.stop(await it.state("switch"), 10);
  assertEquals(await ended, "it has ended");
});

Deno.test("a follower of a service hears of each line as it comes, until nobody wants it any more", async () => {
  await using it = await processWorld({
    switch: { command: sh("until test -e go; do sleep 0.01; done; echo went; exec sleep 300") },
  });
  await it.up("switch");
  const stop = new AbortController();
  const { ended, lines } = await follow(it, stop.signal);
  assertEquals(lines, []);
  await Deno.writeTextFile(`${it.dir}/go`, "");
  await until("the line came", () => lines.length === 1);
  stop.abort();
  await ended;
  assertEquals([lines, (await it.state("switch")).status], [["went"], "running"]);
});

Deno.test("of a service that does not run, or that another run has started, nothing can be followed", async () => {
  await using it = await processWorld({ switch: { command: sh("echo ready") } });
  await it.up("switch");
  await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  const { ended, lines } = await follow(it);
  assertEquals([await ended, lines], ["its process is not running", []]);
  const look = await it.look("switch");
  const other = { ...look, state: { ...look.state, id: "other" } };
  const why = await it.engine.follow(other, () => {}, new AbortController().signal);
  assertEquals(why, "it is in the audit dir of the run that started it");
});
