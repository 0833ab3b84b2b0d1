/** What `docker exec` says of a command. Pure. */

import type { Captured } from "../../../host/capture.ts";
import { lastLine } from "../../executed.ts";
import { reasonOf } from "../docker.ts";

export const NOT_RUNNING = "its container is not running";

/** Of Docker and of Podman. */
const OF_ENGINE = /^OCI runtime exec failed|^Error: .*: OCI (?:runtime|permission) .*/m;
const OF_TIMEOUT = /^timeout: failed to run command/m;
const NO_PROGRAM =
  /executable file (?:`[^`]*` )?not found|exec: "[^"]*": stat [^:]*: no such file|^timeout: .*no such file/im;
/** What Podman adds to it. */
const NO_STREAM = /^Error: read unixpacket .*$/m;
/** By Docker; Podman has one more, for what it cannot name. */
const NOT_STARTED_CODES = [125, 126, 127];

/** Of the working dir. */
const NO_FOLDER = /chdir to (?:cwd \("([^"]*)"\)|`([^`]*)`)/;

/** Why the command was not run; null if it was. The codes 126 and 127 may be its own, as those of a shell. */
export function whyNotRun(result: Captured, program: string): string | null {
  const { code, stderr, stdout } = result;
  if (
    code !== 0 && /^(?:Error response from daemon|Error: No such container|Cannot connect to the Docker)/m.test(stderr)
  ) {
    const why = reasonOf(result);
    return isDown(why) ? NOT_RUNNING : why;
  }
  const said = `${stdout}\n${stderr}`;
  if (code === null || !NOT_STARTED_CODES.includes(code)) return null;
  if (!saysNotStarted(said) && !OF_TIMEOUT.test(said)) return null;
  return whyNotStarted(said, program);
}

/** Whether it is what the engine says of a command that it could not start. */
export function saysNotStarted(said: string): boolean {
  return OF_ENGINE.test(said);
}

/** By what the engine says of a command that it could not start. */
export function whyNotStarted(said: string, program: string): string {
  const [, cwd, dir] = NO_FOLDER.exec(said) ?? [];
  const folder = cwd ?? dir;
  if (folder !== undefined) return `the container has no folder ${folder} that can be entered`;
  if (NO_PROGRAM.test(said)) return `the image has no ${program}: name a program that it has`;
  if (/permission denied/i.test(said)) return `the image has a ${program} that may not be executed`;
  return `${program} could not be started: ${lastLine(said.replace(NO_STREAM, ""))}`;
}

/** Whether a message of Docker is of a container that is gone, or not up. */
export function isDown(message: string): boolean {
  return /is not running|no such container|is restarting|is paused|on running containers/i.test(message);
}
