/** Whether the service of the process engine itself answers at its port, as far as /proc shows. */

import type { Host, HttpAnswer } from "../../host/host.ts";
import type { ContainerState } from "../../model/evidence.ts";
import { readProcess } from "../../proc/proc.ts";
import type { EndpointOutcome, Look, PortPlace } from "../engine.ts";
import { listensElsewhere } from "../listening.ts";
import type { PageWanted } from "../page_port.ts";
import { portOwner } from "../port_owner.ts";
import { LOOPBACK, parseMark } from "./env.ts";
import { processEndpoint } from "./project.ts";

type AnswerHost = Pick<Host, "connect" | "get" | "kernel">;

/** An answer of another program is not taken for the service's. */
export function ownEndpoint(host: AnswerHost, look: Look, declared: PageWanted): EndpointOutcome {
  const place = processEndpoint(look, declared);
  const port = look.ports[0]?.hostPort;
  if ("why" in place || port === undefined) return place;
  const confirm = ownership(host, look.state, port);
  return {
    ...place,
    async get(signal): Promise<HttpAnswer> {
      const answer = await host.get(place.url, signal);
      confirm();
      return answer;
    },
    refusedBecause: () => listensElsewhere(host.kernel, "/proc/net", port, LOOPBACK),
  };
}

/** The service's port, whichever port was wanted: it has only one. */
export function ownPort(host: AnswerHost, look: Look): PortPlace | { why: string } {
  const place = processEndpoint(look, { path: "/" });
  const port = look.ports[0]?.hostPort;
  if ("why" in place) return place;
  if (port === undefined) throw new Error("a service with a page has a port");
  const confirm = ownership(host, look.state, port);
  return {
    way: place.way,
    address: `${LOOPBACK}:${port}`,
    async connect(signal) {
      const connected = await host.connect(LOOPBACK, port, signal);
      confirm();
      return connected;
    },
    confirm: () => Promise.resolve().then(confirm),
    refusedBecause: () => listensElsewhere(host.kernel, "/proc/net", port, LOOPBACK),
  };
}

/**
 * A check that throws if another process holds the port. Once the port is known to be the service's, it stays so while
 * the service lives.
 */
function ownership({ kernel }: Pick<Host, "kernel">, state: ContainerState, port: number): () => void {
  let isKnown = false;
  return () => {
    if (isKnown) return;
    const owner = portOwner(kernel, port, "/proc/net", LOOPBACK);
    if (owner !== null && !isOf({ kernel }, owner.pid, state)) {
      throw new Error(
        `port ${port} is held by process ${owner.pid} (${owner.command}), which does not belong to "${state.service}"`,
      );
    }
    isKnown = owner !== null;
  };
}

/** By its mark or, if the process cleared its environment, by its session, its group or its ancestors. */
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
