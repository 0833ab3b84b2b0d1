/** The last three lines of a demonstration: the verdict, where the reports are, what to try next. Pure. */

import { runOutcome } from "../judge/run_outcome.ts";
import type { JudgedRun, ModuleVerdict } from "../model/record.ts";
import { plain } from "../report/escape.ts";
import type { PlantedFault } from "./fault_choice.ts";
import { faultKind } from "./faults.ts";

export interface ClosingOptions {
  judged: JudgedRun;
  auditDir: string;
  faults: readonly PlantedFault[];
  /** What a user types to start a demonstration, without its options. */
  command: string;
}

/** Ends with a line end. */
export function closingText(options: ClosingOptions): string {
  return [
    `Verdict: ${verdictText(options)}`,
    `Reports: ${plain(options.auditDir)} (REPORT.html is for people)`,
    `Next:    ${nextText(options)}`,
  ].join("\n") + "\n";
}

function verdictText({ judged, faults }: ClosingOptions): string {
  const { status, text } = runOutcome(judged);
  const verdict = `${status}, ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  if (faults.length === 0) return `${verdict}${status === "PASS" ? "" : ", and nothing was planted"}`;
  const asPlanted = faults.filter((fault) => isAsPlanted(fault, judged.modules));
  const missed = faults.filter((fault) => !asPlanted.includes(fault));
  const parts = [
    ...(asPlanted.length > 0 ? [`as planted: ${asPlanted.map(shownFault).join(", ")}`] : []),
    ...(missed.length > 0 ? [`not as planted: ${missed.map(shownFault).join(", ")}`] : []),
  ];
  return `${verdict}; ${parts.join("; ")}`;
}

/** The status and every reason of the kind; further reasons are allowed, since one fault may cause others. */
export function isAsPlanted({ name, module }: PlantedFault, modules: readonly ModuleVerdict[]): boolean {
  const seen = modules.find((each) => each.name === module);
  const { codes, status } = faultKind(name);
  return seen?.status === status && codes.every((code) => seen.reasons.some((reason) => reason.code === code));
}

function shownFault({ name, module }: PlantedFault): string {
  return `${name} in ${module}`;
}

function nextText({ judged, faults, command }: ClosingOptions): string {
  const untested = judged.evidence.modules.some(({ cycles }) =>
    cycles.some((cycle) => cycle.testsUnavailable !== null)
  );
  if (untested && faults.length === 0) return "install Python 3 with pytest, and the modules' tests are run as well";
  const all = [...judged.modules, ...judged.alsoRun];
  const first = all.find(({ status }) => status === "FAIL") ?? all.find(({ status }) => status === "WARN");
  if (first !== undefined) {
    const others = faults.length === 0 ? "" : `; more kinds: ${command} --list-faults`;
    return `read why ${first.name} is ${first.status} in REPORT.md${others}`;
  }
  const module = judged.modules.find(({ name }) => name === "switch")?.name ?? judged.modules[0]?.name ?? "switch";
  return `${command} --fault oom:${module}`;
}
