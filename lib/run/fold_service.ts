/** Journal lines about one service of a module in a cycle → what was seen of it. */

import type { JournalLine, StopOutcome } from "../model/evidence.ts";
import type { CycleEvidence, ModuleEvidence, RunEvidence, ServiceEvidence } from "../model/record.ts";

/** The lines that are about one service. */
export type ServiceLine = Extract<
  JournalLine,
  {
    type:
      | "endpoint"
      | "ready"
      | "not_ready"
      | "probe"
      | "look"
      | "container_missing"
      | "sample"
      | "sample_missing"
      | "stop"
      | "log_saved";
  }
>;

export function addServiceLine(run: RunEvidence, cycle: CycleEvidence, line: ServiceLine): void {
  switch (line.type) {
    case "endpoint": {
      const service = serviceOf(cycle, line.service);
      service.url = line.url;
      service.noUrlWhy = line.why;
      break;
    }
    case "ready": {
      const service = serviceOf(cycle, line.service);
      service.ready = { afterMs: line.afterMs, attempts: line.attempts };
      service.eventsBeforeReady = service.events.length;
      break;
    }
    case "not_ready": {
      const { afterMs, attempts, last, limit } = line;
      serviceOf(cycle, line.service).notReady = { afterMs, attempts, last, limit };
      break;
    }
    case "probe": {
      const { ms, ok, latencyMs, status, error } = line;
      serviceOf(cycle, line.service).probes.push({ ms, ok, latencyMs, status, error });
      break;
    }
    case "look":
      serviceOf(cycle, line.state.service)[line.when === "first" ? "firstLook" : "lastLook"] = line.state;
      break;
    case "container_missing":
      serviceOf(cycle, line.service).missingAt.push(line.when);
      break;
    case "sample": {
      const { type: _, at: _at, cycle: _cycle, module: _module, service, ...sample } = line;
      serviceOf(cycle, service).samples.push(sample);
      break;
    }
    case "sample_missing": {
      const { samplesMissing } = serviceOf(cycle, line.service);
      if (!samplesMissing.includes(line.why)) samplesMissing.push(line.why);
      break;
    }
    case "stop": {
      const { type: _, at: _at, ms: _ms, cycle: _cycle, module: _module, ...stop } = line;
      const service = serviceOf(cycle, line.service);
      // Of several replicas, the first that did not go down well says it for all.
      if (service.stop === null || isClean(service.stop)) service.stop = stop;
      for (const seen of latestOf(run.modules, line.containerId)) seen.stopUnseen = false;
      break;
    }
    case "log_saved":
      serviceOf(cycle, line.service).log = { path: line.path, tail: line.tail };
      break;
  }
}

function isClean({ error, killed, verified }: StopOutcome): boolean {
  return verified && error === null && !killed;
}

/**
 * How a container went is written down right after the run let go of it, perhaps for another module, which was the last to
 * need it. A core that stays, or goes before its last cycle, is not to be seen going.
 */
export function noteStopDue({ modules, run }: RunEvidence, containerId: string): void {
  const due = modules.filter(({ name, cycles }) =>
    run?.core.includes(name) !== true || (!run.keepCore && cycles.at(-1)?.cycle === run.cycles)
  );
  for (const seen of latestOf(due, containerId)) seen.stopUnseen = seen.stop === null;
}

/** Services whose container this was, each in its module's latest cycle. */
function latestOf(modules: readonly ModuleEvidence[], containerId: string): ServiceEvidence[] {
  return modules.flatMap(({ cycles }) => cycles.slice(-1)).flatMap(({ services }) => services).filter((seen) =>
    seen.firstLook?.id === containerId || seen.lastLook?.id === containerId
  );
}

export function serviceOf(cycle: CycleEvidence, service: string): ServiceEvidence {
  const found = cycle.services.find((item) => item.service === service);
  if (found !== undefined) return found;
  const added: ServiceEvidence = {
    service,
    inPlace: false,
    url: null,
    noUrlWhy: null,
    ready: null,
    notReady: null,
    probes: [],
    firstLook: null,
    lastLook: null,
    missingAt: [],
    events: [],
    eventsBeforeReady: 0,
    samples: [],
    samplesMissing: [],
    stop: null,
    stopUnseen: false,
    log: null,
  };
  cycle.services.push(added);
  return added;
}
