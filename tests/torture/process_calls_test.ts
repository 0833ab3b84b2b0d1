/**
 * What holds of a run on the real process engine of which one call to the outside world fails, whichever it is. All of them: see
 * instants.ts; how many calls there are is a matter of time, and a failure may hit another one the next time.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";
import { within } from "../../lib/host/within.ts";
import { parseJournal } from "../fakes/journal.ts";
import { counting, failingAt, instantsOf } from "./faults.ts";
import { chosen, kindOf, tryEach } from "./instants.ts";
import { type Called, killProject, type Project } from "./killed.ts";
import { missingOf } from "./seen.ts";
import { type Tap, tapped } from "./taps.ts";

/** What the engine asks for that a scripted one does not; the rest is seen to in failing_calls_test.ts. */
const KINDS = ["kernel.read", "kernel.list", "spawn", "get", "kill", "killGroup", "reservePort", "files.openAppend"];
/** Of one kind there are thousands: each of the first ones, and then fewer and fewer. */
const MOST = 25;
const HANGS_AFTER_MS = 600_000;

// The client of probes and the library of the orphans live as long as the program, which here is the test.
const options = { sanitizeResources: false };

Deno.test("a run on processes holds its promises whichever call of it fails", options, async () => {
  const counts = new Map<string, number>();
  {
    await using project = await killProject();
    const { code, out } = await project.runHere((host) => tapped(host, counting(counts)));
    assertEquals([code, /^switch +PASS$/m.test(out)], [0, true], out);
  }
  const names = instantsOf(counts).filter((name) => KINDS.includes(name.split(" ")[0] ?? ""));
  const thin = [...Map.groupBy(names, kindOf).values()].flatMap(thinned);
  await tryEach(chosen(thin, 1), failsAt, 8);
});

function thinned(names: readonly string[]): string[] {
  if (names.length <= MOST) return [...names];
  const step = names.length ** (1 / MOST);
  const places = new Set(Array.from({ length: MOST }, (_, nr) => Math.floor(Math.max(nr, step ** nr))));
  return [...places].flatMap((place) => names[place] ?? []);
}

async function failsAt(name: string): Promise<void> {
  await using project = await killProject();
  let hits = 0;
  const running = failing(project, failingAt(name, () => hits++));
  const called = await within(denoHost().clock, HANGS_AFTER_MS, running);
  assert(typeof called === "object", "it hangs");
  assert(called.code !== 4, called.out);
  const text = await Deno.readTextFile(join(project.auditDir, "journal.ndjson")).catch(() => "");
  const journal = parseJournal(text);
  const left = project.marked();
  if (left.length > 0) {
    const isTold = journal.some(({ type }) => type === "left_behind") || called.out.includes("could not be seen");
    assert(isTold && called.code !== 0, `left without a word: ${left} after ${called.out}`);
  }
  assert([0, 1, 2, 3].includes(called.code), called.out);
  if (called.code > 1) assert(called.out.trim() !== "");
  for (const module of ["switch", "baseline"]) {
    if (new RegExp(`^${module}.* PASS`, "m").test(called.out)) assertEquals(missingOf(journal, module), [], called.out);
  }
}

/** A bug is thrown, and would end the program with 4. */
async function failing(project: Project, tap: Tap): Promise<Called> {
  try {
    return await project.runHere((host) => tapped(host, tap));
  } catch (error) {
    return { code: 4, out: `a bug: ${error instanceof Error ? error.stack : error}` };
  }
}
