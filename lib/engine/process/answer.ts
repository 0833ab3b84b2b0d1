/** Whether what answers at the port of a service of the process engine is the service, as far as /proc tells. */

import type { Host, HttpAnswer } from "../../host/host.ts";
import type { ContainerState } from "../../model/evidence.ts";
import type { HealthEndpoint } from "../../model/module.ts";
import { readProcess } from "../../proc/proc.ts";
import type { EndpointOutcome, Look } from "../engine.ts";
import { listensElsewhere } from "../listening.ts";
import { portOwner } from "../port_owner.ts";
import { LOOPBACK, parseMark } from "./env.ts";
import { processEndpoint } from "./project.ts";

/** No answer of another program is taken for the service's. */
export function ownEndpoint(host: Pick<Host, "get" | "kernel">, look: Look, declared: HealthEndpoint): EndpointOutcome {
  const place = processEndpoint(look, declared);
  const port = look.ports[0]?.hostPort;
  if ("why" in place || port === undefined) return place;
  let isKnown = false;
  return {
    ...place,
    async get(signal): Promise<HttpAnswer> {
      const answer = await host.get(place.url, signal);
      if (isKnown) return answer;
      const owner = portOwner(host.kernel, port, "/proc/net", LOOPBACK);
      if (owner !== null && !isOf(host, owner.pid, look.state)) {
        throw new Error(
          `port ${port} is held by process ${owner.pid} (${owner.command}), which is not of "${look.state.service}"`,
        );
      }
      isKnown = owner !== null;
      return answer;
    },
    refusedBecause: () => listensElsewhere(host.kernel, "/proc/net", port, LOOPBACK),
  };
}

/** By its mark, or, of one that has thrown away its environment, by its session, its group or those above it. */
function isOf({ kernel }: Pick<Host, "kernel">, pid: number, { id, pid: main }: ContainerState): boolean {
  if (parseMark(kernel.read(`/proc/${pid}/environ`) ?? "")?.id === id) return true;
  if (main === null) return false;
  const seen = new Set<number>();
  for (let proc = readProcess(kernel, pid); proc !== null && !seen.has(proc.pid);) {
    if ([proc.pid, proc.parent, proc.session, proc.group].includes(main)) return true;
    seen.add(proc.pid);
    proc = readProcess(kernel, proc.parent);
  }
  return false;
}
