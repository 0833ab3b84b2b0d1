import { assertEquals, assertThrows } from "@std/assert";
import { BuildError } from "../../scripts/build_error.ts";
import { runtimeLock } from "../../scripts/runtime_lock.ts";

const pkg = (...dependencies: string[]) => ({
  integrity: "sha512-x",
  ...(dependencies.length > 0 && { dependencies }),
});
const LOCK = {
  version: "5",
  specifiers: { "npm:a@1.0.0": "1.0.0", "npm:@s/b@2.0.0": "2.0.0_c@3.0.0", "npm:test-only@9.0.0": "9.0.0" },
  npm: {
    "a@1.0.0": pkg("c"),
    "c@3.0.0": pkg("d@4.0.0"),
    "d@4.0.0": pkg(),
    "d@5.0.0": pkg(),
    "@s/b@2.0.0_c@3.0.0": pkg("c"),
    "test-only@9.0.0": pkg("d@5.0.0"),
  },
};

Deno.test("runtimeLock() keeps what is wanted with all that it depends on, and nothing else", () => {
  const { npm, specifiers } = runtimeLock(LOCK, ["npm:a@1.0.0"]);
  assertEquals([Object.keys(specifiers), Object.keys(npm)], [["npm:a@1.0.0"], ["a@1.0.0", "c@3.0.0", "d@4.0.0"]]);
  assertEquals(Object.keys(runtimeLock(LOCK, ["npm:@s/b@2.0.0"]).npm), ["c@3.0.0", "d@4.0.0", "@s/b@2.0.0_c@3.0.0"]);
});

Deno.test("runtimeLock() refuses a package that deno.lock does not know", () => {
  assertThrows(() => runtimeLock(LOCK, ["npm:e@1.0.0"]), BuildError, 'does not know "npm:e@1.0.0"');
});
