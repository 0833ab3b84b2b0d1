/** Which module of the map a name means: the one with that name, or one whose name differs only in `_` or case. */

import { usageFailure } from "../model/failure.ts";
import type { ModuleMap } from "../model/module.ts";
import { nameHint } from "../text/nearest.ts";
import { shown } from "../text/shown.ts";

/** `operator_backend` means `operator-backend`. Usage Failure on a name that no module has, or that could mean several. */
export function moduleNamed(map: ModuleMap, name: string): string {
  if (map.has(name)) return name;
  const alike = [...map.keys()].filter((each) => spelling(each) === spelling(name));
  const [only, other] = alike;
  if (only !== undefined && other === undefined) return only;
  if (other !== undefined) {
    throw usageFailure(
      `Unknown module ${shown(name)}`,
      `It could be ${alike.map(shown).join(" or ")}: name the one you mean`,
    );
  }
  const [owner] = [...map].find(([, { services }]) => services.some((each) => spelling(each) === spelling(name))) ?? [];
  const hint = owner === undefined ? "" : `It is a service of module ${shown(owner)}. `;
  throw usageFailure(`Unknown module ${shown(name)}`, hint + nameHint(name, map.keys(), "Modules"));
}

function spelling(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
