/** What follows for its containers from what an engine says of itself: that it runs as a plain user, or without cgroups. Pure. */

/** Of `docker info`: Docker and Podman alike name it among their security options. */
export function isRootlessBy(securityOptions: unknown): boolean {
  return Array.isArray(securityOptions) &&
    securityOptions.some((each) => typeof each === "string" && each.split(",").includes("name=rootless"));
}

/** Why an engine with that cgroup driver counts nothing for a container alone; null if it does. */
export function uncountedBy(cgroupDriver: string): string | null {
  return cgroupDriver === "none"
    ? 'the engine has no cgroups for containers (cgroup driver "none"), and would count the whole machine for each'
    : null;
}

export const CGROUPS_REMEDY =
  "Give the engine cgroups: a rootless one needs cgroup v2, and systemd to delegate controllers to its user";
