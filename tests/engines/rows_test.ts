import { assertEquals, assertThrows } from "@std/assert";
import { FAMILIES } from "../../lib/selftest/defect.ts";
import { TRIED, type TriedRow } from "../../lib/engine/compose/tried/tried.ts";
import { MEASURED, withBlock } from "../../scripts/docs_block.ts";
import { engineTable } from "./page.ts";
import { ENGINES, type EngineToTry } from "./registry.ts";
import { covers, OtherEngineError, rowOf, type Tested, withRow } from "./rows.ts";

function engine(name: string): EngineToTry {
  const found = ENGINES.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

const TESTED: Tested = {
  versions: { docker: "28.5.2+dfsg4", compose: "2.40.3-3", cgroup: "v1", linux: "x86_64" },
  started_at: "2026-12-01T06:51:00.000Z",
  duration_ms: 200_000,
  jobs: 4,
  repeat: 2,
  only: ["memory", "restarts"],
  summary: { trials: 4, wrong: 1 },
  defects: [
    { id: "memory/oom-main", trials: [{ outcome: "right" }, { outcome: "right" }] },
    { id: "restarts/once", trials: [{ outcome: "right" }, { outcome: "false PASS" }] },
  ],
};
const SOURCE = { commit: "abc1234", changed: false };

function row(more: Partial<TriedRow> = {}): TriedRow {
  return { ...rowOf(engine("docker-28.5"), TESTED, SOURCE), ...more };
}

Deno.test("rowOf() keeps what ran, on what, and what was judged wrong", () => {
  assertEquals(row(), {
    name: "docker-28.5",
    engine: "docker",
    version: "28.5.2+dfsg4",
    compose: "2.40.3-3",
    cgroup: "v1",
    rootless: false,
    systemd: false,
    on: "in namespaces on this kernel, without systemd",
    families: ["memory", "restarts"],
    entries: 2,
    repeat: 2,
    jobs: 4,
    trials: 4,
    wrong: 1,
    mistakes: { "restarts/once": ["false PASS"] },
    commit: "abc1234",
    changed: false,
    date: "2026-12-01",
    minutes: 3,
  });
});

Deno.test("rowOf() refuses another engine than it is to be: another version, cgroup, or none that is told", () => {
  for (
    const versions of [{ docker: "29.0.1", cgroup: "v2" }, { docker: "28.5.2", cgroup: "v1" }, { cgroup: "v2" }, {}]
  ) {
    const other = { ...TESTED, versions: versions as Record<string, string> };
    assertThrows(() => rowOf(engine("docker-28.5-v2"), other, SOURCE), OtherEngineError, "tests/engines/registry.ts");
  }
  const here = { ...TESTED, versions: { ...TESTED.versions, cgroup: "v2" } };
  assertEquals(rowOf(engine("docker-28.5"), here, SOURCE).cgroup, "v2");
});

Deno.test("withRow() replaces what the new row says again, keeps all others, and has the registry's order", () => {
  const whole = row({ families: [], commit: "1" });
  const [memory, leaks] = [row({ families: ["memory"], commit: "2" }), row({ families: ["leaks"], commit: "3" })];
  const other = row({ name: "docker-20.10" });
  const commits = (rows: TriedRow[]) => rows.map(({ commit, name }) => `${name} ${commit}`);
  assertEquals(commits(withRow([memory, leaks], other)), ["docker-20.10 abc1234", "docker-28.5 2", "docker-28.5 3"]);
  assertEquals(commits(withRow([memory, leaks, other], row())), [
    "docker-20.10 abc1234",
    "docker-28.5 3",
    "docker-28.5 abc1234",
  ]);
  assertEquals(withRow([row({ cgroup: "v2" }), whole], row()).map(({ cgroup }) => cgroup), ["v1", "v1", "v2"]);
  assertEquals(commits(withRow([whole], memory)), ["docker-28.5 1", "docker-28.5 2"]);
  assertEquals(commits(withRow([memory, leaks], whole)), ["docker-28.5 1"]);
  assertEquals([covers([], []), covers(["a"], []), covers([], ["a"])], [true, false, true]);
});

Deno.test("withRow() joins parts of the catalogue that one program was tried on in the same way, until they are the whole", () => {
  const right = { wrong: 0, mistakes: {} };
  const leaks = row({ ...right, families: ["leaks"], entries: 9, trials: 18, date: "2026-12-02", minutes: 4 });
  assertEquals(withRow([leaks], row()), [
    row({ families: ["memory", "restarts", "leaks"], entries: 11, trials: 22, date: "2026-12-02", minutes: 7 }),
  ]);
  const rest = row({ ...right, families: FAMILIES.filter((each) => !["memory", "restarts"].includes(each)) });
  assertEquals(withRow([row()], rest).map(({ families, wrong }) => [families, wrong]), [[[], 1]]);
  const others: Partial<TriedRow>[] = [
    { commit: "2" },
    { changed: true },
    { repeat: 1 },
    { jobs: 1 },
    { version: "28.5.3" },
    { compose: "5" },
    { families: ["restarts", "leaks"] },
    { families: [] },
  ];
  for (const other of others) assertEquals(withRow([{ ...leaks, ...other }], row()).length, 2, JSON.stringify(other));
});

Deno.test("engineTable() has a row for each, and says what is not in a commit, and that a cause is not known", () => {
  const rows = [
    row({ changed: true }),
    row({ engine: "podman", rootless: true, families: [], repeat: 1, wrong: 0, mistakes: {} }),
  ];
  assertEquals(engineTable(rows).split("\n").filter((_, nth) => nth !== 2 && nth !== 3), [
    "Nothing was wrong in the whole catalogue on: Podman 28.5.2+dfsg4, rootless (cgroup v1).",
    "",
    "| Docker 28.5.2+dfsg4 | v1 | 2.40.3-3 | in namespaces on this kernel, without systemd | memory, restarts: 2 entries, 2 times, 4 at a time, 3 min | 3 of 4 | 1 | abc1234 and changes, 2026-12-01 | restarts/once: cause not known yet |",
    "| Podman 28.5.2+dfsg4, rootless | v1 | 2.40.3-3 | in namespaces on this kernel, without systemd | all 2 entries, 4 at a time, 3 min | 4 of 4 | 0 | abc1234, 2026-12-01 | – |",
    "",
  ]);
});

Deno.test("engineTable() names those with nothing wrong, apart from those of which a part was tried, and none with changes", () => {
  const right = { wrong: 0, mistakes: {} };
  const text = engineTable([
    row({ ...right, families: [] }),
    row({ ...right, commit: "again" }),
    row({ ...right, cgroup: "v2" }),
    row({ ...right, name: "docker-20.10", version: "20.10.24", families: [], changed: true }),
  ]);
  assertEquals(text.split("\n").slice(0, 2), [
    "Nothing was wrong in the whole catalogue on: Docker 28.5.2+dfsg4 (cgroup v1).",
    "Nothing was wrong in a part of it on: Docker 28.5.2+dfsg4 (cgroup v2).",
  ]);
  assertEquals(engineTable([row()]).split("\n")[0], "Nothing was wrong in the whole catalogue on: none yet.");
});

Deno.test("docs/engines.md shows the rows that doctor knows", async () => {
  const page = await Deno.readTextFile(new URL(`../../${MEASURED.engines}`, import.meta.url));
  assertEquals(withBlock(page, "engines", engineTable(TRIED)), page, "run: scripts/deno task engines --page");
});

Deno.test("each row is of an engine of the registry, and its counts go together", () => {
  for (const { mistakes, name, trials, version, wrong } of TRIED) {
    assertEquals(version.startsWith(`${engine(name).version}.`), true, `${name}: ${version}`);
    assertEquals([Object.values(mistakes).flat().length, trials >= wrong], [wrong, true], name);
  }
});
