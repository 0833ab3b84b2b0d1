/** The commonest lines read in one go: what is read so is what JSON and the schema make of it, and no other line is. */

import { assert, assertEquals } from "@std/assert";
import type { JournalEntry } from "../../lib/model/evidence.ts";
import { apart, hashOf, START, withHash } from "../../lib/record/lines/chain.ts";
import { whyNoLine } from "../../lib/record/lines/check.ts";
import { quickLine } from "../../lib/record/lines/quick.ts";
import { answers, noAnswer, sample, told } from "../fakes/evidence.ts";
import { random } from "../fakes/random.ts";

const WHERE = { cycle: 2, module: "switch", service: "switch" };
const AT = { at: "2025-12-22T21:51:00.100Z", ms: 1500.5 };

function probeText(more: Partial<JournalEntry & { type: "probe" }> = {}, page: number | null = null): string {
  const [{ ms: _, ...outcome } = noAnswer("refused")] = answers(5.2);
  const nth = page === null ? {} : { page };
  return JSON.stringify({ ...AT, type: "probe", ...WHERE, ...nth, ...outcome, ...more });
}

function sampleText(more: Partial<JournalEntry & { type: "sample" }> = {}): string {
  const { ms: _, ...seen } = sample("switch", 0);
  return JSON.stringify({ ...AT, type: "sample", ...WHERE, ...seen, ...more });
}

function hashed(text: string): string {
  return withHash(text, hashOf(START, text));
}

const AS_WRITTEN = [
  probeText(),
  probeText({ ok: false, status: 503, error: "answered 503" }),
  probeText({ ok: false, status: null, error: "no complete answer within 5000 ms – été" }),
  probeText({ lateMs: 0.3 }),
  probeText({ starvedMs: 12 }, 0),
  probeText({ lateMs: 0.3, starvedMs: 12.5 }, 3),
  sampleText(),
  sampleText({ source: "docker stats", cpuUsec: null, cpuPct: 12.34, oomKills: null }),
  JSON.stringify({ ...AT, type: "event", ...told("switch", "die", { exitCode: 137 }) }),
  JSON.stringify({ ...AT, type: "event", ...told("switch", "kill", { signal: 15 }) }),
  JSON.stringify({ ...AT, type: "phase", cycle: 2, module: "switch", phase: "soak", startMs: 5.5, durationMs: 0 }),
  sampleText({ cpuSomeUsec: 41, cpuFullUsec: 0, memSomeUsec: 7, memFullUsec: 3, ioSomeUsec: 12859863, ioFullUsec: 0 }),
  sampleText({ cpuSomeUsec: 41, ioSomeUsec: 5 }),
  sampleText({ source: "/proc", memPeakKernelBytes: 31457280, memCacheBytes: 0, cpuUsec: 29143.123000000003 }),
];

Deno.test("quickLine() reads the commonest lines as this program writes them, as JSON would", () => {
  for (const text of AS_WRITTEN) assertEquals(quickLine(hashed(text)), JSON.parse(text), text);
});

/** What stands for something else in JSON, for nothing, or for what no line may have. */
const ODD = (
  '01 -1 -0 1e3 1E3 1. .5 1e999 1000000000000001 12345678901234567890 0.1 true null "" "x" "\\" "\\u0041" "\t" ' +
  '"2025-02-31T21:51:00.100Z" "2025-13-22T21:51:00.100Z" "2025-12-32T21:51:00.100Z" "2025-12-22T21:60:00.100Z" "2025-12-22T24:51:00.100Z" "cgroup v3" "__proto__" [] {} 5,"ok":true 7,"h":1'
).split(" ").map((odd) => odd.replace("\\t", "\t"));

function mangled(text: string, next: () => number): string {
  const pick = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)] as T;
  const at = Math.floor(next() * text.length);
  return pick([
    () => {
      const [value = ""] = pick([...text.matchAll(/(?<=":)("[^"]*"|[^,{}]+)/g)]);
      return text.replace(`:${value}`, `:${pick(ODD)}`);
    },
    () => text.slice(0, at) + text.slice(at + 1 + Math.floor(next() * 9)),
    () => text.slice(0, at) + pick([...' ,:{}[]"\\0é\n', ""]) + text.slice(at),
    () => text.replace(/,("\w+":[^,]+)(.*)}$/, (_, pair, rest) => `${rest},${pair}}`),
    () => text.replaceAll(pick([...text.matchAll(/"\w+"/g)])[0], `"${pick(["type", "ok", "page", "h", "error"])}"`),
  ])();
}

Deno.test("whatever is changed in a line, quickLine() leaves it alone or reads what JSON and the schema let in", () => {
  const next = random(7);
  const seen = { read: 0, left: 0 };
  for (let nr = 0; nr < 20_000; nr++) {
    const text = mangled(AS_WRITTEN[nr % AS_WRITTEN.length] ?? "", next);
    const line = hashed(text);
    const quick = quickLine(line);
    seen[quick === null ? "left" : "read"]++;
    if (quick === null) continue;
    const value: unknown = JSON.parse(apart(line).text);
    assertEquals(quick as unknown, value, line);
    assertEquals(whyNoLine(value), null, line);
    assert(!Object.hasOwn(value as object, "h"), line);
  }
  assert(seen.read > 1000 && seen.left > 1000, JSON.stringify(seen));
});

Deno.test("quickLine() leaves lines without a hash alone: their journal has other rules", () => {
  for (const text of AS_WRITTEN) assertEquals(quickLine(text), null);
});
