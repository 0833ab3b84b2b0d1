/** What follows for its containers from what an engine says of itself: that it runs as a plain user, or without cgroups. Pure. */

/** Of `docker info`: Docker and Podman alike name it among their security options. */
export function isRootlessBy(securityOptions: unknown): boolean {
  return Array.isArray(securityOptions) &&
    securityOptions.some((each) => typeof each === "string" && each.split(",").includes("name=rootless"));
}

export interface Cgroups {
  cgroupDriver: string;
  cgroupVersion: string;
  rootless: boolean;
}

/** Why an engine counts nothing for a container alone; null if it does. A plain user can have no cgroups of version 1. */
export function uncountedBy({ cgroupDriver, cgroupVersion, rootless }: Cgroups): string | null {
  const why = cgroupDriver === "none"
    ? 'cgroup driver "none"'
    : rootless && cgroupVersion === "1"
    ? "rootless, with cgroup v1"
    : null;
  return why === null
    ? null
    : `the engine has no cgroups for containers (${why}): it limits none, and would count the whole machine for each`;
}

export const CGROUPS_REMEDY =
  "Give the engine cgroups: a rootless one needs cgroup v2, and systemd to delegate controllers to its user";
