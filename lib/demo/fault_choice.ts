/** Chooses what is planted where, by the values of `--fault KIND[:MODULE]`. Pure; a wrong value is a usage Failure. */

import { usageFailure } from "../model/failure.ts";
import type { Core, ModuleMap } from "../model/module.ts";
import { nameHint } from "../text/nearest.ts";
import { checkSelected, makePlan } from "../plan/plan.ts";
import { shown } from "../text/shown.ts";
import { FAULT_NAMES, faultKind, type FaultName } from "./faults.ts";

export interface PlantedFault {
  name: FaultName;
  /** The module that must get the verdict. */
  module: string;
  /** The module whose service misbehaves: the same, or one that it depends on. */
  culprit: string;
}

export interface FaultContext {
  modules: ModuleMap;
  /** undefined: all but the baseline. */
  selected: readonly string[] | undefined;
  core: Core;
  mode: string;
}

/** Modules for faults that name none: these come first, since no other module depends on them, so that little else suffers. */
export const PREFERRED = ["mcp", "manifestator", "hormiguero", "operator-frontend", "shubniggurath"];

interface Wanted {
  text: string;
  name: FaultName;
  module: string | null;
}

/** One fault for each text, in that order; faults that name their module choose first. */
export function chooseFaults(texts: readonly string[], context: FaultContext): PlantedFault[] {
  const wanted = texts.map((text) => readFault(text, context.modules));
  const tested = makePlan(context, context.selected, context.mode).steps.filter((step) => step.tested);
  const names = tested.map(({ module }) => module);
  const planted = new Map<Wanted, PlantedFault>();
  const taken = new Map<string, string>();
  const plant = (item: Wanted, module: string) => {
    const fault = { name: item.name, module, culprit: culpritOf(item.name, module, context) };
    for (const place of new Set([module, fault.culprit])) {
      const other = taken.get(place);
      if (other !== undefined) throw twice(item.text, other, place);
      taken.set(place, item.text);
    }
    planted.set(item, fault);
  };
  for (const item of wanted) {
    if (item.module === null) continue;
    const why = unfit(item.name, item.module, names, context);
    if (why !== null) throw refused(item.text, why);
    plant(item, item.module);
  }
  for (const item of wanted) if (item.module === null) plant(item, freeModule(item, names, taken, context));
  return wanted.flatMap((item) => planted.get(item) ?? []);
}

function readFault(text: string, modules: ModuleMap): Wanted {
  const [kind = "", ...rest] = text.split(":");
  const name = FAULT_NAMES.find((each) => each === kind);
  if (name === undefined) throw usageFailure(`Unknown fault ${shown(kind)}`, nameHint(kind, FAULT_NAMES, "Faults"));
  if (rest.length === 0) return { text, name, module: null };
  const module = rest.join(":");
  checkSelected(modules, [module]);
  return { text, name, module };
}

function freeModule(
  { name, text }: Wanted,
  tested: readonly string[],
  taken: ReadonlyMap<string, string>,
  context: FaultContext,
): string {
  const inOrder = [...PREFERRED, ...tested];
  const found = inOrder.find((module) =>
    unfit(name, module, tested, context) === null && !taken.has(module) &&
    !taken.has(culpritOf(name, module, context))
  );
  if (found !== undefined) return found;
  throw refused(text, "no module of this run is left for it");
}

/** Why the fault cannot be planted in the module; null if it can. */
function unfit(name: FaultName, module: string, tested: readonly string[], context: FaultContext): string | null {
  const { core, modules } = context;
  const { around, tests } = faultKind(name);
  if (core.modules.includes(module)) {
    return `without a sound core no module can be tested, and the run ends with exit code 3`;
  }
  if (!tested.includes(module)) return `"${module}" is not among the modules that this run tests`;
  if (around === "dependency" && culpritOf(name, module, context) === module) {
    return `"${module}" depends on nothing but the core`;
  }
  if (tests !== undefined && modules.get(module)?.tests.length === 0) {
    return `"${module}" has no patterns for test files`;
  }
  return null;
}

/** The module's last dependency if the fault breaks a dependency, else the module itself; the core does not count. */
function culpritOf(name: FaultName, module: string, { core, modules }: FaultContext): string {
  if (faultKind(name).around !== "dependency") return module;
  return modules.get(module)?.dependsOn.findLast((other) => !core.modules.includes(other)) ?? module;
}

function refused(text: string, why: string) {
  return usageFailure(
    `Cannot plant --fault ${shown(text)}: ${why}`,
    "Name another module as --fault KIND:MODULE; `vx11-stability demo --list-faults` lists the kinds",
  );
}

function twice(text: string, other: string, module: string) {
  return refused(text, `--fault ${shown(other)} is in "${module}" already`);
}
