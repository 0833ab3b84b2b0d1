/**
 * The engine that runs services as child processes of this program, on this host, without Docker. An instance of a
 * service plays the part of a container: supervised (supervisor.ts), measured through /proc, stopped with all processes
 * that it made.
 */

import type { Host } from "../../host/host.ts";
import type { ContainerState, EngineEvent } from "../../model/evidence.ts";
import type { Engine } from "../engine.ts";
import { hasProc } from "../../proc/proc.ts";
import { ADVICE } from "./advice.ts";
import type { ProcessSetup } from "./instances.ts";
import { ProcessInstances } from "./instances.ts";
import { execFor } from "./exec.ts";
import { fileFor, runFor } from "./run.ts";
import { memoryKeeper } from "./memory.ts";
import { ownEndpoint, ownPort } from "./answer.ts";
import type { Sampled } from "./sampler.ts";
import { processSampler } from "./sampler.ts";
import { stopSupervised, survivors } from "./stop.ts";
import { Supervisor } from "./supervisor.ts";
import { limitNotices, surveyServices } from "./survey.ts";
import { describeInstance, followLines, killCommand, lastLines } from "./tell.ts";
import { bringUp, stopInstance } from "./up.ts";
import { variablesOf } from "./project.ts";
import { WORDS } from "./words.ts";

export type { ProcessSetup };

export function processEngine(host: Host, setup: ProcessSetup): Engine {
  const { dir, env, name, services } = setup;
  const listeners = new Set<(event: EngineEvent) => void>();
  const instances = new ProcessInstances(host, setup, (event) => {
    for (const listener of listeners) listener(event);
    if (event.action === "start") keeper.wake();
  });
  const keeper = memoryKeeper(host, () => instances.supervisors.values());
  const sampler = processSampler(host);

  return {
    info: { name: "process", versions: {}, cgroup: null, words: WORDS },
    advice: ADVICE,
    project: { name, dir, composeFiles: [] },
    services: instances.specs,
    variables: variablesOf(env, services),
    isLocal: true,
    listensItself: true,
    writesLogs: true,
    survey: async (wanted) => ({
      obstacles: await surveyServices(host, { dir, services, specs: instances.specs, ports: instances.ports }, wanted),
      toBuild: [],
      notices: hasProc(host.kernel) ? [] : limitNotices(host.os, services, wanted),
    }),
    pull: () => Promise.resolve({ ok: false, why: "the process engine pulls no images", output: "" }),
    build: () => Promise.resolve({ ok: false, why: "the process engine builds no images", output: "" }),
    look: () => Promise.resolve(instances.looks()),
    describe: (id) => Promise.resolve(describeInstance(instances, id)),
    up: (wanted, options) => bringUp(instances, wanted, options),
    endpoint: (look, declared) => Promise.resolve(ownEndpoint(host, look, declared)),
    reach: (look) => Promise.resolve(ownPort(host, look)),
    execPlace: "on this host",
    exec: (look, words, limit) => execFor(instances, look, words, limit),
    run: (look, asked) => runFor(instances, look, asked),
    readFile: (look, path, maxBytes) => fileFor(instances, look, path, maxBytes),
    sample: (states) => sampler.sample(states.map((state) => sampledOf(instances, state))),
    watch(onEvent) {
      listeners.add(onEvent);
      return { close: () => Promise.resolve(void listeners.delete(onEvent)) };
    },
    logs: (id, lines) => lastLines(instances, id, lines),
    follow: (look, onLines, signal) => followLines(instances, look, onLines, signal),
    stop: ({ id }, graceSec) => stopInstance(instances, id, graceSec),
    remove(ids) {
      const failed = removeAll(instances, ids);
      for (const id of ids) if (!failed.has(id)) sampler.forget(id);
      return Promise.resolve(failed);
    },
    networks: () => Promise.resolve([]),
    removeNetworks: () => Promise.resolve(),
    removalCommand: (ids) => killCommand(instances, ids),
    async close() {
      // Services end with this program. The run has stopped them by now, unless something went wrong.
      const supervisors = [...instances.supervisors.values()];
      await Promise.all(supervisors.map((supervisor) => stopSupervised(instances.ending, supervisor, 0)));
      await keeper.close();
      for (const [service, port] of instances.ports) {
        if (services.get(service)?.port === "auto") host.releasePort(port);
      }
      listeners.clear();
    },
  };
}

function sampledOf(instances: ProcessInstances, { id }: ContainerState): Sampled {
  const found = instances.find(id);
  if (found === undefined) return { id, tree: null, isRunning: false, oomKills: null };
  if (!(found instanceof Supervisor)) return { id, tree: found.tree, isRunning: true, oomKills: null };
  return { id, tree: found.tree, isRunning: found.child !== null, oomKills: found.oomKills };
}

/** Id → why it could not be removed. One that is gone already counts as removed. */
function removeAll(instances: ProcessInstances, ids: readonly string[]): Map<string, string> {
  const failed = new Map<string, string>();
  for (const id of ids) {
    const found = instances.find(id);
    if (found === undefined) continue;
    const pids = survivors(instances.ending, found).map(({ pid }) => pid);
    if (pids.length > 0) failed.set(id, `it still runs (process ${pids.join(", ")})`);
    else if (found instanceof Supervisor && found.isUp) failed.set(id, "it is about to be started again");
    else instances.forget(id);
  }
  return failed;
}
