/**
 * The engine that drives Docker Compose through the `docker` command. Containers are found by project and service label,
 * stopped and removed by id, and a volume that has a name is never removed.
 */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { type ContainerState, type EngineInfo, isUp } from "../../model/evidence.ts";
import { messageOf } from "../../model/failure.ts";
import type { MetricsSource } from "../../model/settings.ts";
import { PROJECT_LABEL } from "./output/labels.ts";
import type { ProjectSpec } from "./output/declared.ts";
import { ADVICE } from "./advice.ts";
import { apartFrom } from "./apart/apart.ts";
import { memoryKills } from "./figures/memory_kills.ts";
import { composeLooker } from "./look.ts";
import { composeSampler } from "./figures/sampler.ts";
import { serviceClosure } from "../closure.ts";
import { CREATE_ALONE, driftOf, PLAIN } from "./drift.ts";
import { command, composeWords, docker, dockerText, PLUGIN, QUESTION_TIMEOUT_MS, reasonOf } from "./docker.ts";
import { dialDoor } from "./dial_door.ts";
import { dockerLine } from "./api/docker_line.ts";
import type { Drift, Engine, Look, StopResult, UpOptions, UpOutcome } from "../engine.ts";
import { EngineError } from "../engine.ts";
import { containerFile } from "./container_file.ts";
import { socketDoor } from "./api/engine_socket.ts";
import { type HealthOutcomes, healthOutcomes } from "./health_outcomes.ts";
import { inContainer } from "./exec/get.ts";
import { runInContainer } from "./exec/run.ts";
import { logFollower } from "./follow.ts";
import { buildEnv } from "./maker.ts";
import type { Maker } from "./maker.ts";
import { watchEvents } from "./events.ts";
import { reachedBy, typedIn } from "../in_context.ts";
import { withLeftOut } from "./left_out.ts";
import { LOCAL } from "./engine_host.ts";
import { cutWhenLost } from "./far/cut.ts";
import { engineLink, type Link } from "./far/link.ts";
import { farNotices } from "./far_notices.ts";
import { projectNetworks } from "./networks.ts";
import { endOrphans, ORPHAN_VARIABLE, orphanMark } from "./orphans.ts";
import { pageFinder } from "./page_place.ts";
import { redactInspect } from "../redact.ts";
import { surveyProject } from "./survey.ts";

export interface ComposeSetup {
  info: EngineInfo;
  project: ProjectSpec;
  /** Where docker runs: Compose looks there for its file and .env. */
  dir: string;
  /** Folders that Compose may have labelled the project's containers with; `dir` by default. */
  homes?: string[];
  /** Which daemon it is: its id, and the name of its host. */
  daemonId?: string;
  /** `docker` by default. */
  maker?: Maker;
  /** How Compose is called; `docker compose` by default. */
  compose?: readonly string[];
  /** The docker context that the user named. */
  context?: string;
  composeFiles: string[];
  /** Variables added to Compose's environment; the project's file may use them. */
  env: Record<string, string>;
  /** The engine's clock at the start, as seconds since 1970 with fractions. */
  since: string;
  /** How far that clock is ahead of this host's, in ms; 0 by default. */
  clockAheadMs?: number;
  /** Where published ports are reached: this host, or the one that DOCKER_HOST names. */
  probeHost: string;
  /** The port of that host to which docker connects; absent for an engine on this host, or if it is unknown. */
  port?: number;
  /** The engine's socket on this host, as a path; absent if it is reached in another way. */
  socket?: string;
  metricsSource: MetricsSource;
  /** Whether it runs as a plain user, with networks of its own. */
  isRootless?: boolean;
  /** Why it has no figures of a container alone; null or absent if it has. */
  uncounted?: string | null;
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

/** null to an engine on this host, or if docker's own address there is unknown. */
function linkTo(host: Host, { context, port, probeHost }: ComposeSetup): Link | null {
  return port === undefined ? null : engineLink(host, { host: probeHost, port }, reachedBy(host, context));
}

/** Makes the engine from what check.ts found. */
export function composeEngine(outer: Host, setup: ComposeSetup): Engine {
  const link = linkTo(outer, setup);
  const host = link === null ? outer : cutWhenLost(outer, link);
  const { project, dir } = setup;
  const compose = composeWords(setup.compose ?? PLUGIN, setup.composeFiles, project.name);
  const sampler = composeSampler(host, setup.metricsSource, setup.uncounted ?? null);
  const kills = memoryKills(host);
  const label = `${PROJECT_LABEL}=${project.name}`;
  const line = dockerLine(host, dir);
  const maker = setup.maker ?? "docker";
  const complete = (look: Look) => withLeftOut(look, project.services.get(look.state.service));
  const looker = composeLooker(host, line, { dir, label, ...(maker === "podman" ? { complete } : {}) });
  const networks = projectNetworks(host, line, { cwd: dir, label, maker });
  const door = setup.socket === undefined ? dialDoor(host, dir) : socketDoor(host, setup.socket);
  const inside = inContainer(host, dir, door);
  const follower = logFollower(host, dir);
  let outcomes: HealthOutcomes | null = null;
  const workingDir = async (id: string) => {
    const args = ["container", "inspect", "--format", "{{.Config.WorkingDir}}", "--", id];
    return (await dockerText(host, args, { cwd: dir })).trimEnd();
  };
  const runTools = { host, cwd: dir, line, inside, lookAt: looker.lookAt, workingDir };
  const { isRootless = false, probeHost } = setup;
  const pages = pageFinder(host, { inside, isRootless, probeHost, lookAt: looker.lookAt });

  async function runCompose(args: string[], timeoutMs: number, signal: AbortSignal | undefined): Promise<UpOutcome> {
    const result = await command(host, [...compose, ...args], {
      cwd: dir,
      env: {
        ...buildEnv(maker, host.env),
        ...setup.env,
        ...PLAIN,
        [ORPHAN_VARIABLE]: orphanMark(project.name, host.pid),
      },
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.code === 0) return { ok: true };
    const output = lastLines(result.stdout + result.stderr);
    return { ok: false, why: reasonOf(result), output, cutShort: result.timedOut || result.signal !== null };
  }

  async function imagesPresent(names: readonly string[], signal: AbortSignal | undefined): Promise<Set<string>> {
    const options = { cwd: dir, ...(signal === undefined ? {} : { signal }) };
    const isPresent = async (images: readonly string[]) =>
      (await docker(host, ["image", "inspect", "--format", "{{.Id}}", "--", ...images], options)).code === 0;
    const all = [...new Set(names)];
    // Usually all of them are present. Only otherwise is each image asked for separately.
    if (all.length === 0 || await isPresent(all)) return new Set(all);
    const present = await Promise.all(all.map((name) => isPresent([name])));
    return new Set(all.filter((_, index) => present[index]));
  }

  /**
   * Includes all services that these need: without the owner of a shared network, Compose reports a service that shares
   * it as changed.
   */
  function drift(services: readonly string[], signal?: AbortSignal): Promise<Drift> {
    return driftOf(host, compose, [...serviceClosure(project.services, services)].sort(), {
      cwd: dir,
      env: setup.env,
      timeoutMs: QUESTION_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** All of them if that is unknown, which does no harm: none of them runs. */
  async function outdatedOf(services: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
    const seen = await drift(services, signal);
    if ("why" in seen) return services;
    if (seen.containers.length === 0) return [];
    const looks = await looker.look(signal);
    const named = looks.filter(({ state }) => seen.containers.includes(state.name)).map(({ state }) => state.service);
    return services.filter((service) => named.includes(service));
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
    advice: ADVICE,
    project: { name: project.name, dir, composeFiles: setup.composeFiles },
    services: project.services,
    variables: project.variables,
    homes: setup.homes ?? [dir],
    ...(setup.daemonId === undefined ? {} : { identity: `${setup.daemonId} ${project.name}` }),
    isLocal: probeHost === LOCAL,
    portsHost: probeHost,
    ...(link === null ? {} : { link }),
    hasOwnHostNetwork: isRootless,
    goesOnAlone: true,
    clockAheadMs: setup.clockAheadMs ?? 0,
    writesLogs: false,
    async survey(services, pull, signal) {
      const known = services.flatMap((service) => project.services.get(service) ?? []);
      const images = await imagesPresent(known.map(({ image }) => image), signal);
      const found = surveyProject({ ...project, dir }, services, images, pull ?? "never");
      return setup.probeHost === LOCAL ? found : { ...found, notices: farNotices(known, setup) };
    },
    async pull({ image, platform }, timeoutMs, signal) {
      const args = ["pull", ...(platform === null ? [] : ["--platform", platform]), "--", image];
      const result = await docker(host, args, { cwd: dir, timeoutMs, ...(signal === undefined ? {} : { signal }) });
      if (result.code === 0) return { ok: true };
      return { ok: false, why: reasonOf(result), output: lastLines(result.stdout + result.stderr) };
    },
    build: (service, timeoutMs, signal) => runCompose(["build", "--", service], timeoutMs, signal),
    look: (signal) => looker.look(signal),
    describe: async (id) => redactInspect(await dockerText(host, ["container", "inspect", "--", id], { cwd: dir })),
    drift,
    async up(services, { recreate, renew = [], signal, timeoutMs }: UpOptions) {
      const began = host.clock.mono();
      if (renew.length > 0 && !recreate) {
        // Alone: together with the services that they need, Compose would replace running containers as well.
        const outdated = await outdatedOf(renew, signal);
        const make = ["up", ...CREATE_ALONE, "--force-recreate", "--", ...outdated];
        const renewed: UpOutcome = outdated.length === 0 ? { ok: true } : await runCompose(make, timeoutMs, signal);
        if (!renewed.ok) return renewed;
      }
      const how = recreate ? "--force-recreate" : "--no-recreate";
      const args = ["up", "--detach", "--no-build", "--pull", "never", how, "--", ...services];
      return await runCompose(args, Math.max(1, timeoutMs - (host.clock.mono() - began)), signal);
    },
    endpoint: (found, declared, signal) => pages.find(found, declared, signal),
    reach: (found, port, _, what) => pages.reach(found, port, what),
    async runCheck({ inside: told, state }, limit) {
      try {
        await inside.check(state.id, told?.checkTest ?? [], limit);
        return null;
      } catch (error) {
        return messageOf(error);
      }
    },
    execPlace: "in the container",
    exec: ({ state }, words, limit) => inside.exec(state.id, words, limit),
    run: (found, asked) => runInContainer(runTools, found, asked),
    async readFile({ state: { id } }, path, maxBytes, signal) {
      const whole = path.startsWith("/") ? path : join(await workingDir(id) || "/", path);
      return await containerFile(host, dir, { containerId: id, path: whole }, maxBytes, signal);
    },
    apart: apartFrom({
      host,
      cwd: dir,
      line,
      project: project.name,
      present: (images, signal) => imagesPresent(images, signal),
    }),
    sample: (states, extras) => sampler.sample(states, extras),
    kills,
    watch(onEvent, onGap) {
      kills.begin();
      link?.begin();
      const source = { project: project.name, since: setup.since, cwd: dir };
      const own = outcomes = healthOutcomes(line, onEvent, onGap);
      const events = watchEvents(host, source, own.take, onGap);
      return {
        async close() {
          await events.close();
          await own.settled();
        },
      };
    },
    settleEvents: async () => await outcomes?.settled(),
    async logs(id, lines) {
      const args = ["logs", "--timestamps", "--tail", String(lines), "--", id];
      const result = await docker(host, args, { cwd: dir, timeoutMs: QUESTION_TIMEOUT_MS });
      if (result.code !== 0) return `(docker logs: ${reasonOf(result)})\n`;
      // Standard output and error arrive separately; the time stamps at the beginning of each line bring them back into
      // order.
      const merged = `${result.stdout}\n${result.stderr}`.split("\n").filter((line) => line !== "").sort();
      return merged.map((line) => `${line}\n`).join("");
    },
    follow: ({ state }, onLines, signal) => follower.follow(state, onLines, signal),
    stop,
    async remove(ids) {
      for (const id of ids) sampler.forget(id);
      if (ids.length === 0 || (await docker(host, ["rm", "--volumes", "--", ...ids], { cwd: dir })).code === 0) {
        return new Map();
      }
      // A container that is gone already is no failure; for the others, their own command gives the reason.
      const failed = new Map<string, string>();
      await Promise.all(ids.map(async (id) => {
        const result = await docker(host, ["rm", "--volumes", "--", id], { cwd: dir });
        if (result.code !== 0 && !/no such container/i.test(result.stderr)) failed.set(id, reasonOf(result));
      }));
      return failed;
    },
    async publisher(port, signal) {
      const args = ["ps", "--filter", `publish=${port}`, "--format", "{{.Names}}"];
      const result = await docker(host, args, { cwd: dir, ...(signal === undefined ? {} : { signal }) });
      return result.code === 0 ? result.stdout.trim().split("\n")[0] || null : null;
    },
    networks: () => networks.list(),
    removeNetworks: (ids) => networks.remove(ids),
    endOrphans: (pid) => endOrphans(host, orphanMark(project.name, pid)),
    removalCommand: (ids) =>
      typedIn(setup.context, ["docker", "rm", "--force", "--volumes", ...ids.map((id) => id.slice(0, 12))]).join(" "),
    async close() {
      kills.close();
      await Promise.all([sampler.close(), line.close(), follower.close(), door.close(), link?.close()]);
    },
  };
}
