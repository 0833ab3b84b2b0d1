/** What a person can do about what Docker reports. Pure. */

import type { EngineAdvice } from "../advice.ts";
import { buildxAdvice } from "./buildx.ts";
import { PROJECT_LABEL } from "./output/labels.ts";

/** Programs of Docker and Podman, rootless or not, that hold published ports. */
const HOLDERS = ["docker-proxy", "rootlesskit", "rootlessport", "slirp4netns", "pasta"];

export const ADVICE: EngineAdvice = {
  pullFailed: (image) =>
    `\`docker pull ${image}\` shows the whole answer; with the image on this host (\`docker load\`), ` +
    "`--pull never` asks no registry",
  buildFailed: buildxAdvice,
  foreign: (project) =>
    `Take them down there (\`docker compose --project-name ${project} down\`), or give one of the two another name ` +
    "(COMPOSE_PROJECT_NAME, or `name:` in the Compose file)",
  // A part of the engine holds a published port on behalf of a container.
  portTaken: (port, owner) =>
    owner !== null && !HOLDERS.some((name) => owner.command.includes(name))
      ? "End that process, or give the service another port"
      : `See what listens there with \`ss -ltnp 'sport = :${port}'\` or \`docker ps --filter publish=${port}\``,
  stillComing: (project) => `look with \`docker ps --all --filter label=${PROJECT_LABEL}=${project}\``,
};
