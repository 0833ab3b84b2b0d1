/**
 * The docker context that the user named: every docker command of the program is in it, whatever the environment says of an engine.
 * By variables, which docker and the stand-alone docker-compose read alike.
 */

import type { Host } from "../../host/host.ts";
import { contextEnv } from "../context_name.ts";
import { PLUGIN } from "./docker.ts";

/** The host, whose commands are in that context unless they say otherwise. */
export function inContext(host: Host, context: string | undefined): Host {
  if (context === undefined) return host;
  const own = contextEnv(context);
  return {
    ...host,
    env: (name) => own[name] ?? host.env(name),
    environment: () => ({ ...host.environment(), ...own }),
    spawn: (command, options = {}) => host.spawn(command, { ...options, env: { ...own, ...options.env } }),
  };
}

/** The words of a command of docker or Compose, for a person who is not in the context. */
export function typedIn(context: string | undefined, words: readonly string[]): string[] {
  if (context === undefined) return [...words];
  const [program = "", ...rest] = words;
  return program === PLUGIN[0]
    ? [program, "--context", context, ...rest]
    : ["env", `DOCKER_CONTEXT=${context}`, "DOCKER_HOST=", program, ...rest];
}
