/** What this program is short of itself ends the run, and is told as that: it is no fault of a service or of a test. */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { SpawnError } from "../../lib/host/host.ts";
import { refuseShortage } from "../../lib/host/shortage.ts";
import { Failure } from "../../lib/model/failure.ts";
import { runTestFile } from "../../lib/pytest/pytest.ts";
import { processWorld, STAYS, upOptions } from "../engine/process_world.ts";
import { failureOf } from "../fakes/failure.ts";
import { host, running } from "../pytest/test_file.ts";

const SHORT = new SpawnError("other", "sh: Failed to spawn 'sh': Too many open files (os error 24)");

Deno.test("refuseShortage() knows the system's errors of want, and no others", () => {
  for (const number of [11, 12, 23, 24]) {
    assertThrows(
      () => refuseShortage(new Error(`no (os error ${number})`)),
      Failure,
      `itself: no (os error ${number})`,
    );
  }
  for (const text of ["(os error 2)", "(os error 28)", "(os error 111)", "(os error 240)", ""]) {
    refuseShortage(new Error(text));
  }
});

Deno.test("a service that this program has no file left to start ends the run with the reason", async () => {
  await using it = await processWorld({ switch: { command: STAYS } }, () => ({
    spawn: () => {
      throw SHORT;
    },
  }));
  const { data } = await failureOf(() => it.engine.up(["switch"], upOptions(it.dir)));
  assertEquals(data.exit, "environment");
  assertMatch(data.what, /^This program is short of what it needs itself: .*Too many open files/);
});

Deno.test("a test that this program has no file left to start ends the run with the reason", async () => {
  await running("", async (options) => {
    const short = {
      ...host,
      spawn: () => {
        throw SHORT;
      },
    };
    assertEquals((await failureOf(() => runTestFile(short, options))).data.exit, "environment");
  });
});
