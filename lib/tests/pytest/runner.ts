/** pytest as a runner of tests: files whose names match a module's patterns, each run by its own pytest, or several by one. */

import { basename, join } from "@std/path";
import { count } from "../../text/units.ts";
import type { TestRun } from "../../model/evidence.ts";
import type { ListedTests, PreparedRunner, Runner, TestPlace } from "../runner.ts";
import { choosePytest, VENVS } from "./choose.ts";
import { assignTests, closedText, searchesFor, unclaimedText } from "./discover.ts";
import { NAME, runTestFile } from "./file.ts";
import { MissingPackages } from "./packages.ts";
import { runTogether } from "./together/run.ts";
import type { FileToRun } from "./together/shared.ts";
import { sharingTexts } from "./together/told.ts";

export const RUNNER: Runner = {
  async list({ files: disk }, { modules, testsDir: dir }): Promise<ListedTests> {
    const notices: string[] = [];
    const files = await disk.walk(dir, (path, why) => notices.push(closedText(dir, path, why)));
    const tests = assignTests(files, modules);
    const isThere = files.length > 0 || await disk.kind(dir) === "directory";
    const searches = searchesFor(tests, modules, { dir, files: isThere ? files : null });
    const unclaimed = unclaimedText(files, tests);
    if (unclaimed !== null) notices.push(unclaimed);
    const input = (module: string | null) => (name: string) => ({ name, path: join(dir, name), module });
    const own = [...tests].flatMap(([module, names]) => names.map(input(module)));
    const shared = files.filter((file) => basename(file) === "conftest.py").map(input(null));
    return { tests, searches, notices, inputs: [...own, ...shared] };
  },
  async prepare(host, config, signal): Promise<PreparedRunner> {
    const { command, notice, problem, version } = await choosePytest(host, config, signal);
    const { pytestGiven: given = false, testsDir: root, testsPer } = config;
    const fileOf = (file: string) => ({ command, path: join(root, file), root, file });
    return {
      unavailable: problem,
      program: { command, version },
      notices: notice === null ? [] : [notice],
      run: (host, file, place) => runTestFile(host, { ...place, ...fileOf(file) }),
      ...(testsPer === "module" ? { together: togetherWith(fileOf) } : {}),
      afterwards(runs) {
        const own = runs.filter(({ runner }) => runner === NAME);
        return [...hints(own, { command, given }), ...leftOutTexts(own), ...sharingTexts(own)];
      },
    };
  },
};

function togetherWith(fileOf: (name: string) => FileToRun): NonNullable<PreparedRunner["together"]> {
  return (host, names, placeOf) => {
    const places = new Map<string, TestPlace>();
    return runTogether(host, names.map(fileOf), {
      optionsOf(file) {
        const place = placeOf(file.file);
        places.set(file.file, place);
        return { ...place, ...file };
      },
      tell: (file, { collected, done }) => places.get(file)?.tell(done, collected?.tests ?? null),
    });
  };
}

/** Many files fail in the same way if Python lacks what the services need. */
function hints(runs: readonly TestRun[], { command, given }: { command: readonly string[]; given: boolean }): string[] {
  const packages = new MissingPackages();
  for (const run of runs) packages.note(run);
  const hint = packages.hint({ command, given, venvs: VENVS });
  return hint === null ? [] : [hint];
}

/** A file that the project's own settings leave out is no reason for a verdict, but it is reported. */
function leftOutTexts(runs: readonly TestRun[]): string[] {
  const by = Map.groupBy(runs.filter(({ leftOut }) => leftOut !== undefined), ({ leftOut }) => leftOut);
  return [...by].map(([settings, left]) => {
    const files = [...new Set(left.map(({ file }) => file))];
    return `${count(files.length, "test file")} not run (${files.join(", ")}), left out by ${settings}`;
  });
}
