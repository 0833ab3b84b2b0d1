/** From names of modules on the command line to the names in the map. */

import type { ModuleMap } from "../model/module.ts";
import { moduleNamed } from "../plan/module_name.ts";
import { shown } from "../text/shown.ts";
import type { Argv } from "./command.ts";
import { readNames, readOne } from "./values.ts";

/**
 * The names of `--modules`, each once; undefined if none is given. There is a notice for each repeated name, and for each name
 * that was taken for another. Usage Failure on an unknown name.
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

/** The sentence that says so; none if the given name is the module's own. */
export function takenFor(given: string, name: string): string[] {
  return given === name ? [] : [`Module ${shown(given)} is taken for ${shown(name)}`];
}
