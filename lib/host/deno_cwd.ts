/** The folder that this program was started in, by the name that its user knows it by. */

import { environmentFailure } from "../model/failure.ts";
import { isSamePlace } from "./deno_same.ts";

/**
 * As a shell names it: over a link, PWD has the link's name, and Compose names a project by that. If PWD is not set, or
 * is of another folder, it is the name that the system has. Failure if the folder is gone.
 */
export function workingDir(): string {
  const named = Deno.env.get("PWD") ?? "";
  if (named.startsWith("/") && !/\/\.\.?(\/|$)/.test(named) && isHere(named)) return named;
  try {
    return Deno.cwd();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw environmentFailure(
      `Cannot find the working directory${named === "" ? "" : ` "${named}"`}: it has been removed`,
      "Change to a folder that exists (`cd` to it again if it was created again)",
    );
  }
}

function isHere(path: string): boolean {
  try {
    return isSamePlace(Deno.statSync(path), Deno.statSync("."));
  } catch {
    return false;
  }
}
