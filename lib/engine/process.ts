/**
 * The engine that runs services as child processes of this program, on this host, without Docker. An instance of a
 * service plays the part of a container: supervised (process_supervisor.ts), measured through /proc, stopped with all
 * that it made.
 */

import type { Host } from "../host/host.ts";
import { SpawnError } from "../host/host.ts";
import type { ContainerState, EngineEvent } from "../model/evidence.ts";
import type { ProcessMap } from "../model/process.ts";
import { startOrder } from "../plan/graph.ts";
import { serviceClosure } from "./closure.ts";
import type { Engine, StopResult, UpOptions, UpOutcome } from "./engine.ts";
import { childEnv, instanceId, projectMark } from "./process_env.ts";
import type { Leftover } from "./process_leftovers.ts";
import { findLeftovers, leftoverState } from "./process_leftovers.ts";
import { markReader } from "./process_marks.ts";
import { memoryKeeper } from "./process_memory.ts";
import { ProcessOutput } from "./process_output.ts";
import { choosePorts } from "./process_ports.ts";
import { lookOf, processEndpoint, serviceSpecs } from "./process_project.ts";
import { processSampler } from "./process_sampler.ts";
import { stopStray, stopSupervised, survivors, sweep } from "./process_stop.ts";
import { Supervisor } from "./process_supervisor.ts";
import type { Problem } from "./process_survey.ts";
import { commandProblem, spawnProblem, surveyServices, workingDir } from "./process_survey.ts";
import { commandOf, identify } from "./proc.ts";
import { redactInspect } from "./redact.ts";

export interface ProcessSetup {
  /** Name of the project, for reports and to know its processes again. */
  name: string;
  /** Absolute; working directories of the services are relative to it. */
  dir: string;
  services: ProcessMap;
  /** Added to the environment of every service, such as VX11_MODE. */
  env: Record<string, string>;
}

export function processEngine(host: Host, setup: ProcessSetup): Engine {
  const { dir, name, services } = setup;
  const specs = serviceSpecs(services);
  const ports = choosePorts(host, services);
  const project = projectMark(setup);
  const owner = identify(host.kernel, host.pid) ?? { pid: host.pid, start: Math.round(host.clock.wall()) };
  const ending = { host, marks: markReader(host.kernel) };
  const sampler = processSampler(host);
  /** By id. */
  const supervisors = new Map<string, Supervisor>();
  const leftovers = new Map<string, Leftover>();
  const listeners = new Set<(event: EngineEvent) => void>();
  const keeper = memoryKeeper(host, () => supervisors.values());

  function onEvent(event: EngineEvent): void {
    for (const listener of listeners) listener(event);
    if (event.action === "start") keeper.wake();
  }

  /** What another program left, as it is now. */
  function lookForLeftovers(): Leftover[] {
    const found = new Map(findLeftovers(host, ending.marks, project).map((each) => [each.id, each]));
    for (const id of leftovers.keys()) if (!found.has(id)) leftovers.delete(id);
    // What is known of one already is kept: its CPU time is counted on.
    for (const [id, each] of found) if (!leftovers.has(id)) leftovers.set(id, each);
    return [...leftovers.values()];
  }

  function create(service: string): Supervisor | undefined {
    const spec = services.get(service);
    if (spec === undefined) return undefined;
    const id = instanceId(service, owner, crypto.randomUUID().slice(0, 8));
    return new Supervisor({
      host,
      id,
      service,
      spec,
      cwd: workingDir(dir, spec),
      env: childEnv({ common: setup.env, id, ports, project, service, services }),
      onEvent,
      sweep: (supervisor) => sweep(ending, supervisor),
    });
  }

  async function bringUp(service: string, options: UpOptions, recreate: boolean): Promise<Problem | null> {
    const old = [...supervisors.values()].find((each) => each.service === service);
    const left = lookForLeftovers().find((each) => each.service === service);
    if (recreate) {
      for (const { id } of [old, left].filter((each) => each !== undefined)) {
        const { error } = await stop(id, services.get(service)?.stopGraceSec ?? DEFAULT_GRACE_SEC);
        if (error !== null) return { why: `the one that runs cannot be replaced: ${error}`, next: "" };
        forget(id);
      }
    } else if (old?.isUp === true || left !== undefined) return null;
    const supervisor = recreate || old === undefined ? create(service) : old;
    if (supervisor === undefined) return (await surveyServices(host, { dir, services, specs }, [service]))[0] ?? null;
    return await startOne(supervisor, options);
  }

  /** Returns why it was not started; null where it was. */
  async function startOne(supervisor: Supervisor, options: UpOptions): Promise<Problem | null> {
    const { id, service, spec } = supervisor;
    const problem = await commandProblem(host, dir, spec);
    if (problem !== null) return problem;
    const path = options.logFile(service);
    let output: ProcessOutput;
    try {
      output = await ProcessOutput.open(host, path);
    } catch (error) {
      return { why: `its output cannot be written to "${path}": ${textOf(error)}`, next: "" };
    }
    const isNew = !supervisors.has(id);
    supervisors.set(id, supervisor);
    if (isNew) supervisor.emit("create");
    try {
      supervisor.start(output);
      return null;
    } catch (error) {
      await output.close();
      if (isNew) forget(id);
      if (!(error instanceof SpawnError)) throw error;
      return await spawnProblem(host, dir, spec, error);
    }
  }

  async function up(wanted: readonly string[], options: UpOptions): Promise<UpOutcome> {
    const closure = serviceClosure(specs, wanted);
    const graph = new Map([...closure].map((each) => [each, specs.get(each)?.dependsOn ?? []]));
    for (const service of startOrder(graph)) {
      options.signal?.throwIfAborted();
      const problem = await bringUp(service, options, options.recreate && wanted.includes(service));
      if (problem === null) continue;
      const why = wanted.length === 1 && wanted[0] === service ? problem.why : `"${service}": ${problem.why}`;
      return { ok: false, why, output: `${why}\n${problem.next}\n` };
    }
    return { ok: true };
  }

  function forget(id: string): void {
    supervisors.get(id)?.emit("destroy");
    supervisors.delete(id);
    leftovers.delete(id);
  }

  async function stop(id: string, graceSec: number): Promise<StopResult> {
    const supervisor = supervisors.get(id);
    if (supervisor !== undefined) return await stopSupervised(ending, supervisor, graceSec);
    const left = lookForLeftovers().find((each) => each.id === id);
    if (left === undefined) return { containerId: id, durationMs: 0, exitCode: null, stopped: true, error: null };
    return await stopStray(ending, left, { graceSec, signal: services.get(left.service)?.stopSignal ?? "SIGTERM" });
  }

  /** Why it cannot be removed; null where it was. */
  function remove(id: string): string | null {
    const found = supervisors.get(id) ?? leftovers.get(id);
    if (found === undefined) return null;
    const pids = survivors(ending, found).map(({ pid }) => pid);
    if (pids.length > 0) return `it still runs (process ${pids.join(", ")})`;
    if (supervisors.get(id)?.isUp === true) return "it is about to be started again";
    forget(id);
    return null;
  }

  return {
    info: { name: "process", versions: {}, cgroup: null },
    project: { name, dir, composeFiles: [] },
    services: specs,
    isLocal: true,
    writesLogs: true,
    survey: async (wanted) => ({
      obstacles: await surveyServices(host, { dir, services, specs }, wanted),
      toBuild: [],
    }),
    build: () => Promise.resolve({ ok: false, why: "the process engine builds no images", output: "" }),
    look: () =>
      Promise.resolve([
        ...[...supervisors.values()].map(({ service, state }) => lookOf(state, ports.get(service) ?? null)),
        ...lookForLeftovers().map((each) => lookOf(leftoverState(host, each, limitsOf(each.service)), each.port)),
      ]),
    describe: (id) => Promise.resolve(describe(id)),
    up,
    endpoint: processEndpoint,
    sample: (states) => sampler.sample(states.map(sampled)),
    watch(listener) {
      listeners.add(listener);
      return {
        close: () => {
          listeners.delete(listener);
          return Promise.resolve();
        },
      };
    },
    logs,
    stop: ({ id }, graceSec) => stop(id, graceSec),
    remove: (ids) =>
      Promise.resolve(
        new Map(ids.flatMap((id): [string, string][] => {
          const why = remove(id);
          return why === null ? [] : [[id, why]];
        })),
      ),
    networks: () => Promise.resolve([]),
    removeNetworks: () => Promise.resolve(),
    removalCommand(ids) {
      const found = ids.flatMap((id) => supervisors.get(id) ?? leftovers.get(id) ?? []);
      return `kill -KILL ${found.flatMap((each) => survivors(ending, each)).map(({ pid }) => pid).join(" ")}`;
    },
    async close() {
      // Services end with this program; by now they should have been stopped.
      await Promise.all([...supervisors.values()].map((supervisor) => stopSupervised(ending, supervisor, 0)));
      await keeper.close();
      listeners.clear();
    },
  };

  function limitsOf(service: string): Pick<ContainerState, "memLimitBytes" | "stopGraceSec"> {
    const spec = services.get(service);
    // Nobody keeps the limit of what a killed program left.
    return { memLimitBytes: null, stopGraceSec: spec?.stopGraceSec ?? DEFAULT_GRACE_SEC };
  }

  function sampled({ id }: ContainerState) {
    const supervisor = supervisors.get(id);
    if (supervisor !== undefined) {
      const { child, oomKills, tree } = supervisor;
      return { id, tree, isRunning: child !== null, oomKills };
    }
    const left = leftovers.get(id);
    return { id, tree: left?.tree ?? null, isRunning: left !== undefined, oomKills: null };
  }

  async function logs(id: string, lines: number): Promise<string> {
    const supervisor = supervisors.get(id);
    if (supervisor === undefined) return "(its output is in the audit dir of the run that started it)\n";
    if (!supervisor.isUp) await supervisor.ended;
    const path = supervisor.outputPath;
    const text = path === null ? "" : await host.files.readText(path).catch((error) => `(${textOf(error)})\n`);
    return lastLines(text, lines);
  }

  function describe(id: string): string {
    const supervisor = supervisors.get(id);
    const found = supervisor ?? leftovers.get(id);
    if (found === undefined) return "null\n";
    const state = supervisor?.state ?? leftoverState(host, found as Leftover, limitsOf(found.service));
    const spec = services.get(found.service);
    return redactInspect(JSON.stringify({
      State: state,
      Command: spec?.command ?? null,
      WorkingDir: spec === undefined ? null : workingDir(dir, spec),
      Env: Object.entries({ ...setup.env, ...spec?.env }).map(([key, value]) => `${key}=${value}`),
      Port: ports.get(found.service) ?? null,
      RestartPolicy: spec?.restart ?? null,
      Output: supervisor?.outputPath ?? null,
      Processes: survivors(ending, found).map((proc) => ({ pid: proc.pid, command: commandOf(host.kernel, proc) })),
    }));
  }
}

/** As Docker has it for a container that says nothing about it. */
const DEFAULT_GRACE_SEC = 10;

function lastLines(text: string, count: number): string {
  const lines = text.split("\n");
  const isComplete = lines.at(-1) === "";
  return lines.slice(-(count + (isComplete ? 1 : 0))).join("\n");
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
