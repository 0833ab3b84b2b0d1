/** What a service's image needs before a start: nothing, a pull or a build; or it is not available. Pure. */

import type { PullPolicy } from "../../model/config.ts";
import type { ServiceSpec } from "../engine.ts";

export type ImagePlan = "nothing" | "pull" | "build" | "missing";

/**
 * As `docker compose up` does: the service's own `pull_policy` comes first. If `pull` is `never`, no registry is asked,
 * whatever the project says; if it is `always`, every image that has a name is pulled, unless its service says
 * otherwise.
 */
export function imagePlan(spec: ServiceSpec, isPresent: boolean, pull: PullPolicy): ImagePlan {
  const own = spec.pullPolicy ?? "";
  if (own === "build" && spec.buildable) return "build";
  const mayPull = pull !== "never" && own !== "never" && own !== "build" && spec.imageIsMadeUp !== true;
  if (mayPull && (pull === "always" || own === "always")) return "pull";
  if (isPresent) return "nothing";
  // A service with an image name and a build is built, unless its policy says to pull.
  if (mayPull && (!spec.buildable || own !== "")) return "pull";
  return spec.buildable ? "build" : "missing";
}
