/** A job: a container that ends by itself, with 0. */

import { hasCompleted } from "../../model/evidence.ts";
import type { HealthCheck } from "../../model/module.ts";
import { exitText } from "../../text/units.ts";
import type { CheckKind } from "../kind.ts";

/** Each attempt is a look at all containers, which may take two commands of Docker. */
const PAUSE_MS = 200;

export const COMPLETED: CheckKind<HealthCheck> = {
  watched: "events",
  pauseMs: PAUSE_MS,
  completes: true,
  keys: {},
  required: [],
  read: () => ({}),
  text: () => "ends with 0",
  locate({ lookAgain }) {
    return Promise.resolve({
      what: "its completion",
      url: null,
      way: null,
      source: "config file",
      baseUrl: null,
      async ask(signal) {
        const state = (await lookAgain(signal))?.state;
        if (state !== undefined && hasCompleted(state)) return { status: null, error: null };
        if (state?.status !== "exited") {
          return { status: null, error: `it is ${state?.status ?? "gone"}, and has not ended with 0` };
        }
        const how = state.exitCode === null ? "an exit code that is not known" : exitText(state.exitCode);
        return { status: null, error: `it ended with ${how}` };
      },
    });
  },
};
