/**
 * A project of N modules for the process engine, as the text of a config file: every service is the program itself as a
 * stand-in. The modules come in groups of nine with the dependencies that VX11's own nine have, so that the graph is as deep
 * and as wide as a real one. Pure.
 */

import type { ModuleMap } from "../../lib/model/module.ts";

export interface Workload {
  names: string[];
  config: string;
}

export interface WorkloadOptions {
  count: number;
  binary: string;
  /** VX11's modules; the baseline is what depends on nothing. */
  modules: ModuleMap;
  /** Few and quick probes, so that hundreds of modules take minutes; otherwise the defaults. */
  quick: boolean;
}

const QUICK = "thresholds: { min_probes: 5, probe_interval_ms: 20, sample_interval_ms: 100 }\n";

/** The rules that are off have nothing to say here: there are no tests, and a machine at work is slow. */
const RULES = "rules: { no_tests: off, high_latency: off, leak_suspected: off }\n";

export function workload({ count, binary, modules, quick }: WorkloadOptions): Workload {
  const shape = [...modules].filter(([, { dependsOn }]) => dependsOn.length > 0);
  const core = [...modules].filter(([, { dependsOn }]) => dependsOn.length === 0);
  const isCore = (name: string) => core.some(([each]) => each === name);
  const names: string[] = [];
  const entries: string[] = [];
  for (let index = 0; index < count; index++) {
    const [name = "", spec] = shape[index % shape.length] ?? [];
    const group = Math.floor(index / shape.length) + 1;
    const own = (other: string) => isCore(other) ? other : `${other}-${group}`;
    const health = `{ service: ${own(name)}, port: ${20_000 + index}, path: /health }`;
    entries.push(
      `  ${own(name)}: { services: [${own(name)}], depends_on: [${spec?.dependsOn.map(own).join(", ")}], ` +
        `health: [${health}] }\n`,
    );
    names.push(own(name));
  }
  const services = [...core.flatMap(([, spec]) => spec.services), ...names].map((service) => {
    const env = `{ VX11_SERVICE: ${service}, FAULT_HEALTH_PATH: /health }`;
    return `  ${service}: { command: [${
      JSON.stringify(binary)
    }, stand-in], env: ${env}, port: auto, mem_limit: 256m }\n`;
  });
  const config = `engine: process\n${quick ? QUICK : ""}${RULES}` +
    `modules:\n${entries.join("")}services:\n${services.join("")}`;
  return { names, config };
}
