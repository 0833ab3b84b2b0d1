/**
 * The docker context that the user named: every docker command of the program and of its tests is in it, whatever the environment says
 * of an engine. By variables, which docker and the stand-alone docker-compose read alike.
 */

import type { Host } from "../host/host.ts";

/** It comes before a context; to docker 20.10 also if it is empty, but not to a newer docker or Compose beside it. */
const BEFORE = "DOCKER_HOST";

/**
 * The host, whose commands are in that context unless they say otherwise. An empty DOCKER_HOST is none to some programs, and to others
 * it is this host's engine: half of the commands would be asked of another engine than the rest, so that they do not get it.
 */
export function inContext(host: Host, context: string | undefined): Host {
  if (context === undefined && host.env(BEFORE) !== "") return host;
  const own: Readonly<Record<string, string>> = context === undefined ? {} : { DOCKER_CONTEXT: context };
  return {
    ...host,
    env: (name) => name === BEFORE ? undefined : own[name] ?? host.env(name),
    environment: () => {
      const { [BEFORE]: _, ...rest } = host.environment();
      return { ...rest, ...own };
    },
    spawn: (command, options = {}) =>
      host.spawn(command, {
        ...options,
        env: { ...own, ...options.env },
        without: [BEFORE, ...options.without ?? []],
      }),
  };
}

/** The words of a command of docker or Compose, for a person who is not in the context. */
export function typedIn(context: string | undefined, words: readonly string[]): string[] {
  if (context === undefined) return [...words];
  const [program = "", ...rest] = words;
  return program === "docker"
    ? [program, "--context", context, ...rest]
    : ["env", "-u", BEFORE, `DOCKER_CONTEXT=${context}`, program, ...rest];
}

/** What docker itself takes from the environment to find its engine. */
const FOUND_BY = [BEFORE, "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"];

/** Those of them that are set; none if the user has named a context. */
export function reachedBy({ env }: Pick<Host, "env">, context: string | undefined): [name: string, value: string][] {
  if (context !== undefined) return [];
  return FOUND_BY.map((name): [string, string] => [name, env(name) ?? ""]).filter(([, value]) => value !== "");
}
