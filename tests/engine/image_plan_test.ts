import { assertEquals } from "@std/assert";
import type { ServiceSpec } from "../../lib/engine/engine.ts";
import { imagePlan } from "../../lib/engine/compose/image_plan.ts";

const SPEC: ServiceSpec = {
  name: "x",
  image: "x:1",
  buildable: false,
  dependsOn: [],
  replicas: 1,
  oneShot: false,
  networks: [],
  memLimitBytes: null,
  published: [],
};

/** Own policy, whether it can be built and is present → what is done with --pull missing, never, always. */
const CASES: [string | null, boolean, boolean, string][] = [
  [null, false, true, "nothing nothing pull"],
  [null, false, false, "pull missing pull"],
  [null, true, false, "build build pull"],
  [null, true, true, "nothing nothing pull"],
  ["missing", true, false, "pull build pull"],
  ["always", false, true, "pull nothing pull"],
  ["never", false, false, "missing missing missing"],
  ["never", false, true, "nothing nothing nothing"],
  ["never", true, false, "build build build"],
  ["build", true, true, "build build build"],
];
for (const [pullPolicy, buildable, isPresent, expected] of CASES) {
  Deno.test(`imagePlan() of pull_policy ${pullPolicy}, buildable ${buildable}, present ${isPresent}`, () => {
    const spec = { ...SPEC, pullPolicy, buildable };
    const got = (["missing", "never", "always"] as const).map((pull) => imagePlan(spec, isPresent, pull));
    assertEquals(got.join(" "), expected);
  });
}

Deno.test("imagePlan() asks no registry for a name that the engine made up", () => {
  assertEquals(imagePlan({ ...SPEC, imageIsMadeUp: true, buildable: true }, false, "always"), "build");
});
