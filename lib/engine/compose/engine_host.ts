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

/** The same, where a name that only ssh knows, by its config file, is the one that it stands for. */
export async function reachedHost(host: Host, dockerHost: string, options: DockerOptions): Promise<string> {
  const name = probeHost(dockerHost);
  if (!dockerHost.startsWith("ssh://") || name === LOCAL) return name;
  try {
    const { code, stdout } = await command(host, ["ssh", "-G", "--", name], options);
    const [, real] = /^hostname (\S+)$/m.exec(stdout) ?? [];
    return code === 0 && real !== undefined ? real : name;
  } catch (error) {
    if (error instanceof SpawnError) return name;
    throw error;
  }
}
