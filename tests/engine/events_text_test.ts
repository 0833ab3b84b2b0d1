import { assertEquals, assertThrows } from "@std/assert";
import { parseEvent } from "../../lib/engine/compose/output/event.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { eventArgs } from "../../lib/engine/compose/events.ts";
import { fixture } from "../fixtures/read.ts";

const EVENTS = fixture("events_engine20.ndjson").trim().split("\n").map(parseEvent);

function captured(action: string, service: string) {
  return EVENTS.find((event) => event?.action === action && event.service === service);
}

Deno.test("parseEvent() reads who, when, and how it ended", () => {
  assertEquals(captured("die", "oom"), {
    time: "2026-11-24T00:04:45.587Z",
    action: "die",
    containerId: "e88d6bc56b259784843dd26a2bb0a57a8e7dd1b74bde438964bffd712368d25e",
    container: "vx11fx-oom-1",
    service: "oom",
    exitCode: 137,
    signal: null,
  });
  assertEquals(captured("die", "redis")?.exitCode, 0);
});

Deno.test("parseEvent() reads the signal of a kill, a death for memory, and health with its outcome", () => {
  assertEquals([captured("kill", "web")?.signal, captured("kill", "redis")?.signal], [9, 15]);
  assertEquals(captured("oom", "oom")?.exitCode, null);
  assertEquals(captured("unhealthy", "web")?.container, "vx11fx-web");
});

Deno.test("parseEvent() reads the newer form, without the old fields at the top", () => {
  const event = parseEvent(fixture("event_engine28.json"));
  assertEquals([event?.action, event?.service, event?.exitCode], ["die", "oom", 137]);
});

Deno.test("parseEvent() reads the events of Podman 5.4, whose names are its own in part", () => {
  const events = fixture("events_podman5.ndjson").trim().split("\n").map(parseEvent);
  const of = (service: string) => events.filter((event) => event?.service === service).map((event) => event?.action);
  // Ended by itself, and started again by its policy: two times.
  assertEquals(
    of("t").join(" "),
    "create init start die restart init start die restart init start die cleanup destroy",
  );
  assertEquals(of("s").slice(-4), ["start", "die", "cleanup", "destroy"]);
  assertEquals(events.find((event) => event?.action === "die")?.exitCode, 5);
  const old = JSON.stringify({ Action: "died", Actor: { ID: "x", Attributes: { "com.docker.compose.service": "a" } } });
  assertEquals(parseEvent(old)?.action, "die");
});

Deno.test("parseEvent() takes seconds where there are no nanoseconds", () => {
  const event = { ...JSON.parse(fixture("event_engine28.json")), timeNano: undefined };
  assertEquals(parseEvent(JSON.stringify(event))?.time, "2026-11-24T00:04:45.000Z");
});

Deno.test("parseEvent() is null for what is no event of a project's container", () => {
  for (const line of ["{}", "[]", "3", `{"Type":"network","Action":"create","Actor":{"ID":"x","Attributes":{}}}`]) {
    assertEquals(parseEvent(line), null, line);
  }
});

Deno.test("parseEvent() refuses what is no JSON, and shows its beginning", () => {
  const error = assertThrows(() => parseEvent(`oh ${"x".repeat(500)}`), EngineError, `docker events printed no JSON`);
  assertEquals(error.message.length < 300, true);
});

Deno.test("eventArgs() filters by project and by every action that a rule reads, without exec", () => {
  const args = eventArgs("vx11", "2026-11-24T00:04:45.5Z");
  assertEquals(args.slice(0, 3), ["events", "--since", "2026-11-24T00:04:45.5Z"]);
  const filters = args.filter((_, index) => args[index - 1] === "--filter");
  assertEquals(filters.slice(0, 2), ["type=container", "label=com.docker.compose.project=vx11"]);
  for (
    const action of [
      "create",
      "start",
      "restart",
      "die",
      "oom",
      "kill",
      "stop",
      "destroy",
      "health_status",
      "died",
      "remove",
    ]
  ) {
    assertEquals(filters.includes(`event=${action}`), true, action);
  }
  assertEquals(filters.some((filter) => filter.includes("exec")), false);
  assertEquals(args.slice(-2), ["--format", "{{json .}}"]);
});

Deno.test("parseEvent() refuses a time that no calendar has", () => {
  for (const time of [{ timeNano: 1e308 }, { time: -1e15 }]) {
    const line = JSON.stringify({
      Action: "die",
      Actor: { ID: "a", Attributes: { "com.docker.compose.service": "b" } },
      ...time,
    });
    assertThrows(() => parseEvent(line), EngineError, "docker events gave a time that cannot be read");
  }
});
