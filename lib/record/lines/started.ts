/** The first line of a journal as a schema: what the run was to do, and the earlier run that it is compared with. */

import { FIGURES } from "../../model/baseline.ts";
import type { RunStarted } from "../../model/evidence.ts";
import {
  defaultRules,
  defaultThresholds,
  LEVELS,
  METRICS_SOURCES,
  type ReasonCode,
  RULES,
  type ThresholdName,
  THRESHOLDS,
} from "../../model/settings.ts";
import {
  amount,
  count,
  each,
  eachKnown,
  engineInfo,
  figure,
  hostInfo,
  testOutcome,
  texts,
  textsByName,
} from "./parts.ts";
import { flag, list, literal, mapOf, nullable, object, oneOf, optional, text, yes } from "../../values/schema.ts";
import { STATUSES } from "../../model/outcome.ts";

const keysOf = <Key extends string>(table: Record<Key, unknown>) => Object.keys(table) as Key[];

const moduleFigures = object({
  name: text,
  status: nullable(oneOf(STATUSES)),
  services: list(object({ service: text, series: each(FIGURES, list(figure)) })),
  inPlace: texts,
  tests: mapOf(testOutcome),
});

const baseline = object({
  from: text,
  acrossHosts: flag,
  figures: object({
    startedAt: nullable(text),
    version: nullable(text),
    host: nullable(object({ hostname: text, os: text, arch: text })),
    engine: nullable(text),
    mode: nullable(text),
    jobs: nullable(figure),
    soakSec: nullable(figure),
    cutShort: nullable(text),
    waitPcts: list(figure),
    modules: list(moduleFigures),
  }),
});

export const runStarted = {
  type: literal("run_started"),
  schemaVersion: figure,
  tool: object({ name: text, version: text }),
  mode: text,
  cycles: nullable(count),
  forSec: optional(amount),
  jobs: count,
  selected: texts,
  core: texts,
  foundation: texts,
  kept: texts,
  services: textsByName,
  helpers: textsByName,
  dependsOn: textsByName,
  oneShot: texts,
  several: optional(texts),
  ownMap: optional(yes),
  project: object({ name: text, dir: text, composeFiles: texts }),
  identity: optional(text),
  engine: engineInfo,
  host: hostInfo,
  timeoutSec: amount,
  soakSec: amount,
  keepCore: flag,
  strict: flag,
  metricsSource: oneOf(METRICS_SOURCES),
  thresholds: eachKnown(keysOf<ThresholdName>(THRESHOLDS), figure),
  rules: eachKnown(keysOf<ReasonCode>(RULES), oneOf(LEVELS)),
  baseline: optional(baseline),
  demo: optional(object({ faults: list(object({ name: text, module: text, culprit: text })) })),
};

/**
 * With the defaults of rules and thresholds that came after the version that wrote it: a run is judged by later versions, too. Its
 * maps lose their prototype: a module that they lack must not be found there because it is called `constructor`.
 */
export function completed<Started extends RunStarted>(started: Started): Started {
  const { dependsOn, helpers, services } = started;
  return {
    ...started,
    services: alone(services),
    helpers: alone(helpers),
    dependsOn: alone(dependsOn),
    thresholds: { ...defaultThresholds(), ...started.thresholds },
    rules: { ...defaultRules(), ...started.rules },
  };
}

function alone<T>(map: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null), map);
}
