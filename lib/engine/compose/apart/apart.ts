/** Tests' commands in containers of their own, as Docker runs them. */

import type { Host } from "../../../host/host.ts";
import type { Apart } from "../../apart.ts";
import { EngineError } from "../../engine.ts";
import { containersIn, listedIn, projectLabel, PS_FORMAT } from "./container.ts";
import { runApart } from "./run.ts";
import { docker, dockerText, reasonOf } from "../docker.ts";
import { type DockerLine, isGood, listPath } from "../api/docker_line.ts";

export interface ApartSetup {
  host: Host;
  cwd: string;
  line: DockerLine;
  project: string;
  present: Apart["present"];
}

/** How long the engine may take to remove a container that it has been told to remove. */
const GONE_LIMIT_MS = 20_000;
const PAUSE_MS = 100;

export function apartFrom({ cwd, host, line, present, project }: ApartSetup): Apart {
  const { clock } = host;

  const look: Apart["look"] = async (signal) => {
    const answer = (await line.get([listPath("/containers/json?all=1", [projectLabel(project)])], signal))?.[0];
    const listed = answer === undefined || !isGood(answer) ? null : listedIn(answer.text);
    if (listed !== null) return listed;
    const args = ["ps", "--all", "--no-trunc", "--filter", `label=${projectLabel(project)}`, "--format", PS_FORMAT];
    return containersIn(await dockerText(host, args, { cwd, ...(signal === undefined ? {} : { signal }) }));
  };

  const remove: Apart["remove"] = async (containers) => {
    const ids = containers.map(({ id }) => id);
    const deadline = clock.mono() + GONE_LIMIT_MS;
    while (ids.length > 0) {
      const result = await docker(host, ["rm", "--force", "--volumes", "--", ...ids], { cwd });
      const left = (await look()).filter(({ id }) => ids.includes(id));
      if (left.length === 0) return;
      if (clock.mono() > deadline) {
        const names = left.map(({ name }) => name).join(", ");
        throw new EngineError(`${names} cannot be removed: ${result.code === 0 ? "still there" : reasonOf(result)}`);
      }
      await clock.sleep(PAUSE_MS);
    }
  };

  return {
    run: (beside, command) => runApart({ host, cwd, line, project, look, remove }, beside, command),
    present,
    look,
    remove,
  };
}
