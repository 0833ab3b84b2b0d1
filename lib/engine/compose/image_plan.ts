/** What is to be done for a service's image before it can be started: nothing, a pull, a build; or it cannot be had. Pure. */

import type { PullPolicy } from "../../model/config.ts";
import type { ServiceSpec } from "../engine.ts";

export type ImagePlan = "nothing" | "pull" | "build" | "missing";

/**
 * As `docker compose up` does: the service's own `pull_policy` says first. `never` asks no registry, whatever the project
 * says; `always` asks for every image that has a name and whose service does not say otherwise.
 */
export function imagePlan(spec: ServiceSpec, isPresent: boolean, pull: PullPolicy): ImagePlan {
  const own = spec.pullPolicy ?? "";
  if (own === "build" && spec.buildable) return "build";
  const mayPull = pull !== "never" && own !== "never" && own !== "build" && spec.imageIsMadeUp !== true;
  if (mayPull && (pull === "always" || own === "always")) return "pull";
  if (isPresent) return "nothing";
  // What has both is built, unless it says that it is to be pulled.
  if (mayPull && (!spec.buildable || own !== "")) return "pull";
  return spec.buildable ? "build" : "missing";
}
