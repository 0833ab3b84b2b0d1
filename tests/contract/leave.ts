/** A program that starts a service and waits to be killed: what a run leaves that was killed with SIGKILL. */

import { join } from "@std/path";
import { processEngine } from "../../lib/engine/process/process.ts";
import type { ProcessSetup } from "../../lib/engine/process/process.ts";
import { denoHost } from "../../lib/host/deno.ts";

const [setup = "", service = ""] = Deno.args;
const { services, ...rest } = JSON.parse(setup) as Omit<ProcessSetup, "services"> & { services: [] };
const engine = processEngine(denoHost(), { ...rest, services: new Map(services) });
const logFile = (name: string) => join(rest.dir, `${name}.left.log`);
const outcome = await engine.up([service], { recreate: false, timeoutMs: 60_000, logFile });
if (!outcome.ok) throw new Error(outcome.why);
await Deno.stdout.write(new TextEncoder().encode("up\n"));
// The service's output keeps it alive.
