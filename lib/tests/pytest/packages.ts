/** Test files that cannot be imported, since the Python that runs them lacks a package. Pure. */

import type { TestRun } from "../../model/evidence.ts";
import { firstOf } from "../../text/first_of.ts";

/** The package as Python names it, such as `fastapi`; null if the first failure is of another kind. */
export function missingPackage({ firstFailure }: Pick<TestRun, "firstFailure">): string | null {
  return /ModuleNotFoundError: No module named '([^']+)'/.exec(firstFailure ?? "")?.[1] ?? null;
}

/** The packages that a run's test files lacked, reported once for all of them. */
export class MissingPackages {
  readonly #names = new Set<string>();
  readonly #files = new Set<string>();
  readonly #others = new Set<string>();

  /** Notes a test file that was run. */
  note({ file, lacks }: Pick<TestRun, "file" | "lacks">): void {
    if (lacks === undefined) this.#others.add(file);
    else {
      this.#names.add(lacks);
      this.#files.add(file);
    }
  }

  /** One sentence with what to do; null if nothing was lacking. `venvs`: the folders that were searched for a venv. */
  hint(
    { command, given, venvs }: { command: readonly string[]; given: boolean; venvs: readonly string[] },
  ): string | null {
    if (this.#files.size === 0) return null;
    const all = this.#files.size + this.#others.difference(this.#files).size;
    const which = this.#files.size === all
      ? (all === 1 ? "The only test file" : `All ${all} test files`)
      : `${this.#files.size} of ${all} test files`;
    const names = [...this.#names].sort();
    const shown = firstOf(names, MOST_NAMES);
    const python = command.join(" ");
    const looked = given ? "" : ` There is no venv with pytest in the project (${venvs.join(", ")}).`;
    const looksOwn = command[0]?.includes("/") === true && !given;
    return `${which} could not be imported, since the Python of \`${python}\` has no module named ${
      shown.join(", ")
    }.` +
      `${looksOwn ? "" : looked} Install what the services need for that Python, or name another with --pytest`;
  }
}

const MOST_NAMES = 8;
