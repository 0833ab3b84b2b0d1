/** Buildx, by which newer Composes build images: what is needed of it, and what a build without it says. Pure. */

/** With an older one, a Compose that builds by `buildx bake` (2.40, 5) refuses every build. */
export const OLDEST_BUILDX = [0, 17] as const;

const PACKAGES = "Debian and Ubuntu: docker-buildx-plugin or docker-buildx";
export const INSTALL_BUILDX = `Install it (${PACKAGES})`;

/** Compose of a buildx that is too old, and the docker command of one that is missing or does not run. */
const NONE = /compose build requires buildx|buildx component is missing or broken|failed to get version of buildx/i;
/** Docker's old builder, which Compose takes without buildx, of what it cannot do. */
const OLD_BUILDER = /\brequires BuildKit\b|the classic builder doesn't support/i;

/** What to install, by what a failed build printed; null if buildx is not the reason. */
export function buildxAdvice(output: string): string | null {
  const install = `Install buildx ${OLDEST_BUILDX.join(".")} or later on this host (${PACKAGES})`;
  if (NONE.test(output)) return install;
  return OLD_BUILDER.test(output) ? `${install}, and unset DOCKER_BUILDKIT if it is 0` : null;
}
