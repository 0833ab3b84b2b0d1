/** A port that takes connections. */

import type { HealthCheck } from "../../model/module.ts";
import { readPort } from "../../values/value.ts";
import { portSchema } from "../../values/value_schema.ts";
import type { CheckKind } from "../kind.ts";

interface TcpCheck extends HealthCheck {
  port: number;
}

export const TCP: CheckKind<TcpCheck> = {
  watched: "latency",
  keys: { port: portSchema },
  required: [["port"]],
  read: (keys) => ({ port: readPort(keys) }),
  text: ({ port }) => `tcp :${port}`,
  async locate({ engine }, look, { port }, signal) {
    const found = await engine.reach(look, port, signal);
    if ("why" in found) return found;
    const { address, connect, refusedBecause, way } = found;
    const url = address === null ? null : `tcp://${address}`;
    return {
      what: url ?? `port ${port} in the container`,
      // From inside, the time includes that of the engine to start the program that looks.
      ...(address === null ? { watched: "answers" as const } : {}),
      url,
      way,
      source: "config file",
      baseUrl: url,
      async ask(signal, limitMs) {
        const { lateMs } = await connect(signal, limitMs);
        return { status: null, error: null, lateMs };
      },
      ...(refusedBecause === undefined ? {} : { refusedBecause }),
    };
  },
};
