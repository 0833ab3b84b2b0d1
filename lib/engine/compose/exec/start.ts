/** Makes and starts a command in a container, over a connection of its own, on which its output comes then. */

import { EngineError } from "../../engine.ts";
import { idIn } from "../api/text.ts";
import { isDown, NOT_RUNNING } from "./text.ts";
import { type OwnLine, refusal } from "../api/own_line.ts";

/** The command was not started, and why, for a sentence. */
export class NotStarted extends Error {}

const CREATED = 201;
/** The second one is of an engine that calls it a change of the protocol. */
const STARTED = [200, 101];

export interface WantedExec {
  words: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Absolute; `.` is the container's own working dir. */
  folder: string;
}

/** Returns its id. Throws NotStarted, and EngineError if there is no answer. */
export async function makeExec(
  line: OwnLine,
  containerId: string,
  { env, folder, words }: WantedExec,
): Promise<string> {
  const made = await line.ask("POST", `/containers/${encodeURIComponent(containerId)}/exec`, {
    AttachStdout: true,
    AttachStderr: true,
    Cmd: words,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(folder === "." ? {} : { WorkingDir: folder }),
  });
  if (made.status !== CREATED) throw new NotStarted(whyRefused(await refusal(line, made)));
  const id = idIn(await line.answers.text(made));
  if (id === null) throw new EngineError("the engine gave the command no id");
  return id;
}

/** Throws NotStarted, and EngineError if there is no answer: then it may have been started. */
export async function startExec(line: OwnLine, id: string): Promise<void> {
  const begun = await line.ask("POST", `/exec/${id}/start`, { Detach: false, Tty: false });
  if (!STARTED.includes(begun.status)) throw new NotStarted(whyRefused(await refusal(line, begun)));
}

function whyRefused(message: string): string {
  if (/is paused/i.test(message)) return "its container is paused";
  return isDown(message) ? NOT_RUNNING : message;
}
