/** Single tests as a run notes them, with their names in place of the list's. */

import type { TestCases } from "../../lib/model/evidence.ts";
import type { SingleTest } from "../../lib/tests/single.ts";

export function noted(tests: readonly SingleTest[]): TestCases {
  const placesOf = (wanted: SingleTest["outcome"]) =>
    tests.flatMap(({ outcome }, at) => outcome === wanted ? [at] : []);
  return {
    list: tests.map(({ name }) => name).join(" "),
    failed: placesOf("failed"),
    skipped: placesOf("skipped"),
  };
}
