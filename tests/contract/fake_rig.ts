/**
 * The contract's rig on the fake engine of the unit tests: containers in memory. The rig plays what a stand-in does with its
 * FAULT_* variables, and serves the pages of published services, since a fake has no processes.
 */

import { FakeEngine, type Script } from "../fakes/engine.ts";
import { MIB } from "../fakes/evidence.ts";
import { keep, type PARTS } from "./contract.ts";
import type { Rig, ServicePlan } from "./rig.ts";

/** Promises that the fake does not make, and why. It makes all others. */
export const NOT_PROMISED: Readonly<Record<string, string>> = {
  "the command for a person ends what runs": "it would be run by a shell, and there are no processes",
  "logs has the last lines of what the service printed, on both streams": "no program prints anything",
  "exec runs a command as the service is run, and gives its code and what it printed": "there are no processes",
  "exec ends a command at its limit, or when it is given up, and leaves nothing of it": "there are no processes",
  "run gives what a test's command prints, with its variables, in its folder, and its exit code":
    "there are no processes",
  "run of what is not there, or where nothing runs, says why it was not started": "there are no processes",
  "endAll of a command that runs on ends all that it started, wherever that went": "there are no processes",
  "endAll of a command that has ended ends what it left running": "there are no processes",
  "run whose container ends says so, and gives no exit code": "there are no processes",
  "apart of an engine that has images runs a command in a container that no look has, and removes it":
    "there are no processes",
  "readFile gives a file that a test's command wrote, from its beginning, and when": "there are no files",
  "follow gives the lines of the current start alone, on both streams, and says when no more come":
    "no program prints anything",
  "follow gives each line as it comes, until nobody wants it any more": "no program prints anything",
  "describe tells what the engine knows, and blanks what looks like a secret": "containers have no environment",
};

/** Registers what the fake promises of a part of the contract. */
export function keepByFake(part: keyof typeof PARTS): void {
  keep(part, "fake", openFakeRig, (name, fn) => {
    if (!(name.replace("fake engine: ", "") in NOT_PROMISED)) Deno.test(name, fn);
  });
}

const MEM_LIMIT_BYTES = 64 * MIB;
const IMAGE = "vx11-sandbox:1";

export function openFakeRig(services: Record<string, ServicePlan>): Promise<Rig> {
  const pages: Deno.HttpServer<Deno.NetAddr>[] = [];
  const names = Object.keys(services);
  const scripts = Object.fromEntries(Object.entries(services).map(([name, plan]) => [name, scriptOf(plan)]));
  const engine = new FakeEngine({ services: names, scripts });
  for (const [name, { published }] of Object.entries(services)) {
    const spec = engine.services.get(name);
    if (spec === undefined || published !== true) continue;
    const page = servePage(engine, name);
    pages.push(page);
    engine.services.set(name, { ...spec, published: [{ hostIp: page.addr.hostname, hostPort: page.addr.port }] });
  }
  engine.images = new Set([IMAGE]);
  // Two moments are never the same, so that a start shows.
  let ms = Date.now();
  engine.now = () => ms++;
  engine.onOrder = (order) => {
    if (order.startsWith("up ")) endAtOnce(engine, services);
    if (order === "look") goOnCrashing(engine, services);
  };
  return Promise.resolve({
    engine,
    asksInside: false,
    memLimitBytes: MEM_LIMIT_BYTES,
    leave: (service) => Promise.resolve(void engine.startByHand(service)),
    kill: ({ id }) => Promise.resolve(engine.end(id, 137)),
    processes: ({ id }) => Promise.resolve([engine.containers.get(id)?.state.pid ?? []].flat()),
    logFile: (service) => `/nowhere/${service}.log`,
    async [Symbol.asyncDispose]() {
      await engine.close();
      for (const page of pages) await page.shutdown();
    },
  });
}

function scriptOf({ broken, dependsOn, env = {}, limited, stopGraceSec }: ServicePlan): Script {
  return {
    image: broken === "absent" ? "vx11-missing:1" : IMAGE,
    dependsOn: dependsOn ?? [],
    published: [],
    memLimitBytes: limited === true ? MEM_LIMIT_BYTES : null,
    stopsLate: env["FAULT_IGNORE_TERM"] === "1",
    ...(stopGraceSec === undefined ? {} : { state: { stopGraceSec } }),
    ...(broken === undefined ? {} : { upFails: broken === "absent" ? "no image vx11-missing:1" : "permission denied" }),
  };
}

/** As a stand-in's page, for as long as the service runs. */
function servePage(engine: FakeEngine, service: string): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    if (engine.container(service)?.state.status !== "running") return new Response("it does not run", { status: 503 });
    return new Response(`{"service": "${service}"}`);
  });
}

/** What ends, or is killed, soon after its start. */
function endAtOnce(engine: FakeEngine, services: Record<string, ServicePlan>): void {
  for (const [service, { env = {}, restart = "no" }] of Object.entries(services)) {
    const id = engine.container(service)?.state.id;
    if (id === undefined) continue;
    const { FAULT_EXIT_CODE, FAULT_MEMORY } = env;
    if (FAULT_MEMORY !== undefined) engine.killForMemory(id, FAULT_MEMORY === "pid1");
    if (FAULT_EXIT_CODE !== undefined && !isRestarted(restart, FAULT_EXIT_CODE)) {
      engine.end(id, Number(FAULT_EXIT_CODE));
    }
  }
}

/** From look to look, what its policy restarts crashes, or is there again. */
function goOnCrashing(engine: FakeEngine, services: Record<string, ServicePlan>): void {
  for (const [service, { env = {}, restart = "no" }] of Object.entries(services)) {
    const state = engine.container(service)?.state;
    const code = env["FAULT_EXIT_CODE"];
    if (state === undefined || code === undefined || !isRestarted(restart, code)) continue;
    if (state.status === "running") engine.crash(state.id, Number(code));
    else if (state.status === "restarting") engine.restart(state.id, Number(code));
  }
}

function isRestarted(policy: ServicePlan["restart"], exitCode: string): boolean {
  return policy === "always" || (policy === "on-failure" && exitCode !== "0");
}
