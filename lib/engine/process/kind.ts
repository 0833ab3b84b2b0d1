/** Processes of this host, as a kind of engine. */

import { basename } from "@std/path";
import type { Host } from "../../host/host.ts";
import { environmentFailure } from "../../model/failure.ts";
import type { EngineKind } from "../kind.ts";
import { processEngine } from "./process.ts";
import { serviceSpecs, variablesOf } from "./project.ts";

export const PROCESS: EngineKind = {
  async open(host, { env, projectDir, services }) {
    await requireFolder(host, projectDir);
    return processEngine(host, { name: basename(projectDir) || "root", dir: projectDir, services, env });
  },
  declared: (_host, { env, services }) =>
    Promise.resolve({ project: null, services: serviceSpecs(services), variables: variablesOf(env, services) }),
  /** Needs no services: what runs is found by the marks in its environment. */
  openToClean: (host, name, { projectDir }) =>
    Promise.resolve(processEngine(host, { name, dir: projectDir, services: new Map(), env: {} })),
  cleansAll: false,
  async examine({ kernel, os }) {
    const { examineProcesses } = await import("./examine.ts");
    return examineProcesses(kernel, os);
  },
};

async function requireFolder(host: Host, projectDir: string): Promise<void> {
  if (await host.files.kind(projectDir) === "directory") return;
  throw environmentFailure(`Cannot find the project: "${projectDir}" is not a directory`, "Name it with --project-dir");
}
