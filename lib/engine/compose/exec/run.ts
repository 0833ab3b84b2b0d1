/**
 * Runs a test's command in a container, over the engine's own API: that alone says for certain how the command ended, and
 * whether it was ever started. `docker exec` ends with the same codes as the command, and with 0 if its connection breaks.
 */

import { join } from "@std/path";
import type { Host } from "../../../host/host.ts";
import { within } from "../../../host/within.ts";
import { isUp } from "../../../model/evidence.ts";
import { messageOf } from "../../../model/failure.ts";
import type { ServiceCommand, ServiceEnd, ServiceRun } from "../../../model/service_run.ts";
import { markEnv } from "../../../proc/strays.ts";
import type { Look } from "../../engine.ts";
import { EngineError } from "../../engine.ts";
import type { DockerLine } from "../api/docker_line.ts";
import type { InContainer } from "./get.ts";
import { ExecFamily } from "./family.ts";
import { type ExecState, execState } from "./state.ts";
import { makeExec, NotStarted, startExec } from "./start.ts";
import { saysNotStarted, whyNotStarted } from "./text.ts";
import { FramedOutput } from "./framed_output.ts";
import { type OwnLine, ownLine } from "../api/own_line.ts";
import { isOver, untilSeen } from "../api/until_seen.ts";

export interface RunTools {
  host: Host;
  /** Where docker commands run. */
  cwd: string;
  line: DockerLine;
  inside: Pick<InContainer, "endMarked">;
  /** Throws EngineError. */
  lookAt(containerId: string): Promise<Look | null>;
  /** The container's own working dir. Throws EngineError. */
  workingDir(containerId: string): Promise<string>;
}

/** Of a shell, for what cannot be run. */
const NOT_STARTED = 127;
/** The engine closes the output before it has noted how the command ended. */
const NOTED_LIMIT_MS = 5000;
/** By SIGKILL, as everything in a container that ends. The engine may say of the command first. */
const KILLED = 137;
const KILLED_LIMIT_MS = 2000;
/** The engine itself waits for the output of what a command left running, for 2 s. */
const REST_LIMIT_MS = 3000;

/** Starts at once; what keeps it from that is its end. */
export function runInContainer(tools: RunTools, look: Look, command: ServiceCommand): ServiceRun {
  const run = new ExecRun(tools, look, command);
  return { output: [run.output.stream], end: run.end, endAll: () => run.endAll() };
}

class ExecRun {
  readonly output: FramedOutput;
  readonly end: Promise<ServiceEnd>;
  readonly #tools: RunTools;
  readonly #look: Look;
  readonly #command: ServiceCommand;
  readonly #family: ExecFamily;
  #line: OwnLine | null = null;
  #execId: string | null = null;
  /** Whether nobody wants it any more: then it is not started. */
  #isOff = false;

  constructor(tools: RunTools, look: Look, command: ServiceCommand) {
    this.#tools = tools;
    this.#look = look;
    this.#command = command;
    this.#family = new ExecFamily(tools, look.state.id, command.family, () => this.#state());
    const starting = this.#start();
    // Whoever reads the output, and whoever waits for the end, learns it.
    starting.catch(() => {});
    this.output = new FramedOutput(starting, async () => await this.#line?.close());
    this.end = starting.then(() => this.output.silent).then(() => this.#ended()).catch((error): ServiceEnd => {
      if (error instanceof NotStarted) return { how: "not started", why: error.message, code: null };
      return { how: "unknown", why: messageOf(error) };
    });
  }

  async endAll() {
    this.#isOff = true;
    try {
      const left = await this.#family.endAll();
      // What it printed last may still be on its way.
      if (this.#execId !== null) await within(this.#tools.host.clock, REST_LIMIT_MS, this.output.silent);
      return left;
    } finally {
      await this.#line?.close();
      this.output.giveUp();
    }
  }

  async #start(): Promise<OwnLine> {
    const { cwd, env, family, words } = this.#command;
    const { host, workingDir } = this.#tools;
    const { id } = this.#look.state;
    try {
      const line = this.#line = ownLine(host, this.#tools.cwd);
      const folder = cwd === "." || cwd.startsWith("/") ? cwd : join(await workingDir(id) || "/", cwd);
      this.#execId = await makeExec(line, id, { words, env: { ...env, ...markEnv(family) }, folder });
      if (this.#isOff) throw new NotStarted("it was given up before it began");
      this.#family.begin();
      await startExec(line, this.#execId);
      return line;
    } catch (error) {
      await this.#line?.close();
      if (error instanceof NotStarted) this.#family.withdraw();
      const isBefore = this.#execId === null && error instanceof EngineError;
      throw isBefore ? new NotStarted(error.message) : error;
    }
  }

  #state(): Promise<ExecState | null> {
    return this.#execId === null ? Promise.resolve(null) : execState(this.#tools.line, this.#execId);
  }

  /** Asked when no more output comes. */
  async #ended(): Promise<ServiceEnd> {
    const state = await untilSeen(this.#tools.host.clock, NOTED_LIMIT_MS, () => this.#state(), isOver);
    if (state === "gone" || await this.#containerEnded(state?.code === KILLED)) return { how: "container ended" };
    if (state === null) return { how: "unknown", why: "the engine does not say how it ended" };
    if (state.code === null) return { how: "unknown", why: "the connection to the engine ended while it ran" };
    const { said } = this.output;
    const wasStarted = state.wasStarted ?? !saysNotStarted(said);
    if (wasStarted) return { how: "ended", code: state.code, signal: null };
    const why = whyNotStarted(said, this.#command.words[0] ?? "");
    return { how: "not started", why, code: NOT_STARTED };
  }

  async #containerEnded(wasKilled: boolean): Promise<boolean> {
    const { id, startedAt } = this.#look.state;
    const limitMs = wasKilled ? KILLED_LIMIT_MS : 0;
    const hasEnded = (now: Look | null) => now === null || !isUp(now.state) || now.state.startedAt !== startedAt;
    return hasEnded(await untilSeen(this.#tools.host.clock, limitMs, () => this.#tools.lookAt(id), hasEnded));
  }
}
