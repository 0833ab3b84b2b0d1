/** Several pages of one service: each is folded and judged on its own. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { JournalEntry, JournalLine } from "../../lib/model/evidence.ts";
import { pagesOf } from "../../lib/model/record.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { serviceFindings } from "../../lib/judge/service_reasons.ts";
import { answers, cycleOf, noAnswer, runStarted, seen } from "../fakes/evidence.ts";

const WHERE = { cycle: 1, module: "web", service: "web" };
const ENDPOINT = { type: "endpoint", ...WHERE, kind: "http", watched: "latency" } as const;
const PROBE = { latencyMs: 1, status: 200, ok: true, error: null };

Deno.test("lines about a further page stand under it, and not under the first", () => {
  const entries: JournalEntry[] = [
    { ...ENDPOINT, what: "http://a/1", url: "http://a/1", way: "published", source: "config file", why: null },
    { ...ENDPOINT, page: 1, what: null, url: null, way: null, source: null, why: "no address" },
    { type: "ready", ...WHERE, afterMs: 1, attempts: 1 },
    { type: "not_ready", ...WHERE, page: 2, afterMs: 1, attempts: 1, last: "503", limit: "timeout" },
    { type: "probe", ...WHERE, ...PROBE },
  ];
  const run = foldJournal(entries.map((entry): JournalLine => ({ at: "2025-12-22T21:51:00Z", ms: 1, ...entry })));
  const service = run.modules[0]?.cycles[0]?.services[0];
  assertEquals(
    service === undefined ? [] : pagesOf(service).map((page) => [
      page.url,
      page.way,
      page.noUrlWhy,
      page.ready !== null,
      page.notReady?.last ?? null,
      page.probes.length,
    ]),
    [
      ["http://a/1", "published", null, true, null, 1],
      [null, null, "no address", false, null, 0],
      [null, null, null, false, "503", 0],
    ],
  );
});

Deno.test("a page that fails does not hide behind one that answers", () => {
  const first = seen("web");
  const bad = [noAnswer("answered 503"), noAnswer("answered 503"), noAnswer("answered 503")];
  const page = { ...first, what: "http://a/2", url: "http://a/2", probes: [...answers(1, 2, 3), ...bad] };
  const service = seen("web", { morePages: [page] });
  const run = runStarted({ services: { web: ["web"] } });
  const found = serviceFindings(run, "web", cycleOf(1, [service]), service);
  assertEquals(found.map(({ code }) => code), ["health_lost"]);
  assertStringIncludes(found[0]?.text ?? "", '"web" (check http://a/2)');
});
