/** A container that ends and starts again within a window: where its page is asked from then on, and what still counts. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { verdictOn, type World, world } from "./harness.ts";

type Probe = Extract<JournalLine, { type: "probe" }>;

function isProbe(line: JournalLine): line is Probe {
  return line.type === "probe" && line.module === "switch";
}

/** The engine finds the page of "switch" at an address that each start changes; `asked` is where it was asked. */
function moving(made: World): { asked: string[]; id: () => string } {
  const asked: string[] = [];
  const { engine } = made;
  const usual = engine.endpoint.bind(engine);
  engine.endpoint = (look, declared) => {
    if (look.state.service !== "switch") return usual(look, declared);
    const baseUrl = `http://172.18.0.${2 + look.state.restartCount}:8002`;
    const get = async () => {
      asked.push(baseUrl);
      await made.onGet("switch");
      return { status: 200 };
    };
    const place = { way: "container address", source: "module map", baseUrl, url: `${baseUrl}/health`, get } as const;
    return Promise.resolve(place);
  };
  return { asked, id: () => engine.container("switch")?.state.id ?? "?" };
}

Deno.test("a page is asked at the new address once its container has started again, and never more at the old one", async () => {
  const it = world();
  const { asked, id } = moving(it);
  let askedBefore = Infinity;
  it.onTest = (file) => {
    if (!file.includes("switch")) return;
    askedBefore = asked.length;
    it.engine.restart(id(), 1);
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL restarted");
  const later = asked.slice(askedBefore);
  assert(later.length > 0, "nothing was asked after the restart");
  assertEquals([...new Set(later)], ["http://172.18.0.3:8002"]);
  const places = it.journal().filter((line) => line.type === "endpoint" && line.module === "switch");
  assertEquals(places.map((line) => "url" in line ? line.url : null), [
    "http://172.18.0.2:8002/health",
    "http://172.18.0.3:8002/health",
  ]);
});

Deno.test("an answer that came after the end of the container that was asked does not count", async () => {
  const it = world();
  const { id } = moving(it);
  let ends = false;
  it.onTest = (file) => {
    ends = file.includes("switch");
  };
  it.onGet = (service) => {
    if (!ends || service !== "switch") return;
    ends = false;
    it.engine.restart(id(), 1);
  };
  await it.run();
  const failed = it.journal().filter(isProbe).filter(({ ok }) => !ok);
  assertEquals(failed.length, 1);
  assertStringIncludes(failed[0]?.error ?? "", "ended during the check");
});

Deno.test("what was found out of a start is forgotten when that one has ended, too", async () => {
  const it = world();
  const { asked, id } = moving(it);
  const usual = it.engine.endpoint;
  let askedBefore = Infinity;
  it.engine.endpoint = async (look, declared) => {
    const found = await usual(look, declared);
    if (look.state.service === "switch" && look.state.restartCount === 1) {
      askedBefore = asked.length;
      it.engine.end(id(), 1);
    }
    return found;
  };
  it.onTest = (file) => {
    if (file.includes("switch")) it.engine.restart(id(), 1);
  };
  await it.run();
  assertEquals(asked.slice(askedBefore), []);
});
