/** A job: a container that ends by itself, with 0. */

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
      what: "its end",
      url: null,
      way: null,
      source: "config file",
      baseUrl: null,
      async ask(signal) {
        const state = (await lookAgain(signal))?.state;
        if (state?.status !== "exited") {
          return { status: null, error: `it is ${state?.status ?? "gone"}, and has not ended with 0` };
        }
        const { exitCode } = state;
        const how = exitCode === null ? "an exit code that is not known" : exitText(exitCode);
        return { status: null, error: exitCode === 0 ? null : `it ended with ${how}` };
      },
    });
  },
};
