/** The ways in which a secret comes to a run. A number each, which stands in the tag before whatever is written there. */

import { tagOf } from "./find.ts";
import type { Planting } from "./forms.ts";

export interface Channel {
  nr: number;
  name: ChannelName;
}

const PROCESS = [
  "a service's stdout",
  "a service's stderr",
  "the body of a healthy page",
  "the body of a page that fails",
  "the status line of a page that fails",
  "the address that a page sends elsewhere to",
  "the last words of a service that ends as it starts",
  "the path of a program that is not there",
  "what a test prints",
  "what a test prints to stderr",
  "what an assertion compares",
  "the name of a test",
  "the reason of a skipped test",
  "a warning of a test",
  "a property of a test",
  "what a test file raises as it is collected",
  "what a fixture raises after its test",
  "what the command that runs pytest prints before it ends",
  "a wrong value in the config file",
  "an unknown key in the config file",
  "a wrong value on the command line",
  "the answer to a review",
] as const;

const COMPOSE = [
  "a container's stdout",
  "a container's stderr",
  "the output of Docker's health check",
  "the command of Docker's health check",
  "a label",
  "a container's command",
  "the body of a container's page that fails",
  "a path to mount that is not there",
  "a variable that Compose warns of",
] as const;

type ChannelName = typeof PROCESS[number] | typeof COMPOSE[number];

export const CHANNELS: readonly Channel[] = [...PROCESS, ...COMPOSE].map((name, nr) => ({ nr, name }));

/** Each with its tag in front, in the pieces in which it is written. */
export function piecesFor(name: ChannelName, plantings: readonly Planting[]): string[][] {
  const nr = CHANNELS.findIndex((channel) => channel.name === name);
  return plantings.map((each) => [tagOf(nr, each), ...each.pieces]);
}

export function textsFor(name: ChannelName, plantings: readonly Planting[]): string[] {
  return piecesFor(name, plantings).map((pieces) => pieces.join(""));
}
