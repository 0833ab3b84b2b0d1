/** The key `commands` of a module's entry: what it may hold, and what is said of a mistake in it. */

import { assertEquals } from "@std/assert";
import { parseConfig } from "../fakes/config.ts";
import type { ModuleSpec } from "../../lib/model/module.ts";
import { MODULES } from "../../lib/modules.ts";
import { assertUsage } from "../fakes/failure.ts";

function switchOf(commands: string): ModuleSpec | undefined {
  return parseConfig(`modules: {switch: {commands: ${commands}}}`, "c.yaml").modules.get("switch");
}

function commandsOf(yaml: string): unknown {
  return switchOf(yaml)?.moreTests?.["commands"];
}

const PLAIN = { cwd: ".", env: {}, timeoutSec: null, junit: null };

Deno.test("commands: a name and a list of words are enough; the rest of the entry stays", () => {
  const smoke = { ...PLAIN, name: "smoke", run: ["npm", "test"] };
  assertEquals(switchOf("[{name: smoke, run: [npm, test]}]"), { ...MODULES.switch, moreTests: { commands: [smoke] } });
});

Deno.test("commands: each key is read, and paths are made relative to the project dir", () => {
  const yaml = "[{name: a.b-c_1, run: [./x, '', a, a], in: host, cwd: ./e2e/, env: {PORT: 80, N: a b, E: ''}, " +
    "timeout: 0.5, junit: ../out/j.xml}, {name: b, run: [x], cwd: e2e/.., junit: ./j.xml}, " +
    "{name: c, run: [x], in: , cwd: , env: , timeout: , junit: }]";
  assertEquals(commandsOf(yaml), [
    {
      name: "a.b-c_1",
      run: ["./x", "", "a", "a"],
      cwd: "e2e",
      env: { PORT: "80", N: "a b", E: "" },
      timeoutSec: 0.5,
      junit: "out/j.xml",
    },
    { ...PLAIN, name: "b", run: ["x"], junit: "j.xml" },
    { ...PLAIN, name: "c", run: ["x"] },
  ]);
});

Deno.test("commands: in a service, paths may lead anywhere, and are left to it", () => {
  const yaml = "[{name: a, run: [x], in: switch}, {name: b, run: [x], in: switch, cwd: /srv/app/, junit: out/j.xml}, " +
    "{name: c, run: [x], in: switch, cwd: ../e2e, junit: ../j.xml}, {name: d, run: [x], in: switch, cwd: a, junit: /t/../j.xml}]";
  assertEquals(commandsOf(yaml), [
    { ...PLAIN, name: "a", run: ["x"], service: "switch" },
    { ...PLAIN, name: "b", run: ["x"], service: "switch", cwd: "/srv/app", junit: "/srv/app/out/j.xml" },
    { ...PLAIN, name: "c", run: ["x"], service: "switch", cwd: "../e2e", junit: "../j.xml" },
    { ...PLAIN, name: "d", run: ["x"], service: "switch", cwd: "a", junit: "/j.xml" },
  ]);
});

Deno.test("commands: in an image, paths are those of the project", () => {
  const yaml =
    "[{name: a, run: [x], image: node}, {name: b, run: [x], in: , image: 'ghcr.io/a/b:1@sha256:0a', cwd: ./e2e/, " +
    "junit: ../j.xml}, {name: c, run: [x], in: host, image: }]";
  assertEquals(commandsOf(yaml), [
    { ...PLAIN, name: "a", run: ["x"], image: "node" },
    { ...PLAIN, name: "b", run: ["x"], image: "ghcr.io/a/b:1@sha256:0a", cwd: "e2e", junit: "j.xml" },
    { ...PLAIN, name: "c", run: ["x"] },
  ]);
});

const RUNS_IN = (service: string, more = "") =>
  `extends: none\n${more}\nmodules: {web: {services: [app], commands: [{name: a, run: [x]}, ` +
  `{name: b, run: [x], in: ${service}}]}, db: {services: [pg]}, cache: {services: [redis], depends_on: [db]}}`;

Deno.test("commands: runs in a service of the module, of one that it needs, of the core or of a mode, or of no module", () => {
  const placed = (text: string) => parseConfig(text, "c.yaml").modules.get("web")?.moreTests?.["commands"]?.[1];
  for (
    const text of [
      RUNS_IN("app"),
      RUNS_IN("pg", "core: [db]"),
      RUNS_IN("pg", "modes: {full: [cache]}"),
      RUNS_IN("pg").replace("[app],", "[app], depends_on: [cache],"),
      RUNS_IN("helper"),
    ]
  ) {
    assertEquals(typeof placed(text), "object", text);
  }
});

Deno.test("commands: refuses a service of a module that need not be up", () => {
  return assertUsage(
    () => parseConfig(RUNS_IN("pg"), "c.yaml"),
    'Config "c.yaml": modules.web.commands[1] runs in service "pg" of module db, which need not be up then',
    "Add db to its depends_on, or name a service of the module, of one that it depends on or of the core",
  );
});

Deno.test("commands: an empty list is none", () => {
  assertEquals(switchOf("[]"), MODULES.switch);
});

Deno.test("commands: of one file, an entry replaces the commands of its own module only", () => {
  const text = "modules: {switch: {commands: [{name: a, run: [x]}]}, hermes: {commands: [{name: a, run: [y]}]}}";
  const { modules } = parseConfig(text, "c.yaml");
  const runs = ["switch", "hermes"].map((name): unknown => modules.get(name)?.moreTests?.["commands"]);
  assertEquals(runs, [[{ ...PLAIN, name: "a", run: ["x"] }], [{ ...PLAIN, name: "a", run: ["y"] }]]);
});

const NAME_RULE = "a name of up to 100 letters, digits, `_`, `.`, `-`, with a letter, a digit or `_` first";
const FOLDER = "the path of a folder in the project, relative to it";
const FILE = "the path of a file in the project, relative to cwd";
const SECONDS = "a number of seconds over 0 and up to 86400";
const THERE = "the path of a folder in the service's container";
const THERE_FILE = "the path of a file in the service's container";
const IMAGE = "the name of an image, such as node:22 or ghcr.io/a/b@sha256:…";
const ONE = "Leave out `in`: with `image`, it runs in a container of that image. Or leave out `image`";
const LIST = "Give a list, such as [npm, test]";
/** What it is of, the first command without its braces, what is said of it below `commands[0]`, and what to do. */
const MISTAKES: [string, string, string, string][] = [
  ["no run", "name: a", " lacks run", "Give name and run"],
  ["no name", "run: [x]", " lacks name", "Give name and run"],
  ["a run without a word", "name: a, run: []", ".run names no program", LIST],
  ["a run without a program", "name: a, run: ['', x]", ".run names no program", LIST],
  [
    "a run for a shell",
    "name: a, run: npm test",
    '.run is "npm test", it must be a list of words: the program, then its arguments',
    "",
  ],
  [
    "a word that is none",
    "name: a, run: [sleep, 5]",
    ".run[1] is 5, it must be a word of a command",
    "Put it in quotes",
  ],
  ["a name with a slash", "name: a/b, run: [x]", `.name is "a/b", it must be ${NAME_RULE}`, ""],
  ["a name with a control", 'name: "a\\nb", run: [x]', `.name is "a\\nb", it must be ${NAME_RULE}`, ""],
  ["a name of two words", "name: a b, run: [x]", `.name is "a b", it must be ${NAME_RULE}`, ""],
  [
    "a name that is too long",
    `name: ${"n".repeat(101)}, run: [x]`,
    `.name is "${"n".repeat(60)}…", it must be ${NAME_RULE}`,
    "",
  ],
  ["a place that is none", "name: a, run: [x], in: a b", '.in is "a b", it must be host or the name of a service', ""],
  [
    "a place that is a list",
    "name: a, run: [x], in: [web]",
    ".in is a list, it must be host or the name of a service",
    "",
  ],
  [
    "a cwd with a control in a service",
    'name: a, run: [x], in: web, cwd: "a\\0"',
    '.cwd is "a\\u0000", it must be ' + THERE,
    "",
  ],
  [
    "an empty junit in a service",
    "name: a, run: [x], in: web, junit: ''",
    `.junit is "", it must be ${THERE_FILE}`,
    "",
  ],
  ["an image that is an option", "name: a, run: [x], image: -v", '.image is "-v", it must be ' + IMAGE, ""],
  ["an image with a space", "name: a, run: [x], image: a b", '.image is "a b", it must be ' + IMAGE, ""],
  ["an empty image", "name: a, run: [x], image: ''", '.image is "", it must be ' + IMAGE, ""],
  ["an image that is a number", "name: a, run: [x], image: 7", ".image is 7, it must be " + IMAGE, ""],
  ["a service and an image", "name: a, run: [x], in: web, image: node:22", " has both in and image", ONE],
  ["the host and an image", "name: a, run: [x], in: host, image: node:22", " has both in and image", ONE],
  ["a cwd outside in an image", "name: a, run: [x], image: a, cwd: /srv", `.cwd is "/srv", it must be ${FOLDER}`, ""],
  [
    "a junit outside in an image",
    "name: a, run: [x], image: a, junit: ../j",
    `.junit is "../j", it must be ${FILE}`,
    "",
  ],
  ["a negative timeout", "name: a, run: [x], timeout: -1", `.timeout is -1, it must be ${SECONDS}`, ""],
  ["a timeout of nothing", "name: a, run: [x], timeout: 0", `.timeout is 0, it must be ${SECONDS}`, ""],
  ["a timeout of more than a day", "name: a, run: [x], timeout: 86401", `.timeout is 86401, it must be ${SECONDS}`, ""],
  ["a timeout that is a text", "name: a, run: [x], timeout: 5s", `.timeout is "5s", it must be ${SECONDS}`, ""],
  ["an absolute cwd", "name: a, run: [x], cwd: /srv", `.cwd is "/srv", it must be ${FOLDER}`, ""],
  ["a cwd outside", "name: a, run: [x], cwd: e2e/../..", `.cwd is "e2e/../..", it must be ${FOLDER}`, ""],
  ["an empty cwd", "name: a, run: [x], cwd: ''", `.cwd is "", it must be ${FOLDER}`, ""],
  ["a cwd with a control", 'name: a, run: [x], cwd: "a\\0"', `.cwd is "a\\u0000", it must be ${FOLDER}`, ""],
  ["an absolute junit", "name: a, run: [x], junit: /tmp/j.xml", `.junit is "/tmp/j.xml", it must be ${FILE}`, ""],
  [
    "a junit outside",
    "name: a, run: [x], cwd: e2e, junit: ../../j.xml",
    `.junit is "../../j.xml", it must be ${FILE}`,
    "",
  ],
  [
    "an env that is a list",
    "name: a, run: [x], env: [A=b]",
    ".env is a list, it must be a mapping",
    "",
  ],
  [
    "a variable that is none",
    "name: a, run: [x], env: {A-B: c}",
    ".env.A-B is no name for a variable",
    "Use letters, digits and `_`",
  ],
  ["a variable of several values", "name: a, run: [x], env: {A: [b]}", ".env.A is a list, it must be a text", ""],
];
for (const [what, command, said, next] of MISTAKES) {
  Deno.test(`commands: refuses ${what}`, () => {
    return assertUsage(() => switchOf(`[{${command}}]`), `Config "c.yaml": modules.switch.commands[0]${said}`, next);
  });
}

Deno.test("commands: refuses what is no list, an unknown key, and a name that is there already", async () => {
  const at = "modules.switch.commands";
  await assertUsage(
    () => switchOf("{name: a, run: [x]}"),
    `Config "c.yaml": ${at} is a mapping, it must be a list of commands`,
    "",
  );
  await assertUsage(
    () => switchOf("[{name: a, run: [x], comand: y}]"),
    `Config "c.yaml": unknown key ${at}[0].comand`,
    "Keys: name, run, in, image, cwd, env, timeout, junit",
  );
  await assertUsage(
    () => switchOf("[{name: a, run: [x]}, {name: b, run: [x]}, {name: a, run: [y]}]"),
    `Config "c.yaml": ${at}[2].name is "a", which another command of the module has`,
    "Give each command a name of its own",
  );
});
