import { assertEquals } from "@std/assert";
import type { TestRun } from "../../lib/model/evidence.ts";
import { inTurn } from "../../lib/tests/in_turn.ts";
import type { PreparedRunner, TestPlace } from "../../lib/tests/runner.ts";
import { host } from "./test_file.ts";

/** A runner that says which places it was given, and whether what it runs together was ended by the caller. */
function runner(said: string[], isShared: boolean): PreparedRunner {
  const ran = (name: string, { output }: TestPlace) => {
    said.push(`${name} at ${output}`);
    return { file: name } as TestRun;
  };
  return {
    unavailable: null,
    notices: [],
    run: (_host, name, place) => Promise.resolve(ran(name, place)),
    ...(isShared
      ? {
        async *together(_host, names, placeOf) {
          said.push(`together ${names.join(" ")}`);
          try {
            for (const name of names) yield ran(name, placeOf(name));
          } finally {
            said.push("over");
          }
        },
      }
      : {}),
    afterwards: () => [],
  };
}

Deno.test("inTurn() runs those together that may be and follow each other, and asks for places one by one", async () => {
  const said: string[] = [];
  const [shared, alone] = [runner(said, true), runner(said, false)];
  const tests = [["a", shared], ["b", shared], ["c", alone], ["d", alone], ["e", shared]] as const;
  let places = 0;
  const placeOf = () => ({ output: `${++places}` }) as TestPlace;
  const files: string[] = [];
  for await (const { file } of inTurn(host, tests.map(([name, runner]) => ({ name, runner })), placeOf)) {
    files.push(file);
  }
  assertEquals(files, ["a", "b", "c", "d", "e"]);
  assertEquals(said, ["together a b", "a at 1", "b at 2", "over", "c at 3", "d at 4", "together e", "e at 5", "over"]);
});

Deno.test("inTurn() ends what runs together when the caller stops", async () => {
  const said: string[] = [];
  const shared = runner(said, true);
  const placeOf = () => ({ output: "x" }) as TestPlace;
  for await (const _ of inTurn(host, ["a", "b"].map((name) => ({ name, runner: shared })), placeOf)) break;
  assertEquals(said, ["together a b", "a at x", "over"]);
});
