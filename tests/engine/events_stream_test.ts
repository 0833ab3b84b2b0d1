import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { watchEvents } from "../../lib/engine/compose/events.ts";
import type { EngineEvent } from "../../lib/model/evidence.ts";
import type { FakeTools } from "../fakes/docker.ts";
import { fakeTools } from "../fakes/docker.ts";
import { until } from "../fakes/wait.ts";

/** Nanoseconds since 1970 as text: more than a number holds exactly. */
function line(action: string, nanos: string, service = "a"): string {
  return `{"Action":"${action}","Actor":{"ID":"${service}1","Attributes":{"com.docker.compose.service":"${service}","name":"${service}"}},"timeNano":${nanos}}`;
}

function seenBy(tools: FakeTools) {
  const events: EngineEvent[] = [];
  const gaps: string[] = [];
  const source = { project: "vx11", since: "2026-01-01T00:00:00.5+01:00", cwd: tools.dir };
  const stream = watchEvents(tools.host, source, (event) => events.push(event), (why) => gaps.push(why));
  return { actions: () => events.map(({ action }) => action), gaps, stream };
}

/** A `docker events` whose nth call prints the nth of `outputs` and ends; the last one stays. */
function docker(outputs: string[][]): string {
  const cases = outputs.map((lines, index) => {
    const print = lines.map((text) => `echo '${text}'`).join("\n");
    return `${index + 1}) ${print}\n${index === outputs.length - 1 ? "exec sleep 60" : "echo 'lost it' >&2"};;`;
  });
  return `echo "$*" >>"$LOG"; case $(wc -l <"$LOG") in\n${cases.join("\n")}\nesac`;
}

Deno.test("watchEvents() hands out each event once, though a reopened stream repeats them, and tells the gap", async () => {
  const [create, start, die] = [
    line("create", "1767225600100000000"),
    line("start", "1767225600200000001"),
    line("die", "1767225600200000002"),
  ] as const;
  await using tools = await fakeTools({
    docker: docker([[create, start, die], [start, die, line("stop", "1767225601000000000")]]),
  });
  const { actions, gaps, stream } = seenBy(tools);
  await until("the second stream was read", () => actions().includes("stop"));
  await stream.close();
  assertEquals(actions(), ["create", "start", "die", "stop"]);
  assertEquals(gaps, ["docker events ended in the middle of the run: lost it"]);
  const since = (await tools.log()).map((args) => /--since (\S+)/.exec(args)?.[1]);
  assertEquals(since, ["2026-01-01T00:00:00.5+01:00", "2026-01-01T00:00:00.200Z"]);
});

Deno.test("watchEvents() repeats nothing where events of one moment came out of their order", async () => {
  const late = line("die", "1767225600300000000", "b");
  const early = line("die", "1767225600200000000");
  await using tools = await fakeTools({ docker: docker([[late, early], [late, line("stop", "1767225601000000000")]]) });
  const { actions, stream } = seenBy(tools);
  await until("the second stream was read", () => actions().includes("stop"));
  await stream.close();
  assertEquals(actions(), ["die", "die", "stop"]);
});

Deno.test("watchEvents() keeps two equal actions of different moments", async () => {
  const outputs = [[
    line("die", "1767225600100000000"),
    line("die", "1767225600100000001"),
    line("stop", "1767225600200000000"),
  ]];
  await using tools = await fakeTools({ docker: docker(outputs) });
  const { actions, stream } = seenBy(tools);
  await until("all came", () => actions().includes("stop"));
  await stream.close();
  assertEquals(actions(), ["die", "die", "stop"]);
});

Deno.test("watchEvents() tells a line that it cannot read as a gap, and goes on", async () => {
  await using tools = await fakeTools({ docker: docker([["oh dear", line("stop", "1767225600200000000")]]) });
  const { actions, gaps, stream } = seenBy(tools);
  await until("the event came", () => actions().includes("stop"));
  await stream.close();
  assertEquals(gaps, [`docker events printed no JSON but "oh dear"`]);
});

Deno.test("watchEvents() ends its child when it is closed, and tells no gap", async () => {
  await using tools = await fakeTools({ docker: `trap "" TERM; echo $$ >>"$LOG"; while :; do sleep 0.1; done` });
  const { gaps, stream } = seenBy(tools);
  await until("docker runs", async () => (await tools.log()).length === 1);
  const pid = Number((await tools.log())[0]);
  assert(tools.host.processAlive(pid));
  await stream.close();
  assertEquals(tools.host.processAlive(pid), false);
  assertEquals(gaps, []);
});

Deno.test("watchEvents() outlives a docker command that cannot be run", async () => {
  await using tools = await fakeTools({});
  const { gaps, stream } = seenBy(tools);
  await until("it was tried twice", () => gaps.length >= 2);
  await stream.close();
  assertStringIncludes(gaps[0] ?? "", "docker events ended in the middle of the run: docker: ");
});
