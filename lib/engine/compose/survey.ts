/** What keeps services of a Compose project from being started: not declared, no image, several containers. Pure. */

import type { PullPolicy } from "../../model/config.ts";
import type { ProjectSpec } from "./output/declared.ts";
import type { Obstacle, ServiceSpec } from "../engine.ts";
import { nearest } from "../../text/nearest.ts";
import { type ImagePlan, imagePlan } from "./image_plan.ts";

/** `images`: those that are present on the engine's host. */
export function surveyProject(
  project: Pick<ProjectSpec, "name" | "services"> & { dir: string },
  services: readonly string[],
  images: ReadonlySet<string>,
  pull: PullPolicy,
): { obstacles: Obstacle[]; toBuild: string[]; toPull: string[] } {
  const known = services.flatMap((service) => project.services.get(service) ?? []);
  const plans = known.map((spec) => ({ spec, plan: imagePlan(spec, images.has(spec.image), pull) }));
  const having = (wanted: ImagePlan) => plans.filter(({ plan }) => plan === wanted).map(({ spec }) => spec);
  return {
    obstacles: [
      ...services.filter((service) => !project.services.has(service)).map((service) => undeclared(project, service)),
      ...having("missing").map((spec) => imageMissing(spec, pull)),
      ...known.filter(({ replicas }) => replicas !== 1).map(severalContainers),
    ],
    toBuild: having("build").map(({ name }) => name),
    toPull: having("pull").map(({ name }) => name),
  };
}

function undeclared(
  { dir, name, services }: Pick<ProjectSpec, "name" | "services"> & { dir: string },
  service: string,
): Obstacle {
  const near = nearest(service, services.keys());
  return {
    service,
    why: `service "${service}" is not in the compose project "${name}" (${dir})`,
    next: `${near === undefined ? "" : `Did you mean "${near}"? `}Add it to the compose file, or change the module's ` +
      "`services` in a config file (`vx11-stability init` drafts one)",
  };
}

function imageMissing({ name, image, pullPolicy }: ServiceSpec, pull: PullPolicy): Obstacle {
  const isOwn = pull !== "never" && (pullPolicy === "never" || pullPolicy === "build");
  const why = isOwn ? `; its pull_policy is "${pullPolicy}"` : "";
  return {
    service: name,
    image: true,
    why: `its image "${image}" is not present on this host, and the compose file does not say how to build it${why}`,
    next: isOwn
      ? "Load the image with `docker load`, or change its pull_policy"
      : `Run \`docker compose pull ${name}\`, or load the image with \`docker load\``,
  };
}

/** What is seen of one container would be reported for all of them. */
function severalContainers({ name, replicas }: ServiceSpec): Obstacle {
  return {
    service: name,
    several: true,
    why: `it is declared with ${replicas} containers, but a module's service is watched as one`,
    next: "Set `deploy.replicas` to 1 for the test, for instance in a second --compose-file",
  };
}
