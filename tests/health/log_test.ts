import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { Engine } from "../../lib/engine/engine.ts";
import { newMatcher, TooSlow } from "../../lib/health/matcher.ts";
import { checkKind } from "../../lib/health/registry.ts";
import type { ContainerState } from "../../lib/model/evidence.ts";
import { look } from "../fakes/evidence.ts";
import { FakeEngine } from "../fakes/engine.ts";
import { fakeHost } from "../fakes/host.ts";

type Follow = Engine["follow"];

function lookOf(state: Partial<ContainerState> = {}) {
  return { state: look("x", state), ports: [], hostNetwork: false };
}

/** A container whose output `follow` gives, and its check. */
async function placed(line: string, follow: Follow, { engine = new FakeEngine(), state = {} } = {}) {
  engine.followed.set("x", follow);
  const tools = { engine, host: fakeHost(), lookAgain: () => Promise.resolve(lookOf(state)) };
  const declared = { service: "x", kind: "log", line };
  const place = await checkKind("log").locate(tools, lookOf(state), declared, AbortSignal.any([]));
  if ("why" in place) throw new Error(place.why);
  return {
    ...place,
    /** One attempt, given up once nothing more is to come. */
    async attempt(given: AbortController = new AbortController()) {
      return (await place.ask(given.signal, 1000)).error;
    },
  };
}

/** Prints these and goes on without a word; `ended`: whether whoever follows has ended that. */
function printing(...lists: string[][]): { follow: Follow; followed: number; ended: boolean; said: Promise<void> } {
  const said = Promise.withResolvers<void>();
  const made = {
    followed: 0,
    ended: false,
    said: said.promise,
    follow: (_look: unknown, onLines: (lines: readonly string[]) => void, signal: AbortSignal) => {
      made.followed++;
      const end = Promise.withResolvers<string>();
      signal.addEventListener("abort", () => {
        made.ended = true;
        end.resolve("nobody wants it");
      });
      for (const list of lists) onLines(list);
      said.resolve();
      return end.promise;
    },
  };
  return made;
}

/** What comes of an attempt that is given up after all was printed. */
async function errorOf(line: string, ...lists: string[][]): Promise<string | null> {
  const output = printing(...lists);
  const place = await placed(line, output.follow);
  const given = new AbortController();
  const attempt = place.attempt(given);
  await Promise.race([output.said, attempt]);
  given.abort();
  const error = await attempt;
  place.close?.();
  return error;
}

const SEEN: [string, string, string[]][] = [
  ["a line that matches", "ready on \\d+", ["begin", "app: ready on 8002"]],
  ["a whole line", "^ready$", ["not ready", "ready"]],
  ["a line in colours, which nobody sees in it", "^INFO ready$", ["\x1b[32mINFO\x1b[0m \x1b[1;31mready\x1b[m"]],
];
for (const [what, line, lines] of SEEN) {
  Deno.test(`a check of the log passes at ${what}`, async () => assertEquals(await errorOf(line, lines), null));
}

const UNSEEN: [string, string[][], string][] = [
  ["nothing was printed", [], "it has printed no line since its start"],
  ["one line does not match", [["not yet"]], "the only line since its start does not match: not yet"],
  ["no line matches", [["a", "b"], ["c", " "]], "none of the 4 lines since its start matches; the last: c"],
  [
    "the last line is long",
    [["y".repeat(3000)]],
    `the only line since its start does not match: ${"y".repeat(200)}`,
  ],
];
for (const [what, lists, expected] of UNSEEN) {
  Deno.test(`a check of the log says what came if ${what}`, async () =>
    assertEquals(await errorOf("^ready$", ...lists), expected));
}

Deno.test("a check of the log waits over all attempts with one follower, and ends it when the line has come", async () => {
  let give = (_lines: readonly string[]) => {};
  let followers = 0;
  const output = printing();
  const place = await placed("ready", (at, onLines, signal) => {
    give = onLines;
    followers++;
    return output.follow(at, onLines, signal);
  });
  const given = new AbortController();
  const first = place.attempt(given);
  await output.said;
  given.abort();
  assertStringIncludes(await first ?? "", "no line");
  const second = place.attempt();
  give(["ready"]);
  assertEquals([await second, followers, output.ended], [null, 1, true]);
  give(["something else"]);
  assertEquals([await place.attempt(), followers], [null, 1], "what was printed stays printed");
});

Deno.test("a check of the log is named with its pattern as it is written in a program", async () => {
  const { what, url, watched } = { watched: checkKind("log").watched, ...await placed("a/b", printing().follow) };
  assertEquals([what, url, watched], ["a log line that matches /a\\/b/", null, "events"]);
});

Deno.test("a check of the log whose follower ends says why, and follows again at the next attempt, from the start", async () => {
  let followed = 0;
  const place = await placed("ready", (_look, onLines, signal) => {
    if (++followed === 1) {
      onLines(["half"]);
      return Promise.resolve("the daemon was restarted");
    }
    return printing(["half", followed === 3 ? "ready" : "more"]).follow(_look, onLines, signal);
  });
  assertEquals(await place.attempt(), "its output cannot be followed: the daemon was restarted");
  const given = new AbortController();
  const second = place.attempt(given);
  await new Promise((resolve) => setTimeout(resolve, 0));
  while (followed < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  given.abort();
  assertEquals(await second, "none of the 2 lines since its start matches; the last: more");
  place.close?.();
});

Deno.test("a check of the log whose follower cannot be started rejects with why, and tries again at the next attempt", async () => {
  let tries = 0;
  const output = printing(["ready"]);
  const place = await placed("ready", (...args) => {
    if (++tries === 1) return Promise.reject(new Error("docker: no such file"));
    return output.follow(...args);
  });
  await assertRejects(() => place.attempt(), Error, "docker: no such file");
  assertEquals(await place.attempt(), null);
});

Deno.test("a check of the log ends its follower and its attempt when it is closed", async () => {
  const output = printing();
  const place = await placed("ready", output.follow);
  const attempt = place.attempt();
  await output.said;
  place.close?.();
  assertStringIncludes(await attempt ?? "", "no line since its start");
  assertEquals(output.ended, true);
});

Deno.test("a line is found again in a later window of the same start, whatever the log has dropped by then, and not of another", async () => {
  const engine = new FakeEngine();
  const first = await placed("ready", printing(["ready"]).follow, { engine });
  assertEquals(await first.attempt(), null);
  const silent = printing();
  const later = await placed("ready", silent.follow, { engine });
  assertEquals([await later.attempt(), silent.followed], [null, 0]);
  for (const state of [{ startedAt: "2030-01-01T00:00:00Z" }, { restartCount: 1 }, { id: "other" }]) {
    const again = printing(["begin"]);
    const place = await placed("ready", again.follow, { engine, state });
    const given = new AbortController();
    const attempt = place.attempt(given);
    await again.said;
    given.abort();
    assertStringIncludes(await attempt ?? "", "does not match", JSON.stringify(state));
    place.close?.();
  }
  const other = printing(["begin"]);
  const place = await placed("begin", other.follow, { engine });
  assertEquals([await place.attempt(), other.followed], [null, 1], "another pattern is another line");
});

Deno.test("a container between two starts has no line that counts", async () => {
  await assertRejects(
    () => placed("x", printing().follow, { state: { status: "restarting" } }),
    Error,
    '"x" is restarting',
  );
  const tools = {
    engine: new FakeEngine(),
    host: fakeHost(),
    lookAgain: () => Promise.resolve(lookOf({ status: "exited" })),
  };
  const found = await checkKind("log").locate(
    tools,
    lookOf(),
    { service: "x", kind: "log", line: "x" } as never,
    AbortSignal.any([]),
  );
  assert("ask" in found);
  const { error } = await found.ask(new AbortController().signal, 1000);
  assertEquals(error, "its output cannot be followed: its container is exited");
});

Deno.test("a pattern that would take years for a line hangs nothing, and is not tried again", async () => {
  const began = performance.now();
  const output = printing(["a".repeat(60) + "!"], ["more"]);
  const place = await placed("^(a+)+$", output.follow);
  const error = await place.attempt();
  assertMatch(error ?? "", /^\/\^\(a\+\)\+\$\/ takes over 1 s for its lines: write it so that/);
  assertEquals([await place.attempt(), output.followed, output.ended], [error, 1, true]);
  assert(performance.now() - began < 20_000);
});

Deno.test("newMatcher() matches as often as it is called, and goes on after a line that takes too long", async () => {
  const matches = await newMatcher(/^(a+)+$/);
  assertEquals([matches(["b"]), matches(["b", "aa"]), matches([])], [false, true, false]);
  await assertRejects(() => Promise.resolve().then(() => matches(["a".repeat(60) + "!"])), TooSlow);
  assertEquals(matches(["aa"]), true);
});
