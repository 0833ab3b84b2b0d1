/** The ways in which a secret comes to a run. A number each, which stands in the tag before whatever is written there. */

export interface Channel {
  nr: number;
  name: string;
  engine: "process" | "compose";
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

export type ProcessChannel = typeof PROCESS[number];
export type ComposeChannel = typeof COMPOSE[number];

export const CHANNELS: readonly Channel[] = [
  ...PROCESS.map((name) => ({ name, engine: "process" as const })),
  ...COMPOSE.map((name) => ({ name, engine: "compose" as const })),
].map((channel, nr) => ({ nr, ...channel }));

export function channelNr(name: ProcessChannel | ComposeChannel): number {
  return CHANNELS.findIndex((channel) => channel.name === name);
}
