/** The host that the engine is on, by the address at which docker reaches it. */

import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { command, type DockerOptions } from "./docker.ts";

export const LOCAL = "127.0.0.1";

/** Published ports of a remote engine are on its host. */
export function probeHost(dockerHost: string): string {
  const match = /^(?:tcp|ssh|https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(dockerHost);
  const name = match?.[1]?.replace(/^\[|\]$/g, "") ?? LOCAL;
  return name === "localhost" ? LOCAL : name;
}

export interface ReachedAt {
  /** Where published ports are reached. */
  host: string;
  /** The port of that host to which docker connects; absent for an engine on this host, or if it is unknown. */
  port?: number;
}

/** Where it is; a name that only ssh knows, by its config file, is taken for the one that it stands for. */
export async function reachedHost(host: Host, dockerHost: string, options: DockerOptions): Promise<ReachedAt> {
  const name = probeHost(dockerHost);
  const port = portOf(dockerHost);
  if (!dockerHost.startsWith("ssh://") || name === LOCAL) return at(name, name === LOCAL ? undefined : port);
  try {
    const { code, stdout } = await command(host, ["ssh", "-G", "--", name], options);
    const [, real] = /^hostname (\S+)$/m.exec(stdout) ?? [];
    const [, usual] = /^port (\d+)$/m.exec(stdout) ?? [];
    return code === 0 && real !== undefined ? at(real, port ?? Number(usual)) : at(name, port);
  } catch (error) {
    if (error instanceof SpawnError) return at(name, port);
    throw error;
  }
}

function at(host: string, port: number | undefined): ReachedAt {
  return port === undefined || Number.isNaN(port) ? { host } : { host, port };
}

/** As the address names it. */
function portOf(dockerHost: string): number | undefined {
  const [, port] = /^\w+:\/\/(?:[^@/]*@)?(?:\[[^\]]+\]|[^:/]+):(\d+)/.exec(dockerHost) ?? [];
  return port === undefined ? undefined : Number(port);
}
