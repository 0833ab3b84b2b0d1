/**
 * Requests a page from inside its container, through `docker exec` and with a program of its image; no shell is needed.
 * For containers that this host reaches at no address.
 */

import type { Captured } from "../../../host/capture.ts";
import type { Host, HttpAnswer } from "../../../host/host.ts";
import { isRedirect, MOST_REDIRECTS, redirectWithin } from "../../../host/redirect.ts";
import { AGENT } from "../../../host/user_agent.ts";
import { LISTEN, socketsIn } from "../../tcp_table.ts";
import { endMarked } from "../../../proc/marked.ts";
import { EXEC_VARIABLE, type ExecLimit, execMark, type Executed, lastLine, outlived } from "../../executed.ts";
import { docker, QUESTION_TIMEOUT_MS, reasonOf } from "../docker.ts";
import { type Tool, TOOLS } from "./tools.ts";
import type { EngineDoor } from "../api/engine_socket.ts";
import { type ExecCaptured, execOverApi } from "./over_api.ts";
import { isDown, NOT_RUNNING, whyNotRun } from "./text.ts";

/** How long it may take, in ms: whoever asks gives up by then, and what asks within the container ends by then, too. */
export type Asking = ExecLimit;

export interface InContainer {
  /** The names of the programs that can do it, for a sentence. */
  readonly tools: string;
  /** Returns a function that requests a page; null if the container has no program for that. */
  getter(
    containerId: string,
    signal?: AbortSignal,
  ): Promise<((url: string, asking: Asking) => Promise<HttpAnswer>) | null>;
  /** Runs the container's own health check once: 200 if it passes; rejects if it does not. */
  check(containerId: string, test: readonly string[], asking: Asking): Promise<HttpAnswer>;
  /** Runs a command, and leaves nothing of it there after the limit. Rejects if it was not run, or had not ended by then. */
  exec(containerId: string, command: readonly string[], asking: Asking): Promise<Executed>;
  /** Kills the processes with this text in their environment, if the image has the programs for that. */
  endMarked(containerId: string, mark: string): Promise<void>;
  /** The sockets that its processes hold, as \`socket:[INODE]\`; null if they cannot be seen for all processes. */
  sockets(containerId: string, asking: Asking): Promise<ReadonlySet<string> | null>;
  /** Whether any process in its network listens on the port. Rejects if that cannot be seen. */
  listens(containerId: string, port: number, asking: Asking): Promise<boolean>;
}

const TOOL_NAMES = TOOLS.map(({ name }) => name).join(", ");
/** Docker itself may need this long to start and to end a command. */
const MARGIN_MS = QUESTION_TIMEOUT_MS;
const PKILL_MS = 5000;

/** What a container has: a program for requests, and whether it has one that ends a program at a limit. */
interface Means {
  tool: Tool | null;
  /** Whether the tool itself takes a time limit. */
  limits: boolean;
  hasTimeout: boolean;
}

/**
 * The one of coreutils: that of busybox leaves a zombie process with each command. SIGKILL, since a check may ignore
 * SIGTERM.
 */
const TIMEOUT = ["timeout", "-s", "KILL"];

/** `door`: to the engine's API; null: only the docker command is used. */
export function inContainer(host: Host, dir: string, door: EngineDoor | null = null): InContainer {
  /** Container → what it has, looked for once. */
  const found = new Map<string, Means>();
  /** Container → whether it has the `timeout` of coreutils. */
  const timeouts = new Map<string, boolean>();
  let asked = 0;

  async function exec(
    id: string,
    command: readonly string[],
    timeoutMs: number,
    signal?: AbortSignal,
    env: readonly string[] = [],
  ): Promise<ExecCaptured> {
    const options = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
    const over = door === null ? null : await execOverApi(host, { door, containerId: id, command, env, ...options });
    if (over !== null) return over;
    const args = ["exec", ...env.flatMap((each) => ["--env", each]), "--", id, ...command];
    return { ...await docker(host, args, { cwd: dir, ...options }), lateMs: 0 };
  }

  async function look(id: string, command: readonly string[], signal?: AbortSignal): Promise<Captured> {
    const result = await exec(id, command, QUESTION_TIMEOUT_MS, signal);
    // A container that is gone, or not up, and an engine that is busy, say nothing of the image.
    if (result.timedOut || result.code === null || isDown(result.stderr)) {
      throw new NotUp(reasonOf(result));
    }
    return result;
  }

  async function meansOf(id: string, signal?: AbortSignal): Promise<Means> {
    const known = found.get(id);
    if (known !== undefined) return known;
    const means: Means = { tool: null, limits: false, hasTimeout: false };
    for (const tool of TOOLS) {
      const seen = await look(id, tool.look, signal);
      // A command that shows a version, or imports modules, ends with 0; one that shows help may end with 1.
      if (!isThere(seen) || (tool.endsItself && seen.code !== 0)) continue;
      means.tool = tool;
      means.limits = tool.limits(seen.stdout + seen.stderr);
      break;
    }
    if (means.tool?.endsItself !== true) means.hasTimeout = await hasTimeoutIn(id, signal);
    found.set(id, means);
    return means;
  }

  async function hasTimeoutIn(id: string, signal?: AbortSignal): Promise<boolean> {
    const known = timeouts.get(id);
    if (known !== undefined) return known;
    const { stdout } = await look(id, ["timeout", "--version"], signal);
    const isThere = /coreutils/i.test(stdout);
    timeouts.set(id, isThere);
    return isThere;
  }

  /** The command with a limit within the container, if a program there can end it. */
  function within(hasTimeout: boolean, command: readonly string[], limitSec: number): readonly string[] {
    return hasTimeout ? [...TIMEOUT, String(limitSec), ...command] : command;
  }

  /**
   * Ends the processes with the mark in their command line: with pkill or, since not every busybox has it, with find,
   * grep and kill.
   */
  async function end(id: string, mark: string): Promise<void> {
    const { code } = await exec(id, ["pkill", "-KILL", "-f", mark], PKILL_MS);
    if (code !== 0 && code !== 1) await endFound(id, "cmdline", mark);
  }

  /** Ends what has the mark in that file of /proc. */
  async function endFound(id: string, file: "cmdline" | "environ", mark: string): Promise<void> {
    const search = ["find", "/proc", "-maxdepth", "2", "-name", file, "-exec", "grep", "-l", mark, "{}", "+"];
    const { stdout } = await exec(id, search, PKILL_MS);
    const pids = [...stdout.matchAll(/^\/proc\/(\d+)\/(?:cmdline|environ)$/gm)].flatMap(([_, pid]) => pid ?? []);
    // Those of the search itself are among them, and gone.
    if (pids.length > 0) await exec(id, ["kill", "-KILL", ...pids], PKILL_MS);
  }

  /**
   * Runs a command that knows no limit. One that was given up before it ended is ended with all that it started: from this host
   * if that may end it, and else from within, by what the image has.
   */
  async function run(id: string, command: readonly string[], asking: Asking, marginMs: number): Promise<ExecCaptured> {
    const { limitMs, signal } = asking;
    const limited = within(await hasTimeoutIn(id, signal), command, secondsOf(limitMs));
    const mark = execMark(host);
    const variable = `${EXEC_VARIABLE}=${mark}`;
    let isOpen = true;
    try {
      const result = await exec(id, limited, limitMs + marginMs, signal, [variable]);
      isOpen = result.timedOut || result.code === null;
      return result;
    } finally {
      if (isOpen && await endMarked(host, variable) === 0) await endFound(id, "environ", mark);
    }
  }

  /** One answer. What was given up before it ended is ended: nothing else does that within the container. */
  async function answerOf(id: string, means: Means, tool: Tool, url: string, { limitMs, signal }: Asking) {
    const limitSec = secondsOf(limitMs);
    const mark = `${AGENT}/exec-${host.pid}-${++asked}-`;
    const command = within(means.hasTimeout, tool.ask(url, means.limits ? limitSec : null, mark), limitSec);
    let isOpen = true;
    try {
      const result = await exec(id, command, limitMs + MARGIN_MS, signal);
      isOpen = result.timedOut || result.code === null;
      return { ...tool.read(result, url), connectMs: result.lateMs };
    } finally {
      if (isOpen) await end(id, mark);
    }
  }

  async function ask(id: string, means: Means, tool: Tool, url: string, asking: Asking) {
    let at = new URL(url);
    let lateMs = 0;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const began = host.clock.mono();
      const { connectMs, location, status, tookMs } = await answerOf(id, means, tool, at.href, asking);
      lateMs += connectMs;
      // The time that Docker took to start and to end the command does not count against the service.
      if (tookMs !== null) lateMs += Math.max(0, host.clock.mono() - began - tookMs - connectMs);
      if (!isRedirect(status) || location === null) return { status, ...(lateMs === 0 ? {} : { lateMs }) };
      at = redirectWithin(at, location);
    }
    throw new Error("maximum number of redirects");
  }

  return {
    tools: TOOL_NAMES,
    async getter(id, signal) {
      const before = await meansOf(id, signal).catch((error) => {
        if (error instanceof NotUp) return null;
        throw error;
      });
      if (before !== null && before.tool === null) return null;
      return async (url, asking) => {
        const means = before ?? await meansOf(id, asking.signal);
        if (means.tool === null) throw new Error(`the container has none of ${TOOL_NAMES}`);
        return await ask(id, means, means.tool, url, asking);
      };
    },
    async check(id, test, asking) {
      const result = await run(id, commandOf(test), asking, MARGIN_MS);
      // The docker command ends with 0, too, when it is ended at its limit.
      if (result.timedOut) throw outlived(asking.limitMs);
      if (result.code === 0) return { status: 200, ...late(result) };
      if (result.code === null) throw unseen(result);
      const said = lastLine(result.stdout + result.stderr);
      throw new Error(`the container's health check ended with ${result.code}: ${said}`);
    },
    async exec(id, command, asking) {
      const { limitMs } = asking;
      const result = await run(id, command, asking, 0).catch((error) => {
        throw error instanceof NotUp && isDown(error.message) ? new Error(NOT_RUNNING) : error;
      });
      // What ends it within the container may be there first.
      const isKilled = result.code === KILLED && result.durationMs >= limitMs;
      if (result.timedOut || isKilled) throw outlived(limitMs);
      const why = whyNotRun(result, command[0] ?? "");
      if (why !== null) throw new Error(why);
      if (result.code === null) throw unseen(result);
      return { code: result.code, output: `${result.stdout}\n${result.stderr}`, ...late(result) };
    },
    endMarked: (id, mark) => endFound(id, "environ", mark),
    async listens(id, port, { limitMs, signal }) {
      const result = await exec(id, ["cat", ...TCP_TABLES], limitMs + MARGIN_MS, signal);
      // Without IPv6 there is no second table. What the engine says if there is no `cat` may stand in the same place.
      if (!result.stdout.includes(TABLE_HEAD)) throw new Error(unseenSockets(result));
      return socketsIn(result.stdout, port).some(({ state }) => state === LISTEN);
    },
    async sockets(id, { limitMs, signal }) {
      const { stdout } = await exec(id, LIST_FILES, limitMs + MARGIN_MS, signal);
      const processes = stdout.split(/^\/proc\/\d+$/m).slice(1).map((files) =>
        files.split("\n").filter((file) => file !== "")
      );
      // Every process has standard streams: one that shows none belongs to a user whose files the command may not see.
      if (processes.length === 0 || processes.some((files) => files.length === 0)) return null;
      return new Set(processes.flat().filter((file) => file.startsWith("socket:")));
    },
  };
}

/** Missing for the docker command, whose connecting cannot be told apart. */
function late({ lateMs }: ExecCaptured): { lateMs?: number } {
  return lateMs === 0 ? {} : { lateMs };
}

/** Of a command that may still run. */
function unseen(result: Captured): Error {
  return new Error(`its end was not seen: ${reasonOf(result)}`);
}

/** By SIGKILL. */
const KILLED = 137;

/** Stands in the first line of each table. */
const TABLE_HEAD = "local_address";

function unseenSockets(result: Captured): string {
  const why = whyNotRun(result, "cat") ?? reasonOf(result);
  return `its TCP sockets cannot be seen: ${why}`;
}

const TCP_TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/** Prints a line for each process, and then one for each file that it has open. */
const LIST_FILES = ["sh", "-c", "for p in /proc/[0-9]*; do echo $p; readlink $p/fd/*; done"];

class NotUp extends Error {}

/** Tools take whole seconds. */
function secondsOf(limitMs: number): number {
  return Math.max(1, Math.ceil(limitMs / 1000));
}

/**
 * Docker itself ends with 126 or 127 if the command cannot be run; some programs end with 1 after showing their help.
 */
function isThere({ code, stderr }: Captured): boolean {
  return code !== null && code < 125 && !/executable file not found|applet not found|no such file/i.test(stderr);
}

function commandOf([kind, ...words]: readonly string[]): string[] {
  return kind === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
}
