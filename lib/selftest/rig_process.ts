/** Trials on the process engine: the stand-in is this program itself, started again. */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import { processEngine } from "../engine/process/process.ts";
import type { Host } from "../host/host.ts";
import type { ProcessSpec } from "../model/process.ts";
import type { CatalogueEntry, ServicePlan } from "./defect.ts";
import {
  helpersOf,
  MEM_LIMIT_MIB,
  plansOf,
  portOf,
  type Project,
  type Rig,
  standInEnv,
  STOP_GRACE_SEC,
  SUBJECT,
} from "./rig.ts";

export function processRig(host: Host): Rig {
  return {
    name: "process",
    versions: {},
    program: host.self,
    image: null,
    open: (entry, dir, nth) => openProject(host, entry, dir, nth),
    close: () => Promise.resolve(),
  };
}

async function openProject(host: Host, entry: CatalogueEntry, dir: string, nth: number): Promise<Project> {
  const state = join(dir, "state");
  await host.files.ensureDir(state);
  const held = entry.portTaken ? host.holdPort("127.0.0.1") : null;
  const plans = [...plansOf(entry)];
  const services = new Map(plans.map(([name, plan], index): [string, ProcessSpec] => {
    const fixed = name === SUBJECT ? held?.port : undefined;
    // A service that publishes no port still has to listen somewhere.
    const hidden = plan.unpublished ? { PORT: String(portOf(host, nth + 50 * (index + 1))) } : {};
    const dependsOn = helpersOf(entry, name).map(([helper]) => helper);
    const env = { ...standInEnv(name, plan, state), ...hidden };
    return [name, { ...specOf(host, plan, { port: fixed, env }), dependsOn }];
  }));
  const setup = { name: `selftest-${host.pid}-${nth}`, dir, services, env: { VX11_MODE: "low_power" } };
  const opened: Engine[] = [];
  return {
    findEngine(through) {
      const engine = processEngine(through, setup);
      opened.push(engine);
      return Promise.resolve(engine);
    },
    async act(act, engine) {
      const subject = (await engine.look()).find(({ state: { service } }) => service === SUBJECT);
      if (act !== "kill") throw new Error(`the process engine has no "${act}" by hand`);
      const pid = subject?.state.pid ?? null;
      if (pid !== null) host.kill(pid, "SIGKILL");
    },
    async dispose() {
      held?.close();
      // A new engine sees what these have forgotten, or left running.
      for (const engine of [...opened, processEngine(host, setup)]) {
        for (const { state } of await engine.look()) await engine.stop(state, 0);
        await engine.remove((await engine.look()).map(({ state: { id } }) => id));
        await engine.close();
      }
    },
  };
}

function specOf(
  host: Host,
  plan: ServicePlan,
  { port, env }: { port: number | undefined; env: Record<string, string> },
): ProcessSpec {
  const { memLimitMib = MEM_LIMIT_MIB } = plan;
  return {
    command: plan.command ?? [...host.self, "stand-in"],
    env,
    cwd: ".",
    port: plan.unpublished ? null : port ?? "auto",
    restart: plan.restart ?? "no",
    memLimitBytes: memLimitMib === null ? null : memLimitMib * 2 ** 20,
    stopSignal: "SIGTERM",
    stopGraceSec: plan.stopGraceSec ?? STOP_GRACE_SEC,
    completes: plan.completes ?? false,
    dependsOn: [],
  };
}
