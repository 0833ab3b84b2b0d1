/** Which pytest runs the tests if the user named none: that of a venv in the project, or else python3's. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { askPytest, type PytestAnswer } from "./there.ts";

/** Folders to look in for a venv, below the project dir. */
export const VENVS = [".venv", "venv"] as const;

export interface ChosenPytest extends PytestAnswer {
  command: string[];
  /** What the user should know of the choice; null if there was none. */
  notice: string | null;
}

/** `--pytest` if it was given; the first venv of the project that has a pytest; `python3 -m pytest` otherwise. */
export async function choosePytest(
  host: Host,
  { projectDir, pytest, pytestGiven }: Pick<RunConfig, "projectDir" | "pytest" | "pytestGiven">,
  signal?: AbortSignal,
): Promise<ChosenPytest> {
  const notices: string[] = [];
  for (const name of pytestGiven === true ? [] : VENVS) {
    const python = join(projectDir, name, "bin", "python");
    if (await host.files.kind(python) !== "file") continue;
    const command = [python, "-m", "pytest"];
    const { problem, version } = await askPytest(host, command, projectDir, signal);
    if (problem === null) {
      return { command, notice: `Tests run with the project's own Python, ${name}/bin/python`, problem, version };
    }
    notices.push(`The project's venv ${name} has no pytest that runs (${problem}): tests run with ${pytest.join(" ")}`);
  }
  return {
    command: [...pytest],
    notice: notices[0] ?? null,
    ...await askPytest(host, pytest, projectDir, signal),
  };
}
