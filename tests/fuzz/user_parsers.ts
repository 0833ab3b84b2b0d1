/** What the user gives: words of a command line, a config file, the address and key of an endpoint. */

import { assert, assertEquals } from "@std/assert";
import { parseCommand } from "../../lib/cli/args.ts";
import { readArgv } from "../../lib/cli/argv.ts";
import { OPTIONS } from "../../lib/cli/commands.ts";
import { readEndpoint } from "../../lib/review/endpoint.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { fakeHost } from "../fakes/host.ts";
import type { Parser } from "./parser.ts";

const isText = (value: unknown): void => assertEquals(typeof value, "string");

const ARGV: Parser = {
  name: "command line",
  inputs: 10_000,
  samples: [
    "run\n--modules\nswitch,hermes\n--cycles\n3\n--no-keep-core\n--timeout-sec=30\n--jobs\nauto",
    "plan\n--config\nc.yaml\n--strict\n--from\nold\n--\nx",
    "compare\nold\nnew\n--format\nmd",
    "demo\n--fault\ncrash:mcp\n--fault\nleak\n-h",
    "review\ndir\n--endpoint\nhttp://localhost:1/v1\n--model\nm\n--dry-run",
    "--pytest\npython3 -m 'py test'\n-x5\n--_\nx\n--a.b.c\n---x\n--no-_\n--constructor=1",
  ],
  async run(input) {
    const words = input.split("\n");
    await parseCommand(
      fakeHost({ args: words, host: { clock: { wall: () => 0, mono: () => 0, sleep: () => Promise.resolve() } } }),
    );
    const argv = readArgv(words);
    [argv.command, ...argv.arguments].forEach(isText);
    for (const { kind, name } of OPTIONS) {
      if (kind === "value" || kind === "list") argv.values(name).forEach(isText);
      else assertEquals(typeof argv.flag(name), "boolean");
    }
  },
};

const SERVICES = `services:
  web:
    command: [python3, -m, http.server]
    env: {PORT: 8000, DEBUG: true}
    port: auto
    restart: on-failure
    mem_limit: 64m
    depends_on: [db]
  db: {command: ["db"], stop_signal: SIGINT, stop_grace_sec: 1.5, completes: true}
`;

const CONFIG: Parser = {
  name: "config file",
  inputs: 10_000,
  samples: [
    SERVICES,
    `# c
thresholds:
  health_ok_pct: 95
  min_probes: 20
rules: {oom_killed: warn, "restarted": 'off'}
metrics_source: stats
engine: process
`,
    `x-common: &a {service: my-module, port: 8099, path: /health}
modules:
  switch: {description: "S", tests: [test_switch_*.py], optional: false}
  my-module:
    services: [my-module, vx11-other]
    depends_on: [baseline, hermes]
    health: [*a, [http://127.0.0.1:8099, my-module]]
    test_patterns: ["test_my_[a-z]*.py"]
`,
    `? {d: e}\n: 1\n`,
    `rules: {[a, {b: c}]: 1, ? {d: [e]} : 1}\n`,
    `a: &x [1, {b: c}]\n? {d: e}\n: - *x\n  - !!str 1\n<<: {f: |\n    text\n}\n"g\\x41": >-\n  h\n`,
  ],
  run(input) {
    const { modules, rules, services, thresholds } = parseConfig(input, "c.yaml");
    for (const value of Object.values(thresholds)) assert(Number.isFinite(value));
    Object.values(rules).forEach(isText);
    for (const [name, { dependsOn, description, health, services, tests }] of modules) {
      [name, description, ...dependsOn, ...services, ...tests].forEach(isText);
      for (const { port = 1 } of health) assert(Number.isInteger(port) && port > 0 && port < 65_536);
    }
    for (const { command, env, memLimitBytes } of services.values()) {
      [...command, ...Object.values(env)].forEach(isText);
      assert(memLimitBytes === null || memLimitBytes > 0);
    }
  },
};

/** A place in the text that a person can go to. */
const PLACES: Parser = {
  name: "config file's places",
  inputs: 10_000,
  samples: [SERVICES, "a: 1\nb:\n  c: 2\n  c: 3\nd: {e: 1, e: 2}\n", "rules:\n  oom_killed: warn\n  oom_killed: off\n"],
  run(input) {
    try {
      parseConfig(input, "c.yaml");
    } catch (error) {
      const [, line, column] = /: line (\S+), column (\S+):/.exec(error instanceof Error ? error.message : "") ?? [];
      if (line !== undefined) {
        const lines = input.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
        const [row, place] = [Number(line), Number(column)];
        // One more line than there are: the end, after the last line break.
        assert(row >= 1 && row <= lines.length + 1, `line ${line} of ${lines.length}`);
        const width = lines[row - 1]?.length ?? 0;
        assert(place >= 1 && place <= width + 2, `column ${column} of ${width} in line ${line}`);
      }
      throw error;
    }
  },
};

const ENDPOINT: Parser = {
  name: "review's endpoint",
  inputs: 20_000,
  samples: ["https://api.deepseek.com\nsk-0123456789", "http://localhost:11434/v1/\n", "http://u:p@[::1]:1/a?b#c\nkey"],
  run(input) {
    const [url = "", key = ""] = input.split("\n");
    const endpoint = readEndpoint({ env: (name) => name.endsWith("KEY") ? key : "" }, url);
    if (endpoint === null) return;
    assert(/^https?:\/\//.test(endpoint.url) && endpoint.url.endsWith("/chat/completions"), endpoint.url);
    assert(endpoint.key === null || /^[\x21-\x7e]+$/.test(endpoint.key));
  },
};

export const USER_PARSERS: readonly Parser[] = [ARGV, CONFIG, PLACES, ENDPOINT];
