import type { ExecCheck } from "../../lib/health/kinds/exec.ts";
import type { LogCheck } from "../../lib/health/kinds/log.ts";
import type { HttpCheck } from "../../lib/model/module.ts";
import { assertEquals } from "@std/assert";
import type { ModuleSpec } from "../../lib/model/module.ts";
import { MODULE_NAMES, MODULES } from "../../lib/modules.ts";
import { parseConfig } from "../fakes/config.ts";
import { assertUsage, failureOf } from "../fakes/failure.ts";

const ALL = MODULE_NAMES.join(", ");
const NAME_RULE = "a name of up to 100 letters, digits, `_`, `.`, `-`, with a letter, a digit or `_` first";
const PATTERN_RULE = "a pattern for the name of a test file, without `/`, `\\` or a leading `-`";

function modulesOf(yaml: string): [string, ModuleSpec][] {
  return [...parseConfig(`modules:\n${yaml.replaceAll(/^/gm, "  ")}`, "c.yaml").modules];
}

function moduleOf(yaml: string, name: string): ModuleSpec | undefined {
  return new Map(modulesOf(yaml)).get(name);
}

Deno.test("modules: an entry with a known name replaces the keys it gives, keeps the others and its place", () => {
  const changed = { ...MODULES.hermes, tests: ["test_h_*.py"], dependsOn: [], optional: true };
  assertEquals(
    modulesOf("hermes: {tests: [test_h_*.py], depends_on: [], optional: true}"),
    MODULE_NAMES.map((name) => [name, name === "hermes" ? changed : MODULES[name]]),
  );
});

function page(service: string, port: number, path: string): HttpCheck {
  return { service, kind: "http", port, path, declared: true };
}

Deno.test("modules: services and health can be replaced together", () => {
  assertEquals(moduleOf("switch: {services: [a, b], health: [{service: b, port: 1, path: /}]}", "switch"), {
    ...MODULES.switch,
    services: ["a", "b"],
    health: [page("b", 1, "/")],
  });
});

Deno.test("modules: a check may be of any kind, and several of one service are different checks", () => {
  const yaml = "switch: {health: [{service: switch, kind: tcp, port: 5432}, {service: switch, kind: docker}]}";
  assertEquals(moduleOf(yaml, "switch")?.health, [
    { service: "switch", kind: "tcp", port: 5432, declared: true },
    { service: "switch", kind: "docker", declared: true },
  ]);
});

Deno.test("modules: a check that a service runs needs nothing but the service", () => {
  const yaml = "switch: {health: [{service: switch, kind: running}]}";
  assertEquals(moduleOf(yaml, "switch")?.health, [{ service: "switch", kind: "running", declared: true }]);
});

Deno.test("modules: a command as a check is an argument list, as it stands there", () => {
  const yaml = 'switch: {health: [{service: switch, kind: exec, command: [sh, -c, "a | b", ""]}]}';
  const command = ["sh", "-c", "a | b", ""];
  const wanted: ExecCheck = { service: "switch", kind: "exec", command, declared: true };
  assertEquals(moduleOf(yaml, "switch")?.health, [wanted]);
});

Deno.test("modules: a line of the log as a check is a regular expression", () => {
  const yaml = "switch: {health: [{service: switch, kind: log, line: '^ready on \\d+$'}]}";
  const wanted: LogCheck = { service: "switch", kind: "log", line: "^ready on \\d+$", declared: true };
  assertEquals(moduleOf(yaml, "switch")?.health, [wanted]);
});

Deno.test("modules: services may be added to without giving health", () => {
  assertEquals(moduleOf("switch: {services: [side, switch]}", "switch")?.health, MODULES.switch.health);
});

Deno.test("modules: a new name goes to the end, depends on the baseline, and is otherwise empty", () => {
  const map = modulesOf("probe: {services: [probe]}\nlast: {services: [last-1], depends_on: [probe]}");
  const plain = { description: "", health: [], tests: [], optional: false };
  assertEquals(map.slice(MODULE_NAMES.length), [
    ["probe", { ...plain, services: ["probe"], dependsOn: ["baseline"] }],
    ["last", { ...plain, services: ["last-1"], dependsOn: ["probe"] }],
  ]);
});

Deno.test("modules: an entry may depend on one that comes after it in the file", () => {
  assertEquals(moduleOf("a: {services: [a], depends_on: [b]}\nb: {services: [b]}", "a")?.dependsOn, ["b"]);
  // As the command line takes it, so that a map of the Python harness can be copied.
  const spelt = moduleOf("a: {services: [a], depends_on: [operator_backend, Switch, switch]}", "a");
  assertEquals(spelt?.dependsOn, ["operator-backend", "switch"]);
});

Deno.test("modules: names that objects inherit are names like others", () => {
  assertEquals(moduleOf("constructor: {services: [toString]}", "constructor")?.services, ["toString"]);
});

const MISTAKES: [string, string, string, string][] = [
  [
    "an unknown key",
    "switch: {service: [x]}",
    "unknown key modules.switch.service",
    'Did you mean "services"? Keys: description, services, depends_on, health, tests, commands, optional',
  ],
  [
    "an entry that is empty",
    "switch:",
    "modules.switch is empty, it must be a mapping",
    "Keys: description, services, depends_on, health, tests, commands, optional",
  ],
  [
    "a misspelt module",
    "swich: {optional: true}",
    "modules.swich is a new module and has no services",
    'If you mean "switch", correct the name; otherwise give it services, such as services: [swich]',
  ],
  [
    "a new module without services",
    "probe: {}",
    "modules.probe is a new module and has no services",
    "Give it services, such as services: [probe]",
  ],
  [
    "no services",
    "switch: {services: []}",
    "modules.switch.services is an empty list, it must name at least one service",
    "",
  ],
  [
    "services that are no list",
    "switch: {services: switch}",
    'modules.switch.services is "switch", it must be a list of service names',
    "",
  ],
  [
    "a service that is an option",
    "switch: {services: [--privileged]}",
    `modules.switch.services[0] is "--privileged", it must be ${NAME_RULE}`,
    "",
  ],
  [
    "a service that is a path",
    "switch: {services: [switch, ../etc]}",
    `modules.switch.services[1] is "../etc", it must be ${NAME_RULE}`,
    "",
  ],
  [
    "a service that is a number",
    "switch: {services: [5]}",
    `modules.switch.services[0] is 5, it must be ${NAME_RULE}`,
    "",
  ],
  [
    "a service with a line break",
    'switch: {services: ["a\\n"]}',
    `modules.switch.services[0] is "a\\n", it must be ${NAME_RULE}`,
    "",
  ],
  [
    "a service named twice",
    "switch: {services: [a, a]}",
    'modules.switch.services[1] is "a", which is in the list already',
    "Remove one of the two",
  ],
  [
    "a module that is a path",
    "../x: {services: [x]}",
    `modules."../x" is no name for a module, it must be ${NAME_RULE}`,
    "",
  ],
  [
    "a module that is an option",
    "--x: {services: [x]}",
    `modules.--x is no name for a module, it must be ${NAME_RULE}`,
    "",
  ],
  [
    "a module that is a prototype",
    "__proto__: {services: [x]}",
    `modules.__proto__ is no name for a module, it must be ${NAME_RULE}`,
    "",
  ],
  ["a module without a name", '"": {services: [x]}', `modules."" is no name for a module, it must be ${NAME_RULE}`, ""],
  [
    "an unknown dependency",
    "mcp: {depends_on: [baseline, hermse]}",
    'modules.mcp.depends_on[1] is "hermse", it must be the name of a module',
    `Did you mean "hermes"? Modules: ${ALL}`,
  ],
  [
    "a dependency that is no text",
    "mcp: {depends_on: [5]}",
    "modules.mcp.depends_on[0] is 5, it must be the name of a module",
    "",
  ],
  [
    "a dependency cycle",
    "switch: {depends_on: [mcp]}",
    "modules has a dependency cycle: switch → mcp → hermes → switch",
    "Each of these waits for the next: remove one of the depends_on entries",
  ],
  [
    "a module that depends on itself",
    "switch: {depends_on: [switch]}",
    "modules has a dependency cycle: switch → switch",
    "Each of these waits for the next: remove one of the depends_on entries",
  ],
  [
    "health of a service that is not the module's",
    "switch: {health: [{service: swich, port: 1, path: /}]}",
    'modules.switch.health[0].service is "swich", it must be one of the module\'s services: switch',
    'Did you mean "switch"?',
  ],
  [
    "health of a service that no name of the module's comes near",
    "switch: {health: [{service: redis, port: 1, path: /}]}",
    'modules.switch.health[0].service is "redis", it must be one of the module\'s services: switch',
    "Correct it, or add it to `services` of the module",
  ],
  [
    "health of a service that is no text",
    "switch: {health: [{service: 7, port: 1, path: /}]}",
    "modules.switch.health[0].service is 7, it must be one of the module's services: switch",
    "Correct it, or add it to `services` of the module",
  ],
  [
    "services that leave inherited health behind",
    "switch: {services: [router]}",
    'modules.switch.services leaves out "switch", whose health endpoint is in the built-in map',
    "Give modules.switch.health too",
  ],
  [
    "a port of 0",
    "switch: {health: [{service: switch, port: 0, path: /}]}",
    "modules.switch.health[0].port is 0, it must be a whole number from 1 to 65535",
    "",
  ],
  [
    "a port of 65536",
    "switch: {health: [{service: switch, port: 65536, path: /}]}",
    "modules.switch.health[0].port is 65536, it must be a whole number from 1 to 65535",
    "",
  ],
  [
    "a path without its slash",
    "switch: {health: [{service: switch, port: 1, path: health}]}",
    'modules.switch.health[0].path is "health", it must be a path that starts with `/`, without spaces',
    "",
  ],
  [
    "a path with a space",
    "switch: {health: [{service: switch, port: 1, path: /a b}]}",
    'modules.switch.health[0].path is "/a b", it must be a path that starts with `/`, without spaces',
    "",
  ],
  [
    "a path with NUL",
    'switch: {health: [{service: switch, port: 1, path: "/\\0"}]}',
    'modules.switch.health[0].path is "/\\u0000", it must be a path that starts with `/`, without spaces',
    "",
  ],
  [
    "an endpoint that lacks keys",
    "switch: {health: [{service: switch}]}",
    "modules.switch.health[0] lacks port, path",
    "Give service, port and path",
  ],
  [
    "an endpoint with an unknown key",
    "switch: {health: [{service: switch, port: 1, path: /, hdrs: x}]}",
    "unknown key modules.switch.health[0].hdrs",
    "Keys: service, kind, port, path, url, method, headers, status, body",
  ],
  [
    "a kind of check that there is not",
    "switch: {health: [{service: switch, kind: tpc, port: 1}]}",
    'modules.switch.health[0].kind is "tpc", it must be one of http, https, tcp, grpc, docker, running, exec, log, completed',
    'Did you mean "tcp"?',
  ],
  [
    "a key of another kind of check",
    "switch: {health: [{service: switch, kind: tcp, port: 1, path: /}]}",
    "unknown key modules.switch.health[0].path",
    "Keys: service, kind, port",
  ],
  [
    "a check of a kind without what that needs",
    "switch: {health: [{service: switch, kind: tcp}]}",
    "modules.switch.health[0] lacks port",
    "Give service and port",
  ],
  [
    "a key of a kind that has none",
    "switch: {health: [{service: switch, kind: running, port: 1}]}",
    "unknown key modules.switch.health[0].port",
    "Keys: service, kind",
  ],
  [
    "a command as a check without one",
    "switch: {health: [{service: switch, kind: exec}]}",
    "modules.switch.health[0] lacks command",
    "Give service and command",
  ],
  [
    "a command line for a shell as a check",
    "switch: {health: [{service: switch, kind: exec, command: pg_isready -U app}]}",
    'modules.switch.health[0].command is "pg_isready -U app", it must be a list of words: the program, then its arguments',
    "",
  ],
  [
    "a check of no command",
    "switch: {health: [{service: switch, kind: exec, command: []}]}",
    "modules.switch.health[0].command names no program",
    "Give a list, such as [pg_isready, -U, app]",
  ],
  [
    "a number as a word of a check's command",
    "switch: {health: [{service: switch, kind: exec, command: [sleep, 1]}]}",
    "modules.switch.health[0].command[1] is 1, it must be a word of a command",
    "Put it in quotes",
  ],
  [
    "the same command as a check twice",
    "switch: {health: [{service: switch, kind: exec, command: [a, b c]}, {service: switch, kind: exec, command: [a, b c]}]}",
    "modules.switch.health names the check `a 'b c'` of service \"switch\" twice",
    "Remove one of the two, or correct it",
  ],
  [
    "a log line that is no regular expression",
    'switch: {health: [{service: switch, kind: log, line: "ready ("}]}',
    'modules.switch.health[0].line is "ready (", it must be a regular expression',
    "Correct it: unterminated group",
  ],
  [
    "a log line that is no text",
    "switch: {health: [{service: switch, kind: log, line: 7}]}",
    "modules.switch.health[0].line is 7, it must be a regular expression",
    "",
  ],
  [
    "an empty log line, which every line matches",
    'switch: {health: [{service: switch, kind: log, line: ""}]}',
    'modules.switch.health[0].line is "", it must be a regular expression',
    "",
  ],
  [
    "a check of the log without a line",
    "switch: {health: [{service: switch, kind: log}]}",
    "modules.switch.health[0] lacks line",
    "Give service and line",
  ],
  [
    "the same log line twice",
    "switch: {health: [{service: switch, kind: log, line: a/b}, {service: switch, kind: log, line: a/b}]}",
    'modules.switch.health names the check log line /a\\/b/ of service "switch" twice',
    "Remove one of the two, or correct it",
  ],
  [
    "the same check of another kind twice",
    "switch: {health: [{service: switch, kind: docker}, {service: switch, kind: docker}]}",
    'modules.switch.health names the check its own health check of service "switch" twice',
    "Remove one of the two, or correct it",
  ],
  [
    "another check of a job",
    "switch: {health: [{service: switch, port: 1, path: /}, {service: switch, kind: completed}]}",
    'modules.switch.health says of service "switch" that it is a job (kind: completed), and also checks it by http: of a ' +
    "container that has ended nothing else can be asked",
    "Remove one of the two",
  ],
  [
    "a pattern that is a path",
    "switch: {tests: [../*.py]}",
    `modules.switch.tests[0] is "../*.py", it must be ${PATTERN_RULE}`,
    "",
  ],
  [
    "a pattern that is an option",
    "switch: {tests: [-x]}",
    `modules.switch.tests[0] is "-x", it must be ${PATTERN_RULE}`,
    "",
  ],
  [
    "a pattern of two lines",
    'switch: {tests: ["a\\nb"]}',
    `modules.switch.tests[0] is "a\\nb", it must be ${PATTERN_RULE}`,
    "",
  ],
  ["an empty pattern", 'switch: {tests: [""]}', `modules.switch.tests[0] is "", it must be ${PATTERN_RULE}`, ""],
  [
    "a pattern that no file name can be held against",
    'switch: {tests: ["[z-a].py"]}',
    `modules.switch.tests[0] is "[z-a].py", it must be ${PATTERN_RULE}`,
    "",
  ],
  [
    "a description of two lines",
    'switch: {description: "a\\nb"}',
    'modules.switch.description is "a\\nb", it must be a text of one line',
    "",
  ],
  ["yes for true", "switch: {optional: yes}", 'modules.switch.optional is "yes", it must be true or false', ""],
  [
    "a service of two modules",
    "probe: {services: [switch]}",
    'modules gives service "switch" to two modules, switch and probe',
    "Leave it to one of them; the other can name that one in depends_on",
  ],
];
for (const [what, yaml, message, next] of MISTAKES) {
  Deno.test(`modules: refuses ${what}`, () => assertUsage(() => modulesOf(yaml), `Config "c.yaml": ${message}`, next));
}

Deno.test("modules: a name may have 100 characters, and no more", async () => {
  const name = "n".repeat(100);
  assertEquals(moduleOf(`${name}: {services: [${name}]}`, name)?.services, [name]);
  assertEquals((await failureOf(() => modulesOf(`${name}n: {services: [x]}`))).data.exit, "usage");
});

Deno.test("a core of other services is called by their names, and by the description that is given", () => {
  const described = (text: string) =>
    parseConfig(`modules: { baseline: ${text} }`, "x").modules.get("baseline")?.description;
  assertEquals(described("{ services: [core], health: [] }"), "The core: core");
  assertEquals(described("{ services: [a, b], health: [] }"), "The core: a and b");
  assertEquals(described("{ services: [a, b], health: [], description: Ours }"), "Ours");
  assertEquals(described("{ optional: false }"), "The core: madre and tentaculo_link");
});
