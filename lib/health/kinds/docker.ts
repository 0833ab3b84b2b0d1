/**
 * The container's own health check. Until the engine has seen it pass, this program runs its command, since the engine
 * may first run it after 30 s. After that, the engine's events report it.
 */

import type { HealthCheck } from "../../model/module.ts";
import type { CheckKind } from "../kind.ts";

/** A check may cost much, and do more than request a page. */
const PAUSE_MS = 500;

export const DOCKER: CheckKind<HealthCheck> = {
  watched: "events",
  pauseMs: PAUSE_MS,
  keys: {},
  required: [],
  read: () => ({}),
  text: () => "its own health check",
  locate({ engine, lookAgain }, look) {
    const { health, service } = look.state;
    if (health === null || engine.runCheck === undefined) {
      return Promise.resolve({
        why: `service "${service}" has no health check of its own: give it one in the project, or declare another kind`,
      });
    }
    return Promise.resolve({
      what: `its ${engine.info.words.healthCheck}`,
      url: null,
      way: null,
      source: "health check",
      baseUrl: null,
      async ask(signal, limitMs) {
        const now = await lookAgain(signal) ?? look;
        const isHealthy = now.state.health === "healthy";
        const error = isHealthy ? null : await engine.runCheck?.(now, { limitMs, signal }) ?? null;
        return { status: null, error };
      },
    });
  },
};
