/**
 * What Compose's dry run says of containers that a start would replace. The form of Compose 5 is that of its own sources
 * (docker/compose v5: the plain display prints prefix, id, text and details; "container being replaced: Recreate → Recreated").
 */

import { assertEquals } from "@std/assert";
import { driftOf, recreated } from "../../lib/engine/compose/drift.ts";
import { fakeTools } from "../fakes/docker.ts";

Deno.test("recreated() reads the dry run of Compose 2 and of Compose 5", () => {
  const second = " DRY-RUN MODE -  Container p-a-1  Recreate\n DRY-RUN MODE -  Container p-a-1  Recreated\n";
  const fifth = "DRY-RUN MODE -  Container p-a-1 Recreate \nDRY-RUN MODE -  Container p-b-1 Running \n" +
    "DRY-RUN MODE -  Container p-a-1 Recreated \n";
  assertEquals([recreated(second), recreated(fifth)], [["p-a-1"], ["p-a-1"]]);
  assertEquals(recreated("DRY-RUN MODE -  Container p-a-1 Running \n"), []);
});

Deno.test("driftOf() has Compose report its steps as text, whatever the user's own setting is", async () => {
  const says = `[ "$COMPOSE_PROGRESS" = plain ] && echo " DRY-RUN MODE -  Container p-a-1  Recreate" >&2; exit 0`;
  await using tools = await fakeTools({ docker: says }, { COMPOSE_PROGRESS: "quiet" });
  const found = await driftOf(tools.host, ["docker", "compose"], ["a"], { cwd: tools.dir, env: { VX11_MODE: "full" } });
  assertEquals(found, { containers: ["p-a-1"] });
});
