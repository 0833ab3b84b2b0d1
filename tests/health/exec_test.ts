import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Engine } from "../../lib/engine/engine.ts";
import type { CheckPlace } from "../../lib/health/kind.ts";
import { checkKind } from "../../lib/health/registry.ts";
import { look } from "../fakes/evidence.ts";
import { FakeEngine } from "../fakes/engine.ts";
import { fakeHost } from "../fakes/host.ts";

const LOOK = { state: look("x"), ports: [], hostNetwork: false };

async function placeOf(command: string[], exec: Engine["exec"] = () => Promise.reject(new Error("not run"))) {
  const engine = Object.assign(new FakeEngine(), { exec });
  const tools = { engine, host: fakeHost(), lookAgain: () => Promise.resolve(LOOK) };
  const declared = { service: "x", kind: "exec", command };
  const place = await checkKind("exec").locate(tools, LOOK, declared, AbortSignal.any([]));
  if ("why" in place) throw new Error(place.why);
  return place;
}

function outcome(place: CheckPlace) {
  return place.ask(new AbortController().signal, 3000);
}

Deno.test("a command as a check is named as it would be typed, and cut where it fills a sentence", async () => {
  assertEquals((await placeOf(["a", "b c", ""])).what, "`a 'b c' ''` in the container");
  const { what } = await placeOf(["sh", "-c", "x".repeat(500)]);
  assertEquals(what.length, "`` in the container".length + 101);
  assertStringIncludes(what, "xxx…` in the container");
});

Deno.test("a command as a check is given the limit of the attempt, and its exit code counts", async () => {
  const given: unknown[] = [];
  const place = await placeOf(["ready"], (_look, command, { limitMs }) => {
    given.push(command, limitMs);
    return Promise.resolve({ code: 0, output: "no\n" });
  });
  assertEquals(await outcome(place), { status: null, error: null });
  assertEquals(given, [["ready"], 3000]);
});

const SAID: [string, number, string, string][] = [
  ["the last line that it printed", 1, "one\r\n two\r\n\r\n", "exit code 1: two"],
  ["no more than the code if it printed nothing", 3, "\n", "exit code 3"],
  ["the signal that its code means", 137, "", "exit code 137 (SIGKILL)"],
  ["no more of a line than a sentence takes", 1, "y".repeat(5000), `exit code 1: ${"y".repeat(200)}`],
];
for (const [what, code, output, error] of SAID) {
  Deno.test(`a command as a check that fails gives ${what}`, async () => {
    assertEquals(await outcome(await placeOf(["x"], () => Promise.resolve({ code, output }))), { status: null, error });
  });
}
