/** Whose engine answers at the socket: Docker's, or Podman's, which speaks Docker's API. Pure. */

import { recordOf } from "../../values/json.ts";

export type Maker = "docker" | "podman";

export const MAKER_TITLES: Readonly<Record<Maker, string>> = { docker: "Docker", podman: "Podman" };

/** A way to keep logs that only Podman has, and lists among its `Plugins` in `docker info`. */
const OF_PODMAN = "k8s-file";

/** `plugins`: what `docker info` says of them. */
export function makerOf(plugins: unknown): Maker {
  const { Log: logs } = recordOf(plugins);
  return Array.isArray(logs) && logs.includes(OF_PODMAN) ? "podman" : "docker";
}

/**
 * Variables with which Compose has the engine itself build images: Podman has no BuildKit, so that buildx would first pull one
 * from a registry and run it as a container. What the user has set counts.
 */
export function buildEnv(maker: Maker, env: (name: string) => string | undefined): Record<string, string> {
  const isChosen = ["DOCKER_BUILDKIT", "BUILDX_BUILDER"].some((name) => (env(name) ?? "") !== "");
  return maker === "podman" && !isChosen ? { DOCKER_BUILDKIT: "0" } : {};
}
