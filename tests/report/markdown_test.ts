import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { cycleOf, look, moduleOf, runOf, seen, unseen } from "../fakes/evidence.ts";
import { HOSTILE_LOG, judged, reason, stableRun, verdict } from "../fakes/records.ts";

Deno.test("markdownText() says at the top that the run failed, and shows the tool's output", () => {
  const failure = {
    exit: "environment" as const,
    what: "Failed to start baseline",
    next: "See the log",
    detail: "a\nb",
  };
  const text = markdownText(judged(runOf([], { failure, finished: false }), []));
  const top = text.slice(0, text.indexOf("## Summary"));
  assertStringIncludes(
    top,
    "**The run failed: Failed to start baseline. See the log (exit code 3)**\n\n```text\na\nb\n```",
  );
});

Deno.test("markdownText() names VX11 only if the map of modules is its own", () => {
  const own = runOf([]);
  if (own.run === null) throw new Error("the run has begun");
  assertMatch(markdownText(judged({ ...own, run: { ...own.run, ownMap: true } }, [])), /^# Stability Report\n/);
  assertMatch(markdownText(judged(own, [])), /^# VX11 Stability P0 Report\n/);
});

Deno.test("markdownText() says at the top that a killed run has no end", () => {
  assertStringIncludes(markdownText(judged(runOf([], { finished: false }), [])), "did not come to its end");
  assert(!markdownText(stableRun()).includes("did not come to its end"));
});

Deno.test("markdownText() says why a figure is not there", () => {
  const blind = seen("db", {
    probes: [],
    samples: [],
    samplesMissing: ["the cgroup's files cannot be read"],
    notReady: { afterMs: 9, attempts: 2, last: "connection refused", limit: "exited" },
  });
  const text = oneModule("FAIL", blind);
  assertStringIncludes(text, "RAM: unknown (no samples: the cgroup's files cannot be read)");
  assertStringIncludes(text, "latency: unknown (no probes: connection refused (it has ended))");
});

Deno.test("markdownText() names the kinds of restart and kill that were seen", () => {
  const text = oneModule("FAIL", seen("db", { lastLook: look("db", { restartCount: 2, oomKilled: true }) }));
  assertStringIncludes(text, "Restarts: 2 (restart count rose by 2; 2 looks, 2 events)");
  assertStringIncludes(text, "OOMKilled: true (OOMKilled flag; a child, not PID 1)");
});

Deno.test("markdownText() says where a limit of memory is not known", () => {
  const text = oneModule("WARN", seen("db", { lastLook: look("db", { memLimitBytes: null }) }));
  assertMatch(text, /RAM: [\d.]+MB \(peak [\d.]+ MiB, settled [\d.]+ MiB, no limit known; /);
});

Deno.test("markdownText() names a further check that requests no page, and gives it no latency", () => {
  const further = (over: Partial<ReturnType<typeof unseen>>) => {
    const { morePages: _, ...page } = unseen("db", over);
    return page;
  };
  const text = oneModule(
    "WARN",
    seen("db", {
      morePages: [
        further({ kind: "exec", watched: "answers", what: "`ls /` in the container", probes: seen("db").probes }),
        further({
          kind: "log",
          watched: "events",
          what: "a log line that matches /up/",
          ready: { afterMs: 9, attempts: 1 },
        }),
        further({ kind: "tcp", notReady: { afterMs: 9, attempts: 2, last: "connection refused", limit: "timeout" } }),
      ],
    }),
  );
  assertMatch(text, /Health check .*ls \/.* in the container: \d+ probes?, \d failed\n/);
  assertStringIncludes(text, "matches /up/: passed after 9 ms, then watched by events\n");
  assertStringIncludes(
    text,
    "Health p95 latency of a page that was not requested: unknown (no probes: connection refused)",
  );
});

Deno.test("markdownText() claims nothing of a service without a container", () => {
  assertStringIncludes(oneModule("FAIL", unseen("db")), "- db: nothing was seen of it");
});

Deno.test("markdownText() shows the last log lines of a FAIL only", () => {
  const logged = seen("db", { log: { path: "raw/db.log", tail: HOSTILE_LOG } });
  assertStringIncludes(oneModule("FAIL", logged), "last lines:\n\n````text\n");
  const text = oneModule("WARN", logged);
  assertStringIncludes(text, "**Log** of `vx11-db`: `raw/db.log`");
  assert(!text.includes("```"));
});

Deno.test("markdownText() bounds the reasons of a long run", () => {
  const reasons = Array.from({ length: 90 }, (_, i) => reason("flapping", `Cycle ${i}: it flapped`));
  const text = markdownText(judged(runOf([]), [verdict("db", "WARN", [], reasons)]));
  assertEquals(text.match(/- WARN `flapping`/g)?.length, 20);
  assertStringIncludes(text, "- and 70 more in REPORT.json");
});

function oneModule(status: "FAIL" | "WARN", service: ReturnType<typeof seen>): string {
  const cycles = [{ cycle: 1, status, reasons: [] }];
  return markdownText(judged(runOf([moduleOf("db", [cycleOf(1, [service])])]), [verdict("db", status, cycles)]));
}
