/** Makes and starts the container of a test's command, over the engine's own API. Each throws NotStarted and EngineError. */

import type { ApartCommand } from "../../../model/service_run.ts";
import { quote } from "../../../text/shell_word.ts";
import { EngineError } from "../../engine.ts";
import { idIn } from "../api/text.ts";
import { nameOf, type Networks, networksIn, wantedContainer } from "./container.ts";
import { NotStarted } from "../exec/start.ts";
import { type OwnLine, refusal } from "../api/own_line.ts";

const OK = 200;
const CREATED = 201;
const NO_CONTENT = 204;
/** An engine may call the stream a change of the protocol. */
const ATTACHED = [OK, 101];

export async function networksBeside(line: OwnLine, containerId: string): Promise<Networks> {
  const head = await line.ask("GET", `/containers/${encodeURIComponent(containerId)}/json`);
  if (head.status !== OK) throw new NotStarted(`its service's networks are not known: ${await refusal(line, head)}`);
  return networksIn(await line.answers.text(head));
}

/** Returns its id. After an EngineError it may have been made. */
export async function makeContainer(
  line: OwnLine,
  project: string,
  command: ApartCommand,
  mode: string,
): Promise<string> {
  const path = `/containers/create?name=${encodeURIComponent(nameOf(command))}`;
  const made = await line.ask("POST", path, wantedContainer(project, command, mode));
  if (made.status !== CREATED) throw new NotStarted(whyNotMade(await refusal(line, made), command.image));
  const id = idIn(await line.answers.text(made));
  if (id === null) throw new EngineError("the engine gave the container no id");
  return id;
}

export async function connect(line: OwnLine, containerId: string, networks: readonly string[]): Promise<void> {
  for (const network of networks) {
    const joined = await line.ask("POST", `/networks/${encodeURIComponent(network)}/connect`, {
      Container: containerId,
    });
    if (joined.status !== OK) {
      throw new NotStarted(`it could not be connected to network ${network}: ${await refusal(line, joined)}`);
    }
    await line.answers.text(joined);
  }
}

/** From now on its output comes on the connection. */
export async function attach(line: OwnLine, containerId: string): Promise<void> {
  const head = await line.ask("POST", `/containers/${containerId}/attach?stream=1&stdout=1&stderr=1`);
  if (!ATTACHED.includes(head.status)) throw new NotStarted(await refusal(line, head));
}

/** After an EngineError it may have been started. */
export async function startContainer(line: OwnLine, containerId: string): Promise<void> {
  const head = await line.ask("POST", `/containers/${containerId}/start`);
  if (head.status !== NO_CONTENT) throw new NotStarted(await refusal(line, head));
}

function whyNotMade(message: string, image: string): string {
  if (!/no such image/i.test(message)) return message;
  return `the image "${image}" is not there: docker pull ${quote(image)}`;
}
