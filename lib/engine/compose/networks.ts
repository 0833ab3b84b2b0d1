/** The networks that Compose has made for a project: which there are, and their removal. */

import type { Host } from "../../host/host.ts";
import { docker, dockerText } from "./docker.ts";
import { type DockerLine, listed, listPath } from "./api/docker_line.ts";
import type { Maker } from "./maker.ts";

export interface ProjectNetworks {
  /** How each is named in orders. Throws EngineError. */
  list(): Promise<string[]>;
  /** One that is in use stays, as the engine refuses to remove it. */
  remove(networks: readonly string[]): Promise<void>;
}

/**
 * Docker's by id: two runs that begin at once may make two networks of one name. Podman's by name, which no two of them share: by its
 * id, Podman removes a network from under running containers, and then cannot clean up after these.
 */
const KEYS = {
  docker: { key: "Id", column: "{{.ID}}" },
  podman: { key: "Name", column: "{{.Name}}" },
} as const satisfies Record<Maker, unknown>;

/** `label` is the project's, as `name=value`. */
export function projectNetworks(
  host: Host,
  line: DockerLine,
  { cwd, label, maker }: { cwd: string; label: string; maker: Maker },
): ProjectNetworks {
  const { column, key } = KEYS[maker];
  return {
    async list() {
      const known = listed((await line.get([listPath("/networks", [label])]))?.[0], key);
      if (known !== null) return known;
      const args = ["network", "ls", "--no-trunc", "--filter", `label=${label}`, "--format", column];
      return (await dockerText(host, args, { cwd })).split("\n").filter((each) => each !== "");
    },
    async remove(networks) {
      await Promise.all(networks.map((each) => docker(host, ["network", "rm", "--", each], { cwd })));
    },
  };
}
