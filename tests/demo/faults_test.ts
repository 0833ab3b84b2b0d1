/** Every fault of the table, planted on the real process engine: the verdict and the reasons are what the table says. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { FAULT_NAMES, faultKind, type FaultName } from "../../lib/demo/faults.ts";
import { BUSY, type DemoModule, type DemoReport, inFolder, leftIn, processesOf, runDemo } from "./demo_run.ts";

/** Modules that do not depend on each other. */
const PLACES = ["mcp", "operator-backend", "shubniggurath"];
/** What is waited for in vain takes that long, and nothing else: the sound rest is up much earlier, also on a busy machine. */
const TIMEOUT_SEC = 30;

/** Faults that one run can show together. */
interface Group {
  faults: { name: FaultName; module: string }[];
  /** Modules that are up for one that has the fault. */
  args: string[];
}

/** Runs that go side by side: those that wait in vain keep no processor busy. */
type Batch = Group[];

const others = FAULT_NAMES.filter((name) => faultKind(name).around !== "dependency");
const waits = (name: FaultName) => faultKind(name).needs?.timeoutSec !== undefined;
const cycles = (name: FaultName) => faultKind(name).needs?.cycles !== undefined;

function groupsOf(names: readonly FaultName[], args: string[]): Group[] {
  const groups: Group[] = [];
  for (let i = 0; i < names.length; i += PLACES.length) {
    const faults = names.slice(i, i + PLACES.length).map((name, j) => ({ name, module: PLACES[j] ?? "" }));
    groups.push({ faults, args });
  }
  return groups;
}

const plain = others.filter((name) => name !== "slow" && !waits(name) && !cycles(name));

const BATCHES: Batch[] = [
  ...groupsOf(plain, BUSY).map((group) => [group]),
  groupsOf(["slow"], ["--timeout-sec", "60"]),
  groupsOf(others.filter(waits), ["--timeout-sec", String(TIMEOUT_SEC)]),
  groupsOf(others.filter(cycles), BUSY),
  [{ faults: [{ name: "broken-dependency", module: "operator-frontend" }], args: BUSY }],
];

function namesOf(batch: Batch): FaultName[] {
  return batch.flatMap(({ faults }) => faults.map(({ name }) => name));
}

Deno.test("the runs below plant every fault of the table", () => {
  assertEquals(BATCHES.flatMap(namesOf).sort(), FAULT_NAMES.toSorted());
});

for (const batch of BATCHES) {
  Deno.test(`demo with ${namesOf(batch).join(", ")} gives what the table says`, async () => {
    await Promise.all(batch.map((group) => inFolder((dir) => assertAsTold(dir, group))));
  });
}

async function assertAsTold(dir: string, { args, faults }: Group): Promise<void> {
  const planted = faults.flatMap(({ name, module }) => ["--fault", `${name}:${module}`]);
  const modules = faults.map(({ module }) => module).join(",");
  const { code, stderr, stdout } = await runDemo(dir, [...planted, "--modules", modules, "--json", ...args]);
  assertEquals(code, faults.some(({ name }) => faultKind(name).status === "FAIL") ? 1 : 0, stderr);
  const report: DemoReport = JSON.parse(stdout);
  for (const { name, module } of faults) {
    const seen = report.modules[module];
    const { codes, status } = faultKind(name);
    const wanted = { status, codes: codes.toSorted() };
    assertEquals(
      { status: seen?.status, codes: codesOf(seen) },
      wanted,
      `${name}: ${JSON.stringify(seen?.reasons, null, 2)}`,
    );
  }
  assertStringIncludes(stderr, `as planted: ${faults.map(({ name, module }) => `${name} in ${module}`).join(", ")}\n`);
  assertEquals(report.cycles, Math.max(...faults.map(({ name }) => faultKind(name).needs?.cycles ?? 1)));
  assertEquals(await leftIn(dir), []);
  assertEquals(await processesOf(dir), []);
}

function codesOf(module: DemoModule | undefined): string[] {
  return [...new Set(module?.reasons.map(({ code }) => code))].sort();
}
