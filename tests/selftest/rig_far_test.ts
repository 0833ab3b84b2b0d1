/** Which planted defects cannot be tried with the engine on another host. */

import { assertEquals } from "@std/assert";
import { CATALOGUE } from "../../lib/selftest/catalogue.ts";
import { whyNotFar } from "../../lib/selftest/rig_far.ts";

Deno.test("on another host's engine, what needs this host's ports, kernel or disks is left out with why", () => {
  const left = CATALOGUE.filter(({ engines }) => engines.includes("compose")).flatMap((entry) => {
    const why = whyNotFar(entry);
    return why === null ? [] : [[entry.id, why.replace("the engine is on another host", "…")]];
  });
  const port = "…, and a port can be held on this one only";
  const inside = "…, and its image has no program that asks from inside";
  const kills = "…, where kills of single processes are not seen";
  const closes = "…, where a service that closes each connection at once is not told from none";
  const disk = "…: whether it keeps volumes on a disk is not seen";
  assertEquals(left, [
    ["start/port-taken-on-host", port],
    ["start/port-taken", port],
    ["readiness/unpublished-well", inside],
    ["readiness/unpublished-silent", inside],
    ["tcp/flaps", closes],
    ["tcp/lost", closes],
    ["tcp/only-connects", closes],
    ["docker/no-check", "…, and its window is over before `docker stats` has a figure"],
    ["memory/oom-child", kills],
    ["memory/oom-daemon", kills],
    ["memory/page-cache", disk],
    ["leaks/page-cache", disk],
  ]);
});
