/**
 * Runs a test's command in a container that is made for it and removed with its anonymous volumes. Its labels carry the
 * command's mark from the moment it is there, so that a kill of this program leaves nothing that is not found.
 */

import type { Host } from "../../../host/host.ts";
import { LATE, within } from "../../../host/within.ts";
import { messageOf } from "../../../model/failure.ts";
import type { ApartCommand, ApartRun, ServiceEnd } from "../../../model/service_run.ts";
import type { Apart, ApartContainer } from "../../apart.ts";
import { EngineError } from "../../engine.ts";
import { type ApartState, nameOf, stateIn, whyNotInImage } from "./container.ts";
import { attach, connect, makeContainer, networksBeside, startContainer } from "./start.ts";
import type { DockerLine } from "../api/docker_line.ts";
import { NotStarted } from "../exec/start.ts";
import { FramedOutput } from "../exec/framed_output.ts";
import { type OwnLine, ownLine } from "../api/own_line.ts";
import { isOver, stateAt, untilSeen } from "../api/until_seen.ts";

export interface ApartTools extends Pick<Apart, "look" | "remove"> {
  host: Host;
  /** Where docker commands run. */
  cwd: string;
  line: DockerLine;
  /** Name of the project. */
  project: string;
}

/** Of a shell, for what cannot be run. */
const NOT_STARTED = 127;
const NOT_EXECUTABLE = 126;
/** Of what SIGKILL ended. */
const KILLED = 137;
/** The engine closes the output before it has noted how the container ended. */
const NOTED_LIMIT_MS = 5000;
/** How long a start that nobody wants any more may take to be over. */
const START_LIMIT_MS = 10_000;
/** How long the last of the output may take to come. */
const REST_LIMIT_MS = 3000;

/** Starts at once; what keeps it from that is its end. */
export function runApart(tools: ApartTools, beside: { id: string }, command: ApartCommand): ApartRun {
  const run = new Running(tools, beside, command);
  return { output: [run.output.stream], end: run.end, endAll: () => run.endAll() };
}

class Running {
  readonly output: FramedOutput;
  readonly end: Promise<ServiceEnd>;
  readonly #tools: ApartTools;
  readonly #beside: { id: string };
  readonly #command: ApartCommand;
  readonly #starting: Promise<OwnLine>;
  readonly #lines: OwnLine[] = [];
  /** Its id; `asked`: it may be there. */
  #made: { id: string } | "asked" | null = null;
  /** Whether nobody wants it any more: then it is not started. */
  #isOff = false;

  constructor(tools: ApartTools, beside: { id: string }, command: ApartCommand) {
    this.#tools = tools;
    this.#beside = beside;
    this.#command = command;
    this.#starting = this.#start();
    // Whoever reads the output, and whoever waits for the end, learns it.
    this.#starting.catch(() => {});
    this.output = new FramedOutput(this.#starting, () => this.#closeLines());
    this.end = this.#starting.then(() => this.output.silent).then(() => this.#ended()).catch((error): ServiceEnd => {
      if (error instanceof NotStarted) return { how: "not started", why: error.message, code: null };
      return { how: "unknown", why: messageOf(error) };
    });
  }

  async endAll(): Promise<{ container: string } | null> {
    const { host: { clock }, remove } = this.#tools;
    this.#isOff = true;
    try {
      const over = await within(clock, START_LIMIT_MS, this.#starting.then(() => {}, () => {}));
      if (over === LATE) await this.#closeLines();
      const own = await this.#own();
      await remove(own);
      // What it printed last may still be on its way.
      if (own.length > 0) await within(clock, REST_LIMIT_MS, this.output.silent);
      return null;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return { container: nameOf(this.#command) };
    } finally {
      await this.#closeLines();
      this.output.giveUp();
    }
  }

  async #start(): Promise<OwnLine> {
    let mayRun = false;
    try {
      const control = this.#open();
      const { mode, more } = await networksBeside(control, this.#beside.id);
      this.#throwIfOff();
      const id = await this.#make(control, mode);
      await connect(control, id, more);
      const line = this.#open();
      await attach(line, id);
      this.#throwIfOff();
      mayRun = true;
      await startContainer(control, id);
      await control.close();
      return line;
    } catch (error) {
      await this.#closeLines();
      throw error instanceof EngineError && !mayRun ? new NotStarted(error.message) : error;
    }
  }

  async #make(control: OwnLine, mode: string): Promise<string> {
    this.#made = "asked";
    try {
      const id = await makeContainer(control, this.#tools.project, this.#command, mode);
      this.#made = { id };
      return id;
    } catch (error) {
      if (error instanceof NotStarted) this.#made = null;
      throw error;
    }
  }

  #throwIfOff(): void {
    if (this.#isOff) throw new NotStarted("it was given up before it began");
  }

  #open(): OwnLine {
    const line = ownLine(this.#tools.host, this.#tools.cwd);
    this.#lines.push(line);
    return line;
  }

  async #closeLines(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()));
  }

  /** Its container, if there is or may be one. */
  async #own(): Promise<Pick<ApartContainer, "id" | "name">[]> {
    if (this.#made === null) return [];
    if (this.#made !== "asked") return [{ id: this.#made.id, name: nameOf(this.#command) }];
    return (await this.#tools.look()).filter(({ family }) => family === this.#command.family);
  }

  /** Asked when no more output comes. */
  async #ended(): Promise<ServiceEnd> {
    const state = await untilSeen(this.#tools.host.clock, NOTED_LIMIT_MS, () => this.#state(), isOver);
    if (state === "gone") return { how: "container ended" };
    if (state === null) return { how: "unknown", why: "the engine does not say how it ended" };
    const { code, isOutOfMemory } = state;
    if (code === null) return { how: "unknown", why: "the connection to the engine ended while it ran" };
    const isInits = code === NOT_STARTED || code === NOT_EXECUTABLE;
    const why = isInits ? whyNotInImage(this.output.said, this.#command.words[0] ?? "") : null;
    if (why !== null) return { how: "not started", why, code: NOT_STARTED };
    return {
      how: "ended",
      code,
      signal: null,
      ...(isOutOfMemory ? { cut: "the kernel killed a process of it for lack of memory" } : {}),
      ...(code === KILLED && !isOutOfMemory ? { meaning: "SIGKILL ended it or its container" } : {}),
    };
  }

  /** null if the engine does not say. */
  async #state(): Promise<ApartState | "gone" | null> {
    if (this.#made === null || this.#made === "asked") return null;
    return await stateAt(this.#tools.line, `/containers/${this.#made.id}/json`, /no such container/i, stateIn);
  }
}
