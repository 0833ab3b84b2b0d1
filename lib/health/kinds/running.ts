/** A container that runs. Once it does, the engine's events tell of its end, and nothing is probed. */

import type { HealthCheck } from "../../model/module.ts";
import type { CheckKind } from "../kind.ts";

/** Each attempt is a look at all containers, which may take two commands of Docker. */
const PAUSE_MS = 200;

export const RUNNING: CheckKind<HealthCheck> = {
  watched: "events",
  pauseMs: PAUSE_MS,
  keys: {},
  required: [],
  read: () => ({}),
  text: () => "running",
  locate({ lookAgain }) {
    return Promise.resolve({
      what: "its state",
      url: null,
      way: null,
      source: "config file",
      baseUrl: null,
      async ask(signal) {
        const status = (await lookAgain(signal))?.state.status;
        return { status: null, error: status === "running" ? null : `it is ${status ?? "gone"}, and not running` };
      },
    });
  },
};
