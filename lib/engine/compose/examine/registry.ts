/** Whether a registry has an image: asked by the `docker` command, with its own credentials, and nothing is pulled. */

import type { Host } from "../../../host/host.ts";
import { docker, reasonOf } from "../docker.ts";

/** A registry is far away and may be slow; one that does not answer by then counts as not asked. */
const LIMIT_MS = 15_000;

export type RegistryAnswer = { answer: "yes" } | { answer: "no" | "none"; why: string };

/** The registry's own refusal, and not the trouble of reaching it. */
const REFUSED =
  /no such manifest|manifest unknown|name unknown|not found|denied|unauthorized|authentication required|forbidden/i;
const UNREACHED =
  /no such host|dial tcp|connection refused|i\/o timeout|tls:|x509|no route|network is unreachable|proxyconnect/i;

export async function askRegistry(
  host: Host,
  image: string,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
  limitMs = LIMIT_MS,
): Promise<RegistryAnswer> {
  // As the daemon itself trusts a registry of this host without TLS.
  const insecure = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?\//.test(image) ? ["--insecure"] : [];
  const args = ["manifest", "inspect", ...insecure, "--", image];
  // Docker before 20.10 has this command only then.
  const env = { DOCKER_CLI_EXPERIMENTAL: "enabled" };
  const result = await docker(host, args, { cwd, env, timeoutMs: limitMs, signal });
  if (result.code === 0) return { answer: "yes" };
  const why = reasonOf(result);
  return { answer: REFUSED.test(why) && !UNREACHED.test(why) ? "no" : "none", why };
}
