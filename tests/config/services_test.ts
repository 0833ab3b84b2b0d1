/** The `services` section: what is read, what is refused, and the example in config/example.yaml. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import { parseConfig } from "../fakes/config.ts";
import { SERVICE_DEFAULTS } from "../../lib/config/services.ts";
import { parseByteSize } from "../../lib/config/size.ts";
import { failureOf } from "../fakes/failure.ts";

const EXAMPLE = new URL("../../config/example.yaml", import.meta.url);

function services(text: string) {
  return Object.fromEntries(parseConfig(text, "c.yaml").services);
}

Deno.test("parseConfig() reads every key of a service", () => {
  const text = `
services:
  redis: { command: [redis-server], port: 6379 }
  switch:
    command: [python3, -m, "my switch", ""]
    env: { A: text, B: 1.5, C: true }
    cwd: services/switch
    port: auto
    restart: on-failure
    mem_limit: 64m
    stop_signal: SIGINT
    stop_grace_sec: 0.5
    depends_on: [redis]
`;
  assertEquals(services(text), {
    redis: { command: ["redis-server"], ...SERVICE_DEFAULTS, port: 6379 },
    switch: {
      command: ["python3", "-m", "my switch", ""],
      env: { A: "text", B: "1.5", C: "true" },
      cwd: "services/switch",
      port: "auto",
      restart: "on-failure",
      memLimitBytes: 64 * 2 ** 20,
      stopSignal: "SIGINT",
      stopGraceSec: 0.5,
      completes: false,
      dependsOn: ["redis"],
    },
  });
});

Deno.test("config/example.yaml's commented service has every key with its default", async () => {
  const text = await Deno.readTextFile(EXAMPLE);
  const block = text.slice(text.indexOf("#   services:")).split("\n").filter((line) => line.startsWith("#   "));
  const yaml = block.map((line) => line.slice(4)).join("\n");
  assertEquals(services(yaml), { switch: { command: ["python3", "-m", "switch"], ...SERVICE_DEFAULTS } });
  const { switch: keys } = (parse(yaml) as { services: { switch: object } }).services;
  assertEquals(Object.keys(keys).length, 1 + Object.keys(SERVICE_DEFAULTS).length);
});

const MISTAKES: [string, string, string, string?][] = [
  ["no command", "{ port: 1 }", "services.a lacks command", "Give a list, such as command: [python3, -m, my_service]"],
  ["a command for a shell", "{ command: run me }", 'services.a.command is "run me", it must be a list of words'],
  ["an empty command", "{ command: [] }", "services.a.command names no program"],
  ["a program without a name", '{ command: [""] }', "services.a.command names no program"],
  [
    "an unknown key",
    "{ command: [x], memory: 1g }",
    "unknown key services.a.memory",
    "Keys: command, env, cwd, port, restart, mem_limit, stop_signal, stop_grace_sec, completes, depends_on",
  ],
  [
    "one that would never be done",
    "{ command: [x], completes: true, restart: always }",
    "services.a has completes: true and restart: always, so that it would never be done",
    "Give it restart: on-failure, or leave out one of the two",
  ],
  [
    "a completes that is no boolean",
    "{ command: [x], completes: 0 }",
    "services.a.completes is 0, it must be true or false",
  ],
  [
    "a memory limit that is no size",
    "{ command: [x], mem_limit: plenty }",
    'services.a.mem_limit is "plenty", it must be a size over 0 in bytes or with a unit',
    "Such as 64m, 512k or 1g",
  ],
  [
    "no memory at all",
    "{ command: [x], mem_limit: 0 }",
    "services.a.mem_limit is 0, it must be a size over 0 in bytes or with a unit",
  ],
  [
    "a port that is none",
    "{ command: [x], port: any }",
    'services.a.port is "any", it must be a port from 1 to 65535, or auto for a free one',
  ],
  ["a port out of range", "{ command: [x], port: 70000 }", "services.a.port is 70000, it must be a whole number"],
  [
    "an unknown policy",
    "{ command: [x], restart: allways }",
    'services.a.restart is "allways", it must be one of no, on-failure, always',
    'Did you mean "always"?',
  ],
  ["a signal that stops nothing", "{ command: [x], stop_signal: SIGCHLD }", 'services.a.stop_signal is "SIGCHLD"'],
  ["a variable without a name", "{ command: [x], env: { 1A: x } }", "services.a.env.1A is no name for a variable"],
  [
    "an unknown dependency",
    "{ command: [x], depends_on: [b] }",
    'services.a.depends_on names "b", which is not among the services',
    "Services: a",
  ],
  ["itself", "{ command: [x], depends_on: [a] }", "The services of the config have a dependency cycle: a → a"],
];
for (const [what, entry, says, next] of MISTAKES) {
  Deno.test(`parseConfig() refuses a service with ${what}`, async () => {
    const { data } = await failureOf(() => parseConfig(`services: { a: ${entry} }`, "c.yaml"));
    assertEquals(data.exit, "usage");
    assertStringIncludes(data.what, says);
    if (next !== undefined) assertStringIncludes(data.next, next);
  });
}

/** Found by the fuzzing: seed 300124592. */
Deno.test("parseConfig() names no more of a long name than a person reads", async () => {
  const long = "db+1".repeat(40_000);
  for (
    const text of [
      `services: { a: { command: [x], depends_on: [${long}] } }`,
      `modules: { a: { depends_on: [${long}] } }`,
    ]
  ) {
    const { data } = await failureOf(() => parseConfig(text, "c.yaml"));
    assert(data.what.length + data.next.length < 2000, `${data.what.length} characters: ${data.what.slice(0, 100)}`);
  }
});

Deno.test("parseByteSize() takes Compose's sizes, all of them binary, and nothing else", () => {
  const sizes = ["64m", "64M", "64 MiB", "64mb", "1.5g", "512k", "100", "2b", "1t"].map(parseByteSize);
  const mib = 2 ** 20;
  assertEquals(sizes, [64 * mib, 64 * mib, 64 * mib, 64 * mib, 1.5 * 2 ** 30, 512 * 1024, 100, 2, 2 ** 40]);
  for (const text of ["", "m", "-1m", "0", "0m", "1e3", "64x", "64 m m", "1,5g", "0x10"]) {
    assertEquals(parseByteSize(text), undefined, text);
  }
});
