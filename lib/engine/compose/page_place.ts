/**
 * Where the page of a Compose service is, and how it is requested from here. An answer of another process is not taken
 * for the service's own.
 */

import type { Host, HttpAnswer } from "../../host/host.ts";
import { type ContainerState, isUp } from "../../model/evidence.ts";
import { LOCAL } from "./engine_host.ts";
import { authority, type PortAddress, portAddress } from "./api/endpoint.ts";
import type { EndpointOutcome, Look, PortPlace, ReachedFor } from "../engine.ts";
import type { Asking, InContainer } from "./exec/get.ts";
import { listenAddresses, listensElsewhere, listensNowhere } from "../listening.ts";
import { bridged, isOf, listener, usesThisNetwork } from "./own_answer.ts";
import { pagePort, type PageWanted } from "../page_port.ts";
import { listeningSockets, type PortOwner } from "../port_owner.ts";

/** A port in a network that the container shares with others, and the address for requests, if that is known. */
interface Shared {
  port: number;
  address?: string;
}

/** Throws if what answered was not the container; undefined if that cannot be seen. */
type Confirm = ((signal: AbortSignal, limitMs: number) => Promise<void>) | undefined;

/** The address of requests from inside. */
const INSIDE = "127.0.0.1";

function nameOf(owner: "own" | PortOwner): string | null {
  return owner === "own" ? null : `process ${owner.pid} (${owner.command})`;
}

export interface PageFinder {
  /** Throws EngineError. */
  find(look: Look, declared: PageWanted, signal?: AbortSignal): Promise<EndpointOutcome>;
  /** Throws EngineError. */
  reach(look: Look, port: number, what?: ReachedFor): Promise<PortPlace | { why: string }>;
}

export interface PageFinderSetup {
  inside: InContainer;
  /** Whether the engine runs as a plain user: its bridges are in a network of its own, whatever this host's look like. */
  isRootless?: boolean;
  /** Where published ports are reached: this host's loopback, or the engine's host. */
  probeHost: string;
  /** One container, of any project. */
  lookAt(id: string): Promise<Look | null>;
}

export function pageFinder(host: Host, { inside, isRootless = false, lookAt, probeHost }: PageFinderSetup): PageFinder {
  const { kernel } = host;
  const isLocal = probeHost === LOCAL;

  /**
   * A check that throws if the answer at an address of this host may come from another process. undefined: the
   * container's processes cannot be seen, since the engine is in a virtual machine or there is no /proc.
   */
  function confirmation(state: ContainerState, shared: Shared | null): Confirm {
    const { id, pid, service } = state;
    if (!isLocal || pid === null || !isOf(kernel, pid, id)) return undefined;
    let isKnown = shared === null;
    return async (signal: AbortSignal, limitMs: number): Promise<void> => {
      // As long as the process lives, its address and its ports are its own.
      if (!isOf(kernel, pid, id)) {
        throw new Error(`the container of "${service}" has ended, so another process may have answered`);
      }
      if (shared === null || isKnown) return;
      const owner = listener(kernel, { pid, id }, shared.port, shared.address);
      const who = owner === "unknown"
        ? await strangerSeenFromInside(id, pid, shared, { signal, limitMs })
        : nameOf(owner);
      if (who !== null) throw new Error(`port ${shared.port} is held by ${who}, which does not belong to "${service}"`);
      isKnown = true;
    };
  }

  /** For a user who may not see what other users' processes hold: inside the container this can be seen. */
  async function strangerSeenFromInside(
    id: string,
    pid: number,
    shared: Shared,
    asking: Asking,
  ): Promise<string | null> {
    const listening = listeningSockets(kernel, shared.port, `/proc/${pid}/net`, shared.address);
    const held = await inside.sockets(id, asking);
    if (held === null || listening.length === 0 || listening.some((socket) => held.has(socket))) return null;
    return "a process that this user may not see";
  }

  async function fromInside(
    look: Look,
    url: string,
    source: ReturnType<typeof pagePort>["source"],
    confirm: Confirm,
    signal?: AbortSignal,
  ) {
    const { id, service } = look.state;
    const get = await inside.getter(id, signal);
    const place = { way: "exec" as const, source, url, baseUrl: null };
    if (get !== null) {
      return {
        ...place,
        async get(signal: AbortSignal, limitMs: number) {
          const answer = await get(url, { signal, limitMs });
          await confirm?.(signal, limitMs);
          return answer;
        },
      };
    }
    const test = look.inside?.checkTest ?? [];
    // Only Docker's own check is left then, and its result is the only one that counts.
    if (test[0] === "CMD" || test[0] === "CMD-SHELL") {
      return { ...place, get: (signal: AbortSignal, limitMs: number) => inside.check(id, test, { signal, limitMs }) };
    }
    return {
      why:
        `the health page of service "${service}" cannot be requested: no address of it can be reached from here, its image ` +
        `has none of ${inside.tools} to request it from inside, and it has no health check: give it a \`healthcheck\` in the ` +
        "Compose file, or publish its port",
    };
  }

  /** Whether the host's network, as the engine has it, is the one of the host where requests go. */
  function isHostsOwn({ pid }: ContainerState, isHere: boolean): boolean {
    const isSame = isHere && pid !== null ? usesThisNetwork(kernel, pid) : null;
    return isSame ?? !isRootless;
  }

  /** The container whose network it uses, and its addresses that can be reached from this host. */
  async function networkOf(look: Look) {
    const sharesWith = look.inside?.sharesWith ?? null;
    const owner = sharesWith === null ? look : await lookAt(sharesWith) ?? look;
    const isHere = isLocal && isOf(kernel, owner.state.pid, owner.state.id);
    const addresses = isHere && !isRootless ? bridged(kernel, owner.inside?.addresses ?? []) : [];
    const isShared = owner.hostNetwork || sharesWith !== null;
    return { owner, isHere, addresses, isShared, isOnHost: owner.hostNetwork && isHostsOwn(owner.state, isHere) };
  }
  type Network = Awaited<ReturnType<typeof networkOf>>;

  /** How to confirm an answer at that address, and what may explain that there is none. */
  function guards({ state }: Look, { isHere, isShared, owner }: Network, port: number, { host, way }: PortAddress) {
    // Docker passes a published port on to an address of its choice.
    const at = way === "published" ? {} : { address: host };
    const confirm = confirmation(state, isShared ? { port, ...at } : null);
    // Docker passes a published port on to the container's address.
    const inside = way === "published" ? owner.inside?.addresses[0] : host;
    const net = `/proc/${owner.state.pid}/net`;
    const elsewhere = () => inside === undefined ? null : listensElsewhere(kernel, net, port, inside);
    const explained = isHere ? { refusedBecause: () => elsewhere() ?? listensNowhere(kernel, net, port) } : {};
    return { confirm, explained };
  }

  /** In a network that others use as well, what listens on the port may not be the container. */
  function confirmedInside({ state }: Look, { isShared }: Network, port: number): Confirm {
    return isShared ? confirmation(state, { port, address: INSIDE }) : undefined;
  }

  /** Throws if nothing listens, seen from inside. */
  async function listensInside({ state: { id, pid } }: Look, port: number, asking: Asking) {
    // Where its process is seen, so are the sockets of its network: the image needs no program for that.
    const isSeen = isLocal && pid !== null && isOf(kernel, pid, id);
    const isListening = isSeen
      ? listenAddresses(kernel, `/proc/${pid}/net`, port).length > 0
      : await inside.listens(id, port, asking);
    if (!isListening) throw new Error(`nothing listens at port ${port} in the container`);
    return { lateMs: 0 };
  }

  return {
    async find(look, declared, signal) {
      const down = whyDown(look);
      if (down !== null) return { why: down };
      const network = await networkOf(look);
      const { port, path, source } = pagePort({
        declared,
        check: look.inside?.check ?? null,
        // Not the ports that the owner of a shared network publishes: they may lead to the owner's own page.
        published: look.ports,
        exposed: look.inside?.exposed ?? [],
      });
      const { addresses, isOnHost, owner: { ports } } = network;
      const address = portAddress({ port, ports, hostNetwork: isOnHost, addresses, probeHost });
      if (address === null) {
        return await fromInside(
          look,
          `http://${INSIDE}:${port}${path}`,
          source,
          confirmedInside(look, network, port),
          signal,
        );
      }
      const baseUrl = `http://${authority(address)}`;
      const url = baseUrl + path;
      const { confirm, explained } = guards(look, network, port, address);
      const get = async (signal: AbortSignal, limitMs: number): Promise<HttpAnswer> => {
        const answer = await host.get(url, signal);
        await confirm?.(signal, limitMs);
        return answer;
      };
      return { way: address.way, source, baseUrl, url, ...(confirm === undefined ? {} : { get }), ...explained };
    },
    async reach(look, port, what = "connection") {
      const down = whyDown(look);
      if (down !== null) return { why: down };
      const network = await networkOf(look);
      const { addresses, isOnHost, owner: { ports } } = network;
      const own = addresses[0];
      // Docker's proxy accepts connections to a published port even if nothing listens behind it.
      const address: PortAddress | null = what === "connection" && own !== undefined && !isOnHost
        ? { way: "container address", host: own, port }
        : portAddress({ port, ports, hostNetwork: isOnHost, addresses, probeHost });
      if (address === null) {
        const confirm = confirmedInside(look, network, port);
        return {
          way: "exec",
          address: null,
          async connect(signal, limitMs) {
            const connected = await listensInside(look, port, { signal, limitMs });
            await confirm?.(signal, limitMs);
            return connected;
          },
        };
      }
      const { confirm, explained } = guards(look, network, port, address);
      return {
        way: address.way,
        address: authority(address),
        async connect(signal, limitMs) {
          const how = { isThroughProxy: address.way === "published" };
          const connected = await host.connect(address.host, address.port, signal, how);
          await confirm?.(signal, limitMs);
          return connected;
        },
        ...(confirm === undefined ? {} : { confirm }),
        ...explained,
      };
    },
  };
}

/** Why the service cannot answer now; null if it may. */
function whyDown({ state }: Look): string | null {
  const { service, status } = state;
  if (status === "restarting") {
    return `service "${service}" is restarting, so nothing answers for it: its log shows why it ends`;
  }
  return isUp(state) && status !== "paused" ? null : `service "${service}" is ${status}, so nothing answers for it`;
}
