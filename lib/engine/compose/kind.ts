/** Docker Compose, as a kind of engine. */

import type { EngineKind } from "../kind.ts";
import { findCompose, findProject } from "./check.ts";
import { composeEngine } from "./compose.ts";
import { inContext } from "../in_context.ts";
import { enginePlace } from "./place.ts";
import { literalChecks } from "./literal_checks.ts";

export const COMPOSE: EngineKind = {
  async open(outer, { composeFiles, context, env, metricsSource, projectDir }, signal) {
    const host = inContext(outer, context);
    const wanted = {
      projectDir,
      composeFiles: [...composeFiles],
      env,
      metricsSource,
      ...(context === undefined ? {} : { context }),
    };
    return composeEngine(host, await findCompose(host, wanted, signal));
  },
  async declared(host, { composeFiles, env, projectDir }) {
    const project = await findProject(host, { projectDir, composeFiles: [...composeFiles], env });
    return { project: project.name, services: project.services, variables: project.variables };
  },
  place: (host, { context, projectDir }) => enginePlace(inContext(host, context), { cwd: projectDir }),
  literalChecks: (host, { composeFiles, env, projectDir }) =>
    literalChecks(host, { projectDir, composeFiles: [...composeFiles], env }),
  /** The project's own files say its name. */
  openToClean: (host, _project, wanted) => COMPOSE.open(host, wanted),
  cleansAll: true,
  async examine(host, wanted, asked, signal) {
    const { examineCompose } = await import("./examine/examine.ts");
    return await examineCompose(inContext(host, wanted.context), wanted, asked, signal);
  },
};
