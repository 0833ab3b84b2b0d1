/** The pages of a stand-in service, word for word as in config/sandbox/vx11-service.sh: path → answer. Pure. */

import type { HealthFaults, OddHealth } from "./health_faults.ts";
import type { StandInSettings } from "./settings.ts";

export interface PageRequest {
  path: string;
  /** The caller's User-Agent. */
  agent: string;
  /** Since the trouble began; null if it has not begun. */
  elapsedSec: number | null;
}

export type PageAnswer = { kind: OddHealth } | {
  kind: "page";
  status: number;
  body: string;
  contentType: string;
  /** Time to wait before the answer. */
  afterSec: number;
};

/** The page for a request. `nth` counts the requests that met the health faults, this one included. */
export function pageFor(settings: StandInSettings, request: PageRequest, nth: number): PageAnswer {
  const { health } = settings;
  const faulty = meetsFaults(health, request);
  if (faulty && health.odd !== null) return { kind: health.odd };
  const status = faulty ? faultStatus(health, request.elapsedSec, nth) : 200;
  const page = { kind: "page", status, afterSec: faulty ? sleepOf(health, nth) : 0 } as const;
  switch (request.path) {
    case "/":
      return { ...page, body: indexHtml(settings), contentType: "text/html" };
    case "/health":
      return { ...page, body: healthJson(settings, status), contentType: "application/json" };
    default:
      return { ...page, status: 404, body: "no such page", contentType: "text/plain" };
  }
}

/** Whether the request is for the page that plays the health faults, from a caller that meets them. */
export function meetsFaults({ path, agent }: HealthFaults, request: PageRequest): boolean {
  return request.path === path && (agent === null || request.agent.includes(agent));
}

function sleepOf({ sleepSec, slowEvery }: HealthFaults, nth: number): number {
  return slowEvery === null || nth % slowEvery === 0 ? sleepSec : 0;
}

function faultStatus({ status, failEvery, lostAfterSec }: HealthFaults, elapsedSec: number | null, nth: number) {
  if (lostAfterSec !== null && elapsedSec !== null && elapsedSec >= lostAfterSec) return 503;
  if (failEvery !== null && nth % failEvery === 0) return 503;
  return status ?? 200;
}

function healthJson({ service, mode }: StandInSettings, status: number): string {
  const word = status === 200 ? "ok" : "fault";
  return `{"status": "${word}", "service": "${service}", "mode": "${mode}"}\n`;
}

function indexHtml({ service }: StandInSettings): string {
  return `<!doctype html><title>${service}</title><h1>${service}</h1>\n`;
}
