/** A project of containers whose logs, health checks, labels, commands and errors say every form of every canary. */

import { join } from "@std/path";
import { textsFor } from "./channels.ts";
import type { Planting } from "./forms.ts";
import { variablesOf } from "./process_project.ts";
import type { Canary } from "./values.ts";

const IMAGE = "vx11-sandbox:1";
/** Docker keeps so much of a health check's output. */
const HEALTH_BYTES = 4096;
const CHECKS = 40;
/** As many as the run has: in each the next part is said. */
export const CYCLES = 8;
/** The kernel's limit for one word of a command, and some room. */
const MOST_WORDS = 100_000;

/** As many of the texts as fit, spread over all of them. */
function upTo(bytes: number, texts: readonly string[]): string[] {
  const chosen: string[] = [];
  let used = 0;
  // A prime step visits every one.
  for (let nr = 0, at = 0; nr < texts.length; nr++, at = (at + 7919) % texts.length) {
    const text = texts[at] ?? "";
    const size = new TextEncoder().encode(text).length + 1;
    if (text.includes("\0") || used + size > bytes) continue;
    used += size;
    chosen.push(text);
  }
  return chosen;
}

/** Whether it may be a variable's name. */
function isName({ pieces }: Planting): boolean {
  return /^\w+$/.test(pieces.join(""));
}

export const COMPOSE_MODULES = ["switch", "manifestator", "hermes", "spawner", "hormiguero", "mcp"] as const;

/** Writes it; no file of it is beside `dir`. The folder of what is said is mounted at /said. */
export async function composeProject(
  dir: string,
  project: string,
  canaries: readonly Canary[],
  plantings: readonly Planting[],
): Promise<void> {
  const said = join(dir, "said");
  await Deno.mkdir(said);
  await Deno.mkdir(join(dir, "state"));
  await Deno.mkdir(join(dir, "tests"));
  const write = (name: string, texts: readonly string[]) =>
    Deno.writeTextFile(join(said, name), `${texts.join("\n")}\n`);
  // Of a log the last lines are kept: each cycle has its part of all.
  for (const [name, channel] of [["out", "a container's stdout"], ["err", "a container's stderr"]] as const) {
    const texts = textsFor(channel, plantings).filter((text) => text.length < 4000);
    const size = Math.ceil(texts.length / CYCLES);
    for (let nr = 0; nr < CYCLES; nr++) await write(`${name}${nr}`, texts.slice(nr * size, (nr + 1) * size));
  }
  const checks = textsFor("the output of Docker's health check", plantings);
  for (let nr = 0; nr < CHECKS; nr++) {
    await write(`check${nr}`, upTo(HEALTH_BYTES, checks.slice(Math.floor(checks.length * nr / CHECKS))));
  }
  const page = upTo(60_000, textsFor("the body of a container's page that fails", plantings)).join("\n");
  await Deno.writeTextFile(
    join(said, "page"),
    `HTTP/1.1 500 Broken\r\nContent-Length: ${
      new TextEncoder().encode(page).length
    }\r\nConnection: close\r\n\r\n${page}`,
  );
  const literal = (text: string) => text.replaceAll("$", "$$$$");
  const environment = Object.fromEntries(
    Object.entries(variablesOf(canaries)).map(([name, value]) => [name, literal(value)]),
  );
  const labels = Object.fromEntries(
    upTo(200_000, textsFor("a label", plantings)).map((text, nr) => [`said.${nr}`, literal(text)]),
  );
  const command = upTo(MOST_WORDS, textsFor("a container's command", plantings)).map(literal);
  const checkWords = upTo(20_000, textsFor("the command of Docker's health check", plantings)).map(literal);
  const service = {
    image: IMAGE,
    pull_policy: "never",
    environment,
    volumes: ["./said:/said:ro", "./state:/state"],
    stop_grace_period: "1s",
    init: true,
  };
  const served = (port: number) => ({ ports: [`127.0.0.1::${port}`] });
  const serving = (port: number, file = "ok") => `while :; do nc -l -p ${port} < /said/${file}; done`;
  const nextPart = (name: string) =>
    `n=$$(cat /state/${name} || echo 0); echo $$(( (n + 1) % ${CYCLES} )) > /state/${name}; cat /said/${name}$$n`;
  const shell = (line: string, ...words: string[]) => ["sh", "-c", line, ...words];
  await Deno.writeTextFile(join(said, "ok"), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  const services = {
    madre: { ...service, ...served(8001), command: shell(serving(8001)) },
    tentaculo_link: { ...service, ...served(8000), command: shell(serving(8000)) },
    switch: { ...service, ...served(8002), labels, command: shell(`${nextPart("out")}; ${serving(8002)}`) },
    manifestator: { ...service, ...served(8005), command: shell(`${nextPart("err")} >&2; ${serving(8005)}`) },
    hermes: {
      ...service,
      ...served(8003),
      command: shell(serving(8003, "page")),
      healthcheck: {
        test: [
          "CMD",
          "sh",
          "-c",
          `n=$$(cat /tmp/n || echo 0); echo $$(( (n + 1) % ${CHECKS} )) > /tmp/n; cat /said/check$$n; exit 1`,
        ],
        interval: "1s",
        retries: 3,
      },
    },
    spawner: {
      ...service,
      ...served(8008),
      command: shell(serving(8008), ...command),
      healthcheck: { test: ["CMD", "false", ...checkWords], interval: "1s", retries: 3 },
    },
    hormiguero: {
      ...service,
      volumes: upTo(3000, textsFor("a path to mount that is not there", plantings))
        .filter((text) => !/[:\n]/.test(text)).slice(0, 10)
        .map((text, nr) => ({ type: "bind", source: `/absent/${literal(text)}`, target: `/absent${nr}` })),
    },
    mcp: {
      ...service,
      environment: {
        ...environment,
        ASKED: upTo(2000, textsFor("a variable that Compose warns of", plantings.filter(isName)))
          .map((text) => `\${${text.replaceAll(/\W/g, "_")}}`).join(" "),
      },
      ...served(8006),
      command: shell(serving(8006)),
    },
  };
  await Deno.writeTextFile(join(dir, "docker-compose.yml"), JSON.stringify({ name: project, services }));
  await Deno.writeTextFile(
    join(dir, "stability.yaml"),
    JSON.stringify({
      thresholds: { min_probes: 3, probe_interval_ms: 50, latency_p95_ms: 60_000 },
      modules: Object.fromEntries(COMPOSE_MODULES.map((name) => [name, { depends_on: ["baseline"] }])),
    }),
  );
}
