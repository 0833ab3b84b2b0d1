/** The `core` and `modes` sections of a config file: which modules are kept up around all others. */

import { usageFailure } from "../model/failure.ts";
import type { Core, ModuleMap } from "../model/module.ts";
import { moduleNamed } from "../plan/module_name.ts";
import { Failure } from "../model/failure.ts";
import { type ConfigValue, placeOf, readMapping, readText, readTexts, wrongValue } from "../values/value.ts";
import { isName, NAME_RULE } from "../values/name.ts";

/** The mode of a map that names none. */
const ONLY_MODE = "default";

/** The core of a file that starts from nothing. */
export const NO_CORE: Core = { modules: [], modes: new Map([[ONLY_MODE, []]]) };

/** `core` replaces the one of `base`; `modes` are added to its modes, each with the core in it. Usage Failure on any mistake. */
export function readCore(
  coreAt: ConfigValue | undefined,
  modesAt: ConfigValue | undefined,
  base: Core,
  map: ModuleMap,
): Core {
  const modules = isGiven(coreAt) ? readNames(coreAt, map) : base.modules;
  const before = isGiven(coreAt)
    ? [...base.modes].map((
      [mode, names],
    ): [string, readonly string[]] => [mode, replaced(names, base.modules, modules)])
    : [...base.modes];
  const modes = new Map(before);
  for (const [mode, entry] of isGiven(modesAt) ? readMapping(modesAt) : []) {
    if (!isName(mode)) throw usageFailure(`${placeOf(entry)} is no name for a mode, it must be ${NAME_RULE}`);
    modes.set(mode, [...new Set([...modules, ...readNames(entry, map)])]);
  }
  return { modules, modes };
}

/** A section with all its lines commented out is null in YAML. */
function isGiven(at: ConfigValue | undefined): at is ConfigValue {
  return at !== undefined && at.value !== null;
}

/** The names of a mode, with another core in them. */
function replaced(names: readonly string[], old: readonly string[], core: readonly string[]): string[] {
  return [...new Set([...core, ...names.filter((name) => !old.includes(name))])];
}

function readNames(at: ConfigValue, map: ModuleMap): string[] {
  return readTexts(at, "module names", (item) => {
    const name = readText(item, "the name of a module", () => true);
    try {
      return moduleNamed(map, name);
    } catch (error) {
      throw error instanceof Failure ? wrongValue(item, "the name of a module", error.data.next) : error;
    }
  });
}
