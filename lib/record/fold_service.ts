/** Journal lines about one service of a module in a cycle → what was seen of it. */

import { isUnclean } from "../figures/stops.ts";
import { type ContainerState, type JournalLine, type StopOutcome, WAITS } from "../model/evidence.ts";
import {
  type CycleEvidence,
  type ModuleEvidence,
  type PageEvidence,
  pagesOf,
  type RunEvidence,
  type ServiceEvidence,
  type TimedPressure,
  type TimedProbe,
  type TimedSample,
} from "../model/record.ts";
import { Rows, type Shape, trimRows } from "../model/rows.ts";
import { staysUp } from "../plan/plan.ts";

/** What is kept of a line, in the order in which lines have it. */
const SAMPLE: Shape<TimedSample> = {
  ms: { kind: "number" },
  containerId: { kind: "word" },
  source: { kind: "word" },
  memBytes: { kind: "number" },
  memPeakKernelBytes: { kind: "number" },
  memCacheBytes: { kind: "number" },
  cpuUsec: { kind: "number" },
  cpuPct: { kind: "number" },
  oomKills: { kind: "number" },
};
/** In rows of their own: most samples have none. */
const PRESSURE: Shape<TimedPressure> = {
  ms: { kind: "number" },
  containerId: { kind: "word" },
  cpuSomeUsec: { kind: "number", mayMiss: true },
  cpuFullUsec: { kind: "number", mayMiss: true },
  memSomeUsec: { kind: "number", mayMiss: true },
  memFullUsec: { kind: "number", mayMiss: true },
  ioSomeUsec: { kind: "number", mayMiss: true },
  ioFullUsec: { kind: "number", mayMiss: true },
};
const PROBE: Shape<KeptProbe> = {
  ms: { kind: "number" },
  ok: { kind: "flag" },
  latencyMs: { kind: "number" },
  status: { kind: "number" },
  error: { kind: "word" },
  starvedMs: { kind: "number", mayMiss: true },
};
type KeptProbe = Omit<TimedProbe, "lateMs">;

/** The lines that are about one service. */
export type ServiceLine = Extract<
  JournalLine,
  {
    type:
      | "endpoint"
      | "ready"
      | "not_ready"
      | "check_run"
      | "kill_unseen"
      | "look"
      | "container_missing"
      | "sample_missing"
      | "stop"
      | "log_saved";
  }
>;

/** Most lines are of these types, and each is just a row. */
export type Reading = Extract<JournalLine, { type: "probe" | "sample" }>;

export function isReading(line: JournalLine): line is Reading {
  return line.type === "sample" || line.type === "probe";
}

export function addReading(cycle: CycleEvidence, line: Reading): void {
  if (line.type === "probe") {
    pageOf(cycle, line).probes.push(line);
    return;
  }
  const seen = serviceOf(cycle, line.service);
  seen.samples.push(line);
  if (WAITS.some((wait) => line[wait] !== undefined)) seen.pressures.push(line);
}

/** Frees spare room once a window has closed, since hardly any rows are to come. */
export function closeReadings({ services }: CycleEvidence): void {
  for (const seen of services) {
    trimRows(seen.samples);
    trimRows(seen.pressures);
    for (const { probes } of pagesOf(seen)) trimRows(probes);
  }
}

export function addServiceLine(run: RunEvidence, cycle: CycleEvidence, line: ServiceLine): void {
  switch (line.type) {
    case "endpoint": {
      const { kind, source, url, watched, way, what, why } = line;
      Object.assign(pageOf(cycle, line), { kind, watched, what, url, way, source, noUrlWhy: why });
      break;
    }
    case "ready": {
      const service = serviceOf(cycle, line.service);
      pageOf(cycle, line).ready = { afterMs: line.afterMs, attempts: line.attempts };
      service.eventsBeforeReady = service.events.length;
      break;
    }
    case "not_ready": {
      const { type: _, at: _at, ms: _ms, cycle: _cycle, module: _module, service: _service, page: _page, ...notReady } =
        line;
      pageOf(cycle, line).notReady = notReady;
      break;
    }
    case "check_run":
      serviceOf(cycle, line.service).checkRun = {
        why: line.why,
        ...(line.overdue === undefined ? {} : { overdue: line.overdue }),
      };
      break;
    case "kill_unseen":
      serviceOf(cycle, line.service).killUnseen = line.why;
      break;
    case "look":
      addLook(serviceOf(cycle, line.state.service), line.when, line.state);
      break;
    case "container_missing":
      serviceOf(cycle, line.service).missingAt.push(line.when);
      break;
    case "sample_missing": {
      const { samplesMissing } = serviceOf(cycle, line.service);
      if (!samplesMissing.includes(line.why)) samplesMissing.push(line.why);
      break;
    }
    case "stop": {
      const { type: _, at: _at, ms: _ms, cycle: _cycle, module: _module, ...stop } = line;
      const service = serviceOf(cycle, line.service);
      // With several replicas, the first that did not stop well counts for all.
      if (service.stop === null || isClean(service.stop)) service.stop = stop;
      for (const seen of latestOf(run.modules, line.containerId)) seen.stopUnseen = false;
      break;
    }
    case "log_saved":
      serviceOf(cycle, line.service).log = { path: line.path, tail: line.tail };
      break;
  }
}

/** Mostly nothing has changed in between: then the state is kept once. */
function addLook(seen: ServiceEvidence, when: "first" | "last", state: ContainerState): void {
  if (when === "first") seen.firstLook = state;
  else seen.lastLook = seen.firstLook !== null && isSame(seen.firstLook, state) ? seen.firstLook : state;
}

function isSame(a: ContainerState, b: ContainerState): boolean {
  const values = b as unknown as Record<string, unknown>;
  const keys = Object.entries(a);
  return keys.length === Object.keys(b).length && keys.every(([key, value]) => value === values[key]);
}

function isClean(stop: StopOutcome): boolean {
  const { error, killed, verified } = stop;
  return verified && error === null && !killed && !isUnclean(stop);
}

/**
 * How a container stopped is recorded right after the run released it, perhaps for another module, which was the last
 * to need it. A module that stays up over the cycles is to be seen stopping in the last one; one that stays up after
 * that is not.
 */
export function noteStopDue({ modules, run }: RunEvidence, containerId: string): void {
  const due = modules.filter(({ name, cycles }) => {
    if (run === null) return true;
    return cycles.at(-1)?.cycle === run.cycles ? !staysUp(name, run) : !run.kept.includes(name);
  });
  for (const seen of latestOf(due, containerId)) seen.stopUnseen = seen.stop === null;
}

/** Services whose container this was, each in its module's latest cycle. */
function latestOf(modules: readonly ModuleEvidence[], containerId: string): ServiceEvidence[] {
  return modules.flatMap(({ cycles }) => cycles.slice(-1)).flatMap(({ services }) => services).filter((seen) =>
    seen.firstLook?.id === containerId || seen.lastLook?.id === containerId
  );
}

/** The page of a line; pages before it that no line was about yet are added as unseen. */
function pageOf(cycle: CycleEvidence, { page = 0, service }: { page?: number; service: string }): PageEvidence {
  const seen = serviceOf(cycle, service);
  while (seen.morePages.length < page) seen.morePages.push(unseenPage());
  return seen.morePages[page - 1] ?? seen;
}

function unseenPage(): PageEvidence {
  return {
    kind: null,
    watched: "latency",
    what: null,
    url: null,
    way: null,
    source: null,
    noUrlWhy: null,
    ready: null,
    notReady: null,
    probes: new Rows(PROBE),
  };
}

export function serviceOf(cycle: CycleEvidence, service: string): ServiceEvidence {
  for (let nr = 0; nr < cycle.services.length; nr++) {
    const found = cycle.services[nr] as ServiceEvidence;
    if (found.service === service) return found;
  }
  const added: ServiceEvidence = {
    service,
    ...unseenPage(),
    morePages: [],
    inPlace: false,
    firstLook: null,
    lastLook: null,
    missingAt: [],
    before: null,
    events: [],
    eventsBeforeReady: 0,
    samples: new Rows(SAMPLE),
    pressures: new Rows(PRESSURE),
    samplesMissing: [],
    stop: null,
    stopUnseen: false,
    log: null,
  };
  cycle.services.push(added);
  return added;
}
