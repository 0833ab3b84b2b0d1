import { assertEquals } from "@std/assert";
import type { TestRun } from "../../lib/model/evidence.ts";
import { REFUSED, whyAnew, whyApart } from "../../lib/tests/pytest/together/apart.ts";
import { sharingTexts } from "../../lib/tests/pytest/together/told.ts";

const ENDED = { code: 0, said: "1 passed", signal: null, timedOut: false, isFirst: false, isLost: false };

const APART: [string, Partial<typeof ENDED> | { signal: string; code: null }, string | null][] = [
  ["passed", {}, null],
  ["failed", { code: 1 }, null],
  ["has no test", { code: 5 }, null],
  ["could not be collected as the first", { code: 2, isFirst: true }, null],
  ["was ended at its limit", { code: 2, timedOut: true }, null],
  ["was killed", { code: null, signal: "SIGKILL" }, null],
  [
    "could not be collected after others",
    { code: 2, said: "E   ImportError: no\n" },
    "after other files, pytest ended with exit code 2 (interrupted, or an error at collection): ImportError: no",
  ],
  ["has no end that was seen", { isLost: true }, "it could not be seen where it ended and the next file began"],
  ["has a Python that is shut off", { code: 1, said: 'Error importing plugin "vx11_pytest_together"' }, REFUSED],
];
for (const [what, over, why] of APART) {
  Deno.test(`whyApart() of a file that ${what}`, () => assertEquals(whyApart({ ...ENDED, ...over }), why));
}

Deno.test("whyAnew() gives what ended the process", () => {
  const why = (over: object) => whyAnew({ ...ENDED, left: null, ...over });
  assertEquals(
    [
      why({ timedOut: true, signal: "SIGTERM" }),
      why({ signal: "SIGKILL" }),
      why({ left: "the thread x was left" }),
      why({}),
    ],
    ["its limit was over", "SIGKILL ended pytest", "the thread x was left", "pytest ended with it"],
  );
});

const RUN: TestRun = {
  runner: "pytest",
  file: "test_a.py",
  returnCode: 0,
  signal: null,
  timedOut: false,
  durationMs: 1,
  limitMs: 1000,
  counts: { passed: 1, failed: 0, errors: 0, skipped: 0 },
  firstFailure: null,
  output: "raw/a.txt",
};

Deno.test("sharingTexts() names each file once, with its reason, and those that failed after others", () => {
  assertEquals(sharingTexts([RUN, { ...RUN, place: 2 }, { ...RUN, place: 1, returnCode: 1 }]), []);
  const many = Array.from({ length: 7 }, (_, at) => ({ ...RUN, file: `test_${at}.py`, anew: "a thread was left" }));
  const texts = sharingTexts([
    ...many,
    { ...RUN, apart: "it could not be collected" },
    { ...RUN, apart: "it could not be collected" },
    { ...RUN, file: "test_z.py", place: 2, returnCode: 1 },
  ]);
  assertEquals(texts, [
    "test_a.py ran in a pytest of its own: it could not be collected",
    "After test_0.py, test_1.py, test_2.py, test_3.py, test_4.py, 2 more, another pytest had to begin: a thread was left",
    "1 test file failed in a pytest that had run others before (test_z.py): --tests-per file shows whether they fail alone",
  ]);
});
