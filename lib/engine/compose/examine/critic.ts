/** A critic reads what a project declares of a service, and says what a run, or whoever runs it, may suffer from. */

import type { Diagnosis } from "../../../model/diagnosis.ts";
import type { Maker } from "../maker.ts";
import type { ComposeService, ServiceDetails } from "../details.ts";

export interface Criticized {
  spec: ComposeService;
  details: ServiceDetails;
  /** All services of the project, by name. */
  services: ReadonlyMap<string, ComposeService>;
  /** Whether no run begins without it. */
  isCore: boolean;
  maker: Maker;
  /** Major version of the daemon; null if that is unknown. */
  docker: number | null;
}

export type Critic = (read: Criticized) => Diagnosis[];

/** A diagnosis of the service. */
export function criticism(
  { spec }: Pick<Criticized, "spec">,
  check: string,
  level: Diagnosis["level"],
  seen: string,
  next = "",
): Diagnosis {
  return { check, subject: spec.name, level, seen, next };
}

/** Services that start only after this one has become what they want it to be. */
export function waitingFor({ services, spec }: Pick<Criticized, "services" | "spec">, condition: string): string[] {
  return [...services.values()].filter(({ details }) =>
    details?.conditions.some((each) => each.service === spec.name && each.condition === condition)
  ).map(({ name }) => name);
}
