/** What is other for services if the engine is on another host, a sentence each. Pure. */

import type { MetricsSource } from "../../model/settings.ts";
import type { ComposeService } from "./details.ts";
import { isLoopback } from "./api/endpoint.ts";

export interface Far {
  /** Where the engine's published ports are reached. */
  probeHost: string;
  metricsSource: MetricsSource;
}

export function farNotices(services: readonly ComposeService[], { metricsSource, probeHost }: Far): string[] {
  const hidden = services.filter(({ published }) =>
    published.length > 0 && published.every(({ hostIp }) => isLoopback(hostIp))
  );
  const mounting = services.flatMap(({ details, name }) =>
    (details?.binds ?? []).length === 0 ? [] : [`"${name}" mounts ${details?.binds.join(", ")}`]
  );
  return [
    `The engine is on another host: its published ports are requested at ${probeHost}, and ${FIGURES[metricsSource]}`,
    ...(hidden.length === 0 ? [] : [
      `Only on the loopback of the engine's host are the ports of ${
        hidden.map(({ name }) => `"${name}"`).join(", ")
      }: ` +
      "what is asked of them is asked from inside their containers, and tests get no address of them",
    ]),
    ...(mounting.length === 0 ? [] : [
      `${mounting.join("; ")}: that is a folder or file of the engine's host, and not the one that is here`,
    ]),
  ];
}

const FROM_STATS = "memory and CPU come from `docker stats`, without kernel peaks and OOM kills of single processes";
const FIGURES: Readonly<Record<MetricsSource, string>> = {
  auto: FROM_STATS,
  stats: FROM_STATS,
  cgroup: "there are no figures of memory and CPU, which metrics_source takes from the kernel's files alone",
};
