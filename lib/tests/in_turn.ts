/** Runs a module's tests one after the other, those that follow each other and can share a process together. */

import type { Host } from "../host/host.ts";
import type { TestRun } from "../model/evidence.ts";
import type { FoundTest } from "./find.ts";
import type { PreparedRunner, TestPlace } from "./runner.ts";

/** `placeOf` is called once for each, when its turn comes. Rejects as the runners' `run`. */
export async function* inTurn(
  host: Host,
  tests: readonly FoundTest[],
  placeOf: (name: string) => TestPlace,
): AsyncGenerator<TestRun> {
  for (const { names, runner } of byRunner(tests)) {
    if (runner.together !== undefined) yield* runner.together(host, names, placeOf);
    else for (const name of names) yield await runner.run(host, name, placeOf(name));
  }
}

function byRunner(tests: readonly FoundTest[]): { runner: PreparedRunner; names: string[] }[] {
  const groups: { runner: PreparedRunner; names: string[] }[] = [];
  for (const { name, runner } of tests) {
    const last = groups.at(-1);
    if (last?.runner === runner) last.names.push(name);
    else groups.push({ runner, names: [name] });
  }
  return groups;
}
