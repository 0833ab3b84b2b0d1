/** The engine that runs services as child processes of this program, on this host, without Docker. */

import type { Host } from "../host/host.ts";
import type { ProcessMap } from "../model/process.ts";
import type { Engine } from "./engine.ts";

export interface ProcessSetup {
  /** Name of the project, for reports and to know its processes again. */
  name: string;
  /** Absolute; working directories of the services are relative to it. */
  dir: string;
  services: ProcessMap;
  /** Added to the environment of every service, such as VX11_MODE. */
  env: Record<string, string>;
}

export function processEngine(_host: Host, _setup: ProcessSetup): Engine {
  throw new Error("not built yet");
}
