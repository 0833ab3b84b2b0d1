/**
 * Takes evidence away from the harness, since a user's own engine cannot be made to do so: between the run and its engine, and
 * between the engine and the host. Everything else stays real.
 */

import type { Engine, Look } from "../engine/engine.ts";
import { EngineError } from "../engine/engine.ts";
import type { Child, Host } from "../host/host.ts";
import { SUBJECT } from "./rig.ts";
import type { Tamper } from "./defect.ts";

export interface Tampering {
  /** The host for the engine and the run, instead of the real one. */
  host: Host;
  engine(real: Engine): Engine;
  /** To be called when the subject is ready: from then on things go wrong. */
  begin(): void;
}

const WHY = "taken away by the self-test";

export function tampering(host: Host, tamper: Tamper | undefined): Tampering {
  const none: Tampering = { host, engine: (real) => real, begin: () => {} };
  switch (tamper) {
    case undefined:
      return none;
    case "no samples":
      return { ...none, engine: withoutSamples };
    case "event stream cut":
      return cutEvents(host);
    case "engine silent at the end":
      return silentUntilStop(none);
    case "looks frozen":
      return { ...none, engine: withFrozenLooks };
    case "removal refused":
      return { ...none, engine: withoutRemoval };
    case "clock stepped":
      return steppedClock(none);
  }
}

function withoutSamples(real: Engine): Engine {
  return {
    ...real,
    sample: (states) => Promise.resolve(states.map(({ id: containerId }) => ({ containerId, missing: WHY }))),
  };
}

/** Kills the real `docker events`; for an engine without such a process, it reports a gap in the stream. */
function cutEvents(host: Host): Tampering {
  const streams: Child[] = [];
  const gaps: ((why: string) => void)[] = [];
  return {
    host: {
      ...host,
      spawn(command, options) {
        const child = host.spawn(command, options);
        if (command[0] === "docker" && command[1] === "events") streams.push(child);
        return child;
      },
    },
    engine: (real) => ({
      ...real,
      watch(onEvent, onGap) {
        gaps.push(onGap);
        return real.watch(onEvent, onGap);
      },
    }),
    begin() {
      for (const child of streams) child.killGroup("SIGKILL");
      if (streams.length === 0) { for (const gap of gaps) gap(WHY); }
    },
  };
}

/** The engine is silent until the subject is stopped, since the next look may be for a module beside the subject. */
function silentUntilStop(none: Tampering): Tampering {
  let isSilent = false;
  return {
    ...none,
    engine: (real) => ({
      ...real,
      look: (signal) => isSilent ? Promise.reject(new EngineError(WHY)) : real.look(signal),
      stop(state, graceSec) {
        if (state.service === SUBJECT) isSilent = false;
        return real.stop(state, graceSec);
      },
    }),
    begin: () => isSilent = true,
  };
}

/** The subject's container always looks as it did when it was first seen. */
function withFrozenLooks(real: Engine): Engine {
  const first = new Map<string, Look>();
  return {
    ...real,
    async look(signal) {
      return (await real.look(signal)).map((look) => {
        const { id, service, status } = look.state;
        if (service !== SUBJECT) return look;
        if (!first.has(id) && status === "running") first.set(id, look);
        return first.get(id) ?? look;
      });
    },
  };
}

function withoutRemoval(real: Engine): Engine {
  return { ...real, remove: (ids) => Promise.resolve(new Map(ids.map((id) => [id, WHY]))) };
}

const HOUR_MS = 3_600_000;

function steppedClock(none: Tampering): Tampering {
  let back = 0;
  const { clock } = none.host;
  return {
    ...none,
    host: { ...none.host, clock: { ...clock, wall: () => clock.wall() - back } },
    begin: () => back = HOUR_MS,
  };
}
