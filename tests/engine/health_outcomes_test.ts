import { assertEquals, assertStringIncludes } from "@std/assert";
import { healthOutcomes } from "../../lib/engine/compose/health_outcomes.ts";
import type { HttpText } from "../../lib/engine/compose/api/http_answers.ts";
import { parseEvent } from "../../lib/engine/compose/output/event.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import type { EngineEvent } from "../../lib/model/evidence.ts";
import { fixture } from "../fixtures/read.ts";

/** Its health check was run four times, by `podman healthcheck run`: good, bad, bad, good; then it was killed. */
const TOLD = fixture("events_health_podman5.ndjson").trim().split("\n").map((line) => parseEvent(line) as EngineEvent);
const LIST = fixture("api_events_health_podman5.ndjson");
const [START, FIRST, SECOND] = TOLD as [EngineEvent, EngineEvent, EngineEvent];
const ID = START.containerId;

const good = (text: string): HttpText[] => [{ status: 200, text }];
/** The list as it was after so many runs. */
const listOf = (runs: number) => good(LIST.split("\n").slice(0, runs).join("\n"));

/** Each question waits for `answer`. */
function asked(answer: (path: string, nth: number) => HttpText[] | null | Promise<HttpText[] | null>) {
  const events: EngineEvent[] = [];
  const gaps: string[] = [];
  const paths: string[] = [];
  const line = {
    async get([path = ""]: readonly string[]) {
      paths.push(path);
      return await answer(path, paths.length);
    },
  };
  const outcomes = healthOutcomes(line, (event) => events.push(event), (why) => gaps.push(why));
  return { outcomes, gaps, paths, events, actions: () => events.map(({ action }) => action) };
}

Deno.test("what Podman tells of a health check without its outcome is asked for, and told with its own time", async () => {
  assertEquals(TOLD.map(({ action }) => action), ["start", ...Array(4).fill("health_status"), "die"]);
  const { actions, events, gaps, outcomes, paths } = asked(() => listOf(4));
  TOLD.forEach(outcomes.take);
  await outcomes.settled();
  // Docker tells of changes alone.
  assertEquals(actions(), ["start", "healthy", "unhealthy", "healthy", "die"]);
  assertEquals([1, 2, 4].map((nth) => TOLD[nth]?.time), events.slice(1, 4).map(({ time }) => time));
  assertEquals([events[2]?.service, events[2]?.containerId, gaps], ["h", ID, []]);
  const [path = ""] = paths;
  assertStringIncludes(path, "/events?stream=false&since=2026-12-01T08:10:19.815Z&filters=");
  assertEquals(JSON.parse(decodeURIComponent(path.split("filters=")[1] ?? "")), {
    container: [ID],
    event: ["health_status"],
  });
});

Deno.test("those that come while one is asked for are asked for together, and later events wait for them", async () => {
  const { promise: go, resolve } = Promise.withResolvers<void>();
  const { actions, outcomes, paths } = asked(async (_, nth) => {
    await go;
    return listOf(nth === 1 ? 1 : 4);
  });
  TOLD.forEach(outcomes.take);
  outcomes.take({ ...START, containerId: "other" });
  assertEquals(actions(), ["start", "start"]);
  resolve();
  await outcomes.settled();
  assertEquals([actions(), paths.length], [["start", "start", "healthy", "unhealthy", "healthy", "die"], 2]);
});

Deno.test("settled() waits for what was taken until then, and not for what never stops coming", async () => {
  const { actions, outcomes, paths } = asked((_, nth) => {
    if (nth < 50) outcomes.take(FIRST);
    return listOf(4);
  });
  outcomes.take(SECOND);
  await outcomes.settled();
  assertEquals([actions()[0], paths.length < 10], ["unhealthy", true]);
});

Deno.test("after its start a container has not told yet what it told before", async () => {
  const { actions, outcomes } = asked(() => listOf(4));
  [SECOND, START, SECOND].forEach(outcomes.take);
  await outcomes.settled();
  assertEquals(actions(), ["unhealthy", "start", "unhealthy"]);
});

Deno.test("an outcome that is neither good nor bad is none", async () => {
  const { actions, gaps, outcomes } = asked(() => good(LIST.replaceAll('"unhealthy"', '"starting"')));
  TOLD.slice(0, 4).forEach(outcomes.take);
  await outcomes.settled();
  assertEquals([actions(), gaps], [["start", "healthy"], []]);
});

Deno.test("a line that broke is asked a second time", async () => {
  const { actions, gaps, outcomes } = asked((_, nth) => nth === 1 ? null : listOf(1));
  outcomes.take(FIRST);
  await outcomes.settled();
  assertEquals([actions(), gaps], [["healthy"], []]);
});

for (
  const [what, answer, why] of [
    ["no answer", () => null, "no answer came in time"],
    ["a refusal", () => [{ status: 500, text: "broken\n" }], "it answered 500 broken"],
    ["no such event", () => good(""), "its list of events has none"],
    ["an event without an outcome", () => good(LIST.replaceAll("HealthStatus", "X")), "its list of events has none"],
    ["no JSON", () => good("oh dear"), `docker events printed no JSON but "oh dear"`],
    ["a line that is closed", () => Promise.reject(new EngineError("the run is over")), "the run is over"],
  ] as [string, () => HttpText[] | null | Promise<HttpText[]>, string][]
) {
  Deno.test(`an outcome that cannot be had is a gap, and what follows is told: ${what}`, async () => {
    const { actions, gaps, outcomes } = asked(answer);
    TOLD.forEach(outcomes.take);
    await outcomes.settled();
    assertEquals(actions(), ["start", "die"]);
    assertStringIncludes(
      gaps[0] ?? "",
      `the engine told of a health check of "h" without its outcome, and when asked: ${why}`,
    );
  });
}

Deno.test("Docker's events, which have their outcome, are handed on at once", () => {
  const { actions, outcomes, paths } = asked(() => null);
  for (const action of ["start", "healthy", "unhealthy", "die"]) outcomes.take({ ...START, action });
  assertEquals([actions(), paths], [["start", "healthy", "unhealthy", "die"], []]);
});
