/** The process engine on real processes, in a temporary folder; whatever a test leaves is ended and looked for at its end. */

import { assertEquals } from "@std/assert";
import type { Engine, Look } from "../../lib/engine/engine.ts";
import { processEngine } from "../../lib/engine/process/process.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Host } from "../../lib/host/host.ts";
import type { ContainerState, EngineEvent } from "../../lib/model/evidence.ts";
import type { ProcessSpec } from "../../lib/model/process.ts";
import { SERVICE_DEFAULTS } from "../../lib/config/services.ts";
import { until } from "../fakes/wait.ts";

export interface World extends AsyncDisposable {
  readonly dir: string;
  readonly host: Host;
  readonly engine: Engine;
  readonly events: EngineEvent[];
  /** Starts services and expects that to go well. */
  up(...services: string[]): Promise<void>;
  look(service: string): Promise<Look>;
  state(service: string): Promise<ContainerState>;
  /** Waits until the state of a service is as the test wants it, and returns it. */
  untilState(what: string, service: string, wanted: (state: ContainerState) => boolean): Promise<ContainerState>;
  /** `action`, or `action value` with exit code or signal, of the events so far. */
  told(service: string): string[];
  logPath(service: string): string;
  /** What the service printed so far. */
  log(service: string): Promise<string>;
  untilLog(service: string, text: string): Promise<void>;
}

export type Services = Record<string, Partial<ProcessSpec> & { command: readonly string[] }>;

export async function processWorld(services: Services, change: (host: Host) => Partial<Host> = () => ({})) {
  const dir = await Deno.makeTempDir({ prefix: "vx11-process-" });
  const real = denoHost();
  const host: Host = { ...real, ...change(real) };
  const engine = processEngine(host, {
    name: "test",
    dir,
    services: new Map(Object.entries(services).map(([name, spec]) => [name, { ...SERVICE_DEFAULTS, ...spec }])),
    env: { VX11_MODE: "low_power" },
  });
  const events: EngineEvent[] = [];
  const stream = engine.watch((event) => events.push(event), () => {});
  const world: World = {
    dir,
    host,
    engine,
    events,
    async up(...names) {
      assertEquals(await engine.up(names, upOptions(dir)), { ok: true });
    },
    async look(service) {
      const found = (await engine.look()).find(({ state }) => state.service === service);
      if (found === undefined) throw new Error(`no instance of ${service}`);
      return found;
    },
    state: async (service) => (await world.look(service)).state,
    async untilState(what, service, wanted) {
      let state = await world.state(service);
      await until(what, async () => wanted(state = await world.state(service)));
      return state;
    },
    told: (service) =>
      events.filter((event) => event.service === service).map(({ action, exitCode, signal }) =>
        [action, exitCode ?? signal ?? ""].join(" ").trim()
      ),
    logPath: (service) => `${dir}/${service}.log`,
    log: (service) => Deno.readTextFile(world.logPath(service)).catch(() => ""),
    untilLog: (service, text) =>
      until(`${service} prints "${text}"`, async () => (await world.log(service)).includes(text)),
    async [Symbol.asyncDispose]() {
      await engine.close();
      await stream.close();
      assertEquals(processesOf(dir), [], "nothing is left of the services");
      await Deno.remove(dir, { recursive: true });
    },
  };
  return world;
}

export function upOptions(dir: string, recreate = false) {
  return { recreate, timeoutMs: 10_000, logFile: (service: string) => `${dir}/${service}.log` };
}

/** A shell script as a service; `exec` in it keeps the process. */
export function sh(script: string): string[] {
  return ["/bin/sh", "-c", script];
}

/** Says that it is ready, and waits for its end. */
export const STAYS = sh("echo ready; exec sleep 300");

/** Ids of all processes whose environment names the project in this folder. */
export function processesOf(dir: string): number[] {
  const { kernel } = denoHost();
  return kernel.list("/proc").filter((name) =>
    /^\d+$/.test(name) && (kernel.read(`/proc/${name}/environ`) ?? "").includes(`VX11_PROCESS_PROJECT=test:${dir}\0`)
  ).map(Number);
}
