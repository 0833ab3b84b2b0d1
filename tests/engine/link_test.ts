/** The way to an engine on another host: when it counts as lost, and when it does not. */

import { assertEquals, assertMatch } from "@std/assert";
import { engineLink } from "../../lib/engine/compose/far/link.ts";
import type { Connected } from "../../lib/host/host.ts";
import { handClock, settled } from "../fakes/clock.ts";

type Answer = "taken" | "refused" | "swallowed";

/** A link whose address does as told, and how often it was asked. */
function linked(first: Answer = "taken") {
  const clock = handClock();
  const it = { clock, answer: first, asked: 0, cuts: [] as string[] };
  const connect = (_host: string, _port: number, signal: AbortSignal): Promise<Connected> => {
    it.asked++;
    if (it.answer === "taken") return Promise.resolve({ lateMs: 0 });
    if (it.answer === "refused") return Promise.reject(new Error("Connection refused"));
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const link = engineLink({ clock, connect }, { host: "lab", port: 2375 });
  link.onLost((why) => it.cuts.push(why));
  link.begin();
  return { ...it, link, at: it };
}

Deno.test("an address that takes no connection for 25 s of a take-down is lost, and not before", async () => {
  for (const answer of ["refused", "swallowed"] as const) {
    const { at, clock, link } = linked();
    await settled();
    at.answer = answer;
    const over = link.hasten();
    link.suspect();
    await clock.advance(24_900);
    assertEquals([link.lost, at.cuts], [null, []]);
    await clock.advance(5000);
    assertMatch(
      link.lost ?? "",
      answer === "refused"
        ? /^lab:2375 has taken no connection for 30 s: Connection refused$/
        : /^lab:2375 has taken no connection for 30 s: no answer within 3 s$/,
    );
    assertMatch(at.cuts[0] ?? "", /has taken no connection for 2[5-9] s/);
    const later: string[] = [];
    link.onLost((why) => later.push(why));
    assertEquals(later, [link.lost], "a command that begins now is ended at once");
    over();
    assertEquals(link.lost, null, "nobody is hurried outside a take-down");
    await link.close();
  }
});

Deno.test("an engine that is only slow is never lost: its host takes each connection", async () => {
  const { at, clock, link } = linked();
  await settled();
  link.hasten();
  for (let sec = 0; sec < 600; sec += 5) {
    link.suspect();
    await clock.advance(5000);
  }
  assertEquals([link.lost, at.cuts, at.asked], [null, [], 121]);
  await link.close();
});

Deno.test("a link that is back is not lost, and the next break has all its time again", async () => {
  const { at, clock, link } = linked();
  await settled();
  link.hasten();
  at.answer = "refused";
  link.suspect();
  await clock.advance(20_000);
  at.answer = "taken";
  await clock.advance(2000);
  const { asked } = at;
  await clock.advance(60_000);
  assertEquals([link.lost, at.cuts, at.asked], [null, [], asked], "it is asked until it is back");
  at.answer = "refused";
  link.suspect();
  await clock.advance(20_000);
  assertEquals(link.lost, null);
  await clock.advance(10_000);
  assertEquals(link.lost !== null, true);
  at.answer = "taken";
  await clock.advance(2000);
  assertEquals(link.lost, null);
  await link.close();
});

Deno.test("nothing is asked outside a take-down, nor of an address that this program could never reach", async () => {
  const outside = linked();
  await settled();
  outside.at.answer = "refused";
  outside.link.suspect();
  await outside.clock.advance(60_000);
  assertEquals(outside.at.asked, 1);
  const behind = linked("refused");
  await settled();
  behind.link.hasten();
  behind.link.suspect();
  await behind.clock.advance(60_000);
  assertEquals([behind.link.lost, behind.at.asked], [null, 1]);
});
