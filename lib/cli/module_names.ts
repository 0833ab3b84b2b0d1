/** Names of modules on the command line, as a list and one by one, to those of the map. */

import type { ModuleMap } from "../model/module.ts";
import { moduleNamed } from "../plan/module_name.ts";
import { shown } from "../text/shown.ts";
import type { Argv } from "./command.ts";
import { readNames, readOne } from "./values.ts";

/**
 * The names of `--modules`, each once; undefined where none is given. A notice for each that was named again or taken for
 * another. Usage Failure on an unknown one.
 */
export function readModuleNames(argv: Argv, map: ModuleMap): { modules: string[] | undefined; notices: string[] } {
  const text = readOne(argv, "modules");
  if (text === undefined) return { modules: undefined, notices: [] };
  const given = readNames(argv, "modules", text);
  const names = given.map((name) => moduleNamed(map, name));
  const again = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return {
    modules: [...new Set(names)],
    notices: [
      ...new Set(given.flatMap((name, index) => takenFor(name, names[index] ?? name))),
      ...[...again].map((name) => `--modules names ${shown(name)} more than once: it is run once`),
    ],
  };
}

/** The sentence that says so; none where the name is the module's own. */
export function takenFor(given: string, name: string): string[] {
  return given === name ? [] : [`Module ${shown(given)} is taken for ${shown(name)}`];
}
