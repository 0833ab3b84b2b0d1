/**
 * The engine that drives Docker Compose through the `docker` command. Containers are found by project and service label,
 * stopped and removed by id, and a volume is never removed.
 */

import type { Host } from "../host/host.ts";
import { type ContainerState, type EngineInfo, isUp } from "../model/evidence.ts";
import type { HealthEndpoint } from "../model/module.ts";
import type { MetricsSource } from "../model/settings.ts";
import { PROJECT_LABEL } from "./compose_output.ts";
import type { ProjectSpec } from "./compose_output.ts";
import { composeLooker } from "./compose_look.ts";
import { composeSampler } from "./compose_sampler.ts";
import { composeArgs, docker, dockerText, QUESTION_TIMEOUT_MS, reasonOf } from "./docker.ts";
import { dockerLine, idsOf, listPath } from "./docker_line.ts";
import { endpointOf } from "./endpoint.ts";
import type { Engine, StopResult, UpOptions, UpOutcome } from "./engine.ts";
import { EngineError } from "./engine.ts";
import { watchEvents } from "./events.ts";
import { redactInspect } from "./redact.ts";
import { surveyProject } from "./compose_survey.ts";

export interface ComposeSetup {
  info: EngineInfo;
  project: ProjectSpec;
  /** Where docker runs: Compose looks there for its file and .env. */
  dir: string;
  composeFiles: string[];
  /** Added to Compose's environment, where the project's file may use it. */
  env: Record<string, string>;
  /** The engine's clock at the start, as seconds since 1970 with fractions. */
  since: string;
  /** Where published ports are reached: this host, or the one that DOCKER_HOST names. */
  probeHost: string;
  metricsSource: MetricsSource;
}

/** How long after its grace period a stop may take before the engine counts as stuck. */
const STOP_MARGIN_MS = 20_000;
const RESULT_TAIL = 20_000;

/** Whole lines, so that no secret is cut in two. */
function lastLines(text: string): string {
  if (text.length <= RESULT_TAIL) return text;
  const end = text.indexOf("\n", text.length - RESULT_TAIL - 1);
  return end < 0 ? text.slice(-RESULT_TAIL) : text.slice(end + 1);
}

/** What check.ts found makes the engine. */
export function composeEngine(host: Host, setup: ComposeSetup): Engine {
  const { project, dir } = setup;
  const compose = composeArgs(dir, setup.composeFiles, project.name);
  const sampler = composeSampler(host, setup.metricsSource);
  const label = `${PROJECT_LABEL}=${project.name}`;
  const line = dockerLine(host, dir);
  const looker = composeLooker(host, line, dir, label);

  async function runCompose(args: string[], timeoutMs: number, signal: AbortSignal | undefined): Promise<UpOutcome> {
    const result = await docker(host, [...compose, ...args], {
      cwd: dir,
      env: setup.env,
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.code === 0) return { ok: true };
    return { ok: false, why: reasonOf(result), output: lastLines(result.stdout + result.stderr) };
  }

  async function imagesPresent(names: readonly string[], signal: AbortSignal | undefined): Promise<Set<string>> {
    const options = { cwd: dir, ...(signal === undefined ? {} : { signal }) };
    const isPresent = async (images: readonly string[]) =>
      (await docker(host, ["image", "inspect", "--format", "{{.Id}}", "--", ...images], options)).code === 0;
    const all = [...new Set(names)];
    // Mostly all of them are; only where not, it takes a question each to find out which.
    if (all.length === 0 || await isPresent(all)) return new Set(all);
    const present = await Promise.all(all.map((name) => isPresent([name])));
    return new Set(all.filter((_, index) => present[index]));
  }

  async function stop(state: ContainerState, graceSec: number): Promise<StopResult> {
    const began = host.clock.mono();
    const args = ["stop", "-t", String(graceSec), "--", state.id];
    const result = await docker(host, args, { cwd: dir, timeoutMs: graceSec * 1000 + STOP_MARGIN_MS });
    const durationMs = host.clock.mono() - began;
    const { now, unknown } = await looker.lookAt(state.id).then((now) => ({ now, unknown: null }), (error) => {
      if (!(error instanceof EngineError)) throw error;
      return { now: null, unknown: `whether it stopped is unknown: ${error.message}` };
    });
    const stopped = unknown === null && (now === null || !isUp(now.state));
    const left = unknown ?? "it was still running after its stop";
    return {
      containerId: state.id,
      durationMs,
      exitCode: now?.state.exitCode ?? null,
      stopped,
      error: stopped ? null : result.code === 0 ? left : reasonOf(result),
    };
  }

  return {
    info: setup.info,
    project: { name: project.name, dir, composeFiles: setup.composeFiles },
    services: project.services,
    variables: project.variables,
    isLocal: setup.probeHost === "127.0.0.1",
    writesLogs: false,
    async survey(services, signal) {
      const known = services.flatMap((service) => project.services.get(service) ?? []);
      const images = await imagesPresent(known.map(({ image }) => image), signal);
      return surveyProject({ ...project, dir }, services, images);
    },
    build: (service, timeoutMs, signal) => runCompose(["build", "--", service], timeoutMs, signal),
    look: (signal) => looker.look(signal),
    describe: async (id) => redactInspect(await dockerText(host, ["container", "inspect", "--", id], { cwd: dir })),
    up(services, options: UpOptions) {
      const how = options.recreate ? "--force-recreate" : "--no-recreate";
      const args = ["up", "--detach", "--no-build", "--pull", "never", how, "--", ...services];
      return runCompose(args, options.timeoutMs, options.signal);
    },
    endpoint: (found, declared: HealthEndpoint) => endpointOf(found, declared, setup.probeHost),
    sample: (states) => sampler.sample(states),
    watch(onEvent, onGap) {
      const source = { project: project.name, since: setup.since, cwd: dir };
      return watchEvents(host, source, onEvent, onGap);
    },
    async logs(id, lines) {
      const args = ["logs", "--timestamps", "--tail", String(lines), "--", id];
      const result = await docker(host, args, { cwd: dir, timeoutMs: QUESTION_TIMEOUT_MS });
      if (result.code !== 0) return `(docker logs: ${reasonOf(result)})\n`;
      // Standard output and error come apart; the time stamps at the beginning of each line put them together again.
      const merged = `${result.stdout}\n${result.stderr}`.split("\n").filter((line) => line !== "").sort();
      return merged.map((line) => `${line}\n`).join("");
    },
    stop,
    async remove(ids) {
      for (const id of ids) sampler.forget(id);
      if (ids.length === 0 || (await docker(host, ["rm", "--", ...ids], { cwd: dir })).code === 0) return new Map();
      // What is gone already is no failure; the others say why themselves.
      const failed = new Map<string, string>();
      await Promise.all(ids.map(async (id) => {
        const result = await docker(host, ["rm", "--", id], { cwd: dir });
        if (result.code !== 0 && !/no such container/i.test(result.stderr)) failed.set(id, reasonOf(result));
      }));
      return failed;
    },
    async networks() {
      // By id: two runs that begin at once may make two networks of one name.
      const listed = idsOf((await line.get([listPath("/networks", [label])]))?.[0]);
      if (listed !== null) return listed;
      const args = ["network", "ls", "--quiet", "--no-trunc", "--filter", `label=${label}`];
      return (await dockerText(host, args, { cwd: dir })).split("\n").filter((id) => id !== "");
    },
    async removeNetworks(ids) {
      await Promise.all(ids.map((id) => docker(host, ["network", "rm", "--", id], { cwd: dir })));
    },
    removalCommand: (ids) => `docker rm --force ${ids.map((id) => id.slice(0, 12)).join(" ")}`,
    async close() {
      await Promise.all([sampler.close(), line.close()]);
    },
  };
}
