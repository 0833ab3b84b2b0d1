/** The single tests of a file or a command, gathered case by case from its XML. */

import type { JunitCase } from "../figures/junit_xml.ts";
import { failedTests } from "../figures/test_outcome.ts";
import type { TestCounts } from "../model/evidence.ts";

export interface SingleTest {
  /** Without the file: `TestLogin::test_wrong_password[de]`. */
  name: string;
  outcome: "passed" | "failed" | "skipped";
}

/** Of a file with more, the single tests are not kept: the file counts as one test. */
const MOST = 10_000;

const OUTCOMES = { passed: "passed", failure: "failed", error: "failed", skipped: "skipped" } as const;
const WORSE: Record<SingleTest["outcome"], number> = { passed: 0, skipped: 1, failed: 2 };

export class SingleTests {
  readonly #outcomes = new Map<string, SingleTest["outcome"]>();
  /** Cases, of which a test may have several. */
  #failed = 0;

  /** Of several cases of one name the worst counts: pytest writes a further one if the test's teardown fails. */
  take({ classname, name, outcome: kind }: JunitCase, file: string): void {
    if (this.#outcomes.size > MOST) return;
    const own = nameIn(file, classname, name);
    const outcome = OUTCOMES[kind];
    if (outcome === "failed") this.#failed++;
    const before = this.#outcomes.get(own);
    if (before === undefined || WORSE[outcome] > WORSE[before]) this.#outcomes.set(own, outcome);
  }

  /**
   * In the order of the XML; null if there are too many, or more than were counted, since pytest also writes a case for the test that
   * was running when it was made to exit; and if not every failure that was counted has a name.
   */
  known(counts: TestCounts | null): SingleTest[] | null {
    const counted = Object.values(counts ?? {}).reduce((sum, each) => sum + each, 0);
    if (this.#outcomes.size > Math.min(MOST, counted) || this.#failed !== failedTests({ counts })) return null;
    return [...this.#outcomes].map(([name, outcome]) => ({ name, outcome }));
  }
}

/** pytest's classname begins with the file, `tests.test_login.TestLogin`; other runners have what they like. */
function nameIn(file: string, classname: string, name: string): string {
  const parts = classname === "" ? [] : classname.split(".");
  const stem = file.slice(file.lastIndexOf("/") + 1).replace(/\.py$/, "");
  return [...parts.slice(parts.lastIndexOf(stem) + 1), name].join("::").replaceAll(/\s+/g, " ");
}
