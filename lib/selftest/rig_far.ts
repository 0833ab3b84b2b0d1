/** Trials on an engine of another host: which of them cannot be made there, and why. Pure. */

import type { CatalogueEntry, ServicePlan } from "./defect.ts";
import { plansOf, writesFiles } from "./rig.ts";

/** `docker stats` has a figure a second, and the first one late; and the load there, which extends limits here, is not seen. */
export const FAR_PATIENCE_SEC = 5;

/** Why an entry cannot be tried with the engine on another host; null if it can. */
export function whyNotFar(entry: CatalogueEntry): string | null {
  const plans = [...plansOf(entry).values()];
  if (entry.portTaken) return "the engine is on another host, and a port can be held on this one only";
  if (plans.some(isAskedInside)) {
    return "the engine is on another host, and its image has no program that asks from inside";
  }
  if (plans.some(closesAtOnce)) {
    return "the engine is on another host, where a service that closes each connection at once is not told from none";
  }
  if (plans.some(endsAtOnce)) {
    return "the engine is on another host, and its window is over before `docker stats` has a figure";
  }
  if (plans.some(writesFiles)) return "the engine is on another host: whether it keeps volumes on a disk is not seen";
  if (entry.killedForMemory === "child") {
    return "the engine is on another host, where kills of single processes are not seen";
  }
  return null;
}

/** Whether its page can only be had at the container's own address, or from inside. */
function isAskedInside({ check, pageless, readyBy, unpublished }: ServicePlan): boolean {
  return unpublished === true && pageless !== true && readyBy === undefined && check === undefined;
}

/** It is not waited for: the check that was declared does not exist. */
function endsAtOnce({ check, readyBy }: ServicePlan): boolean {
  return readyBy?.kind === "docker" && check === undefined;
}

/** What takes the connection there may only pass it on, and closes it as well. */
function closesAtOnce({ env = {}, readyBy }: ServicePlan): boolean {
  return readyBy?.kind === "tcp" && (env["FAULT_CLOSES_AT"] !== undefined || env["FAULT_HEALTH_ODD"] === "close");
}

export function farNotice(engineHost: string): string {
  return `The engine is on another host, ${engineHost}: the stand-ins' ports are open on all its addresses while they are tried`;
}
