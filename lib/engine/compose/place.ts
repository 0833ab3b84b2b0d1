/** Where docker would reach the engine, as its own settings say. No engine is asked. */

import type { Captured } from "../../host/capture.ts";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { environmentFailure } from "../../model/failure.ts";
import { shown } from "../../text/shown.ts";
import type { EnginePlace } from "../kind.ts";
import { docker, type DockerOptions, reasonOf } from "./docker.ts";

const FORMAT = "[{{json .Name}},{{json .Endpoints.docker.Host}}]";
/** The name of the context that stands for no choice, and for DOCKER_HOST. */
const NO_CONTEXT = "default";

/** Why docker does not take a context; without where it keeps such things. */
function contextReason(result: Captured): string {
  return reasonOf(result).replace(/: open \/.*$/, "");
}

/** Throws a Failure if docker has no such context. */
export async function requireContext(host: Host, context: string, options: DockerOptions): Promise<void> {
  let result;
  try {
    result = await docker(host, ["context", "inspect", "--format", "{{.Name}}", "--", context], options);
  } catch (error) {
    // That there is no docker is said when the daemon is asked.
    if (error instanceof SpawnError) return;
    throw error;
  }
  if (result.code === 0) return;
  throw environmentFailure(
    `Cannot use the docker context ${shown(context)}: ${contextReason(result)}`,
    "`docker context ls` lists those that there are",
  );
}

/** Where the daemon is: by DOCKER_HOST or by the context in use, as the `docker` command itself resolves it. */
export async function endpointOfContext(host: Host, options: DockerOptions): Promise<string> {
  const result = await docker(host, ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"], options);
  return result.code === 0 ? result.stdout.trim() : host.env("DOCKER_HOST") ?? "";
}

/** `host`: its commands are in the context that the user named, if any. */
export async function enginePlace(host: Host, options: DockerOptions): Promise<EnginePlace> {
  const chosen = { host: host.env("DOCKER_HOST") ?? "", context: host.env("DOCKER_CONTEXT") ?? "" };
  try {
    const result = await docker(host, ["context", "inspect", "--format", FORMAT], options);
    return result.code === 0 ? parsePlace(result.stdout, chosen) : unknown(contextReason(result), chosen);
  } catch (error) {
    if (error instanceof SpawnError) return unknown(error.message, chosen);
    throw error;
  }
}

/** What the environment says; empty for what it does not. */
interface Chosen {
  host: string;
  context: string;
}

export function parsePlace(output: string, chosen: Chosen): EnginePlace {
  const [name, address] = listIn(output);
  if (typeof name !== "string" || typeof address !== "string") return unknown("docker does not say it", chosen);
  const context = name === NO_CONTEXT ? null : name;
  return { context, address, by: byWhat(context ?? "", chosen.host), why: null };
}

function byWhat(context: string, dockerHost: string): string | null {
  return context !== "" ? `docker context ${shown(context)}` : dockerHost !== "" ? "DOCKER_HOST" : null;
}

function listIn(output: string): unknown[] {
  try {
    const value: unknown = JSON.parse(output);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** DOCKER_HOST comes before DOCKER_CONTEXT. */
function unknown(why: string, { context, host }: Chosen): EnginePlace {
  return { context: null, address: null, by: byWhat(host === "" ? context : "", host), why };
}
