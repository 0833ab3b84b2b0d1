/** The project of a demonstration: a stand-in for each service of the module map, as the faults change it. Pure. */

import type { HealthCheck, HttpCheck, ModuleMap } from "../model/module.ts";
import type { ProcessMap, ProcessSpec } from "../model/process.ts";
import type { PlantedFault } from "./fault_choice.ts";
import { faultKind } from "./faults.ts";
import { TROUBLE_PAGE } from "./test_files.ts";

/** A stand-in needs about 85 MiB at rest, and a child of it as much again. */
const MEM_LIMIT_BYTES = 256 * 2 ** 20;
const STOP_GRACE_SEC = 2;

export interface DemoProject {
  modules: ModuleMap;
  faults: readonly PlantedFault[];
  /** The command that starts this program again. */
  program: readonly string[];
  /** Folder where stand-ins keep what they need at their next start. */
  stateDir: string;
  /** Service → the occupied port that it is to get. */
  takenPorts: ReadonlyMap<string, number>;
  /** Whether pytest is available; without it, nothing begins the trouble that waits for the tests. */
  canTest: boolean;
}

export function demoServices(project: DemoProject): ProcessMap {
  const services = new Map<string, ProcessSpec>();
  for (const [module, spec] of project.modules) {
    const fault = project.faults.find(({ culprit }) => culprit === module);
    for (const service of spec.services) {
      const path = pagePath(spec.health, service) ?? "/health";
      const sound = standIn(project, service, path);
      const faulty = fault !== undefined && service === spec.services[0];
      services.set(service, faulty ? withFault(project, sound, fault, service) : sound);
    }
  }
  return services;
}

function pagePath(health: readonly HealthCheck[], service: string): string | undefined {
  const page = health.find((check): check is HttpCheck => check.service === service && check.kind === "http");
  return page?.path;
}

function standIn({ program }: DemoProject, service: string, healthPath: string): ProcessSpec {
  return {
    command: [...program, "stand-in"],
    env: { VX11_SERVICE: service, FAULT_HEALTH_PATH: healthPath },
    cwd: ".",
    port: "auto",
    restart: "no",
    memLimitBytes: MEM_LIMIT_BYTES,
    stopSignal: "SIGTERM",
    stopGraceSec: STOP_GRACE_SEC,
    completes: false,
    dependsOn: [],
  };
}

function withFault(project: DemoProject, sound: ProcessSpec, fault: PlantedFault, service: string): ProcessSpec {
  const { around, env = {}, process = {}, tests = "" } = faultKind(fault.name);
  const port = around === "port" ? project.takenPorts.get(service) ?? sound.port : sound.port;
  const waits = project.canTest && tests.startsWith("last-");
  const page: Record<string, string> = waits ? { FAULT_FROM_PAGE: TROUBLE_PAGE } : {};
  const state = { FAULT_STATE_DIR: project.stateDir };
  return { ...sound, ...process, port, env: { ...sound.env, ...env, ...page, ...state } };
}
