import { assertEquals, assertStringIncludes } from "@std/assert";
import { LEVELS, violations } from "../../scripts/check_imports.ts";
import { circles } from "../../scripts/circles.ts";
import { scan } from "../../scripts/scan.ts";

const ROOM_FILES: Record<string, string> = { main: "main.ts" };
for (const room of LEVELS.flat()) ROOM_FILES[room] ??= `lib/${room}/thing.ts`;

/** The first words of what `source` breaks in `file`, with the line. */
function broken(file: string, source: string): string[] {
  return violations(file, source).map(({ line, rule }) => `${line} ${rule.split(" ")[0]}`);
}

function pathBetween(from: string, to: string): string {
  return (from === "main.ts" ? "./" : "../../") + to;
}

Deno.test("violations() lets each room import from every room below it and from none above or beside it", () => {
  LEVELS.forEach((rooms, level) => {
    for (const from of rooms) {
      LEVELS.forEach((others, otherLevel) => {
        for (const to of others.filter((room) => room !== from)) {
          const [file, target] = [`${ROOM_FILES[from]}`, `${ROOM_FILES[to]}`];
          const found = broken(file, `import { x } from "${pathBetween(file, target)}";\n`);
          assertEquals(found, otherLevel > level ? [] : ["1 climbing-import"], `${from} imports ${to}`);
        }
      });
    }
  });
});

Deno.test("violations() lets a room import its own files and the doors", () => {
  const source = `import { a } from "./b.ts";\nimport { parse } from "@std/yaml";\nimport "../std/yaml.ts";\n`;
  assertEquals(broken("lib/plan/graph.ts", source), []);
});

Deno.test("violations() counts type imports, re-exports, side effects and import types", () => {
  const source = [
    `import type { Run } from "../run/run.ts";`,
    `import {`,
    `  type Run,`,
    `} from '../run/run.ts';`,
    `export * from "../cli/cli.ts";`,
    `export type { Plan } from "../plan/plan.ts";`,
    `import "../health/wait.ts";`,
    `let x: import("../run/run.ts").Run;`,
  ].join("\n");
  assertEquals(broken("lib/model/record.ts", source), [1, 4, 5, 6, 7, 8].map((line) => `${line} climbing-import`));
});

Deno.test("violations() names place, rule and remedy", () => {
  assertEquals(violations("lib/tests/find.ts", `\nimport { up } from "../engine/engine.ts";`), [{
    file: "lib/tests/find.ts",
    line: 2,
    rule: `climbing-import tests → engine "../engine/engine.ts"`,
    todo:
      "imports run main → cli → demo|selftest|doctor → run → audit → review|history → config → health → engine|tests|report → judge → record → figures → " +
      "plan → secrets|proc → host → values → text → model, never between rooms of one level: move the code down, or pass it in",
  }]);
});

Deno.test("violations() keeps the module map to config and cli, and its own imports to the model", () => {
  const source = `import { MODULES } from "../modules.ts";`;
  for (const room of ["config", "cli"]) assertEquals(broken(`lib/${room}/a.ts`, source), []);
  for (const room of ["plan", "run", "demo", "engine", "report", "host", "model", "std"]) {
    assertEquals(broken(`lib/${room}/a.ts`, source).length, 1, room);
  }
  assertEquals(broken("lib/modules.ts", `import type { Mode } from "./model/module.ts";`), []);
  assertEquals(broken("lib/modules.ts", `import { order } from "./plan/graph.ts";`), ["1 climbing-import"]);
});

Deno.test("violations() keeps the real host to main.ts", () => {
  assertEquals(broken("main.ts", `import { denoHost } from "./lib/host/deno.ts";`), []);
  assertEquals(broken("lib/run/run.ts", `import { denoHost } from "../host/deno.ts";`), ["1 real-host"]);
  assertEquals(broken("lib/host/capture.ts", `import { denoHost } from "./deno.ts";`), ["1 real-host"]);
  assertEquals(broken("lib/host/capture.ts", `import { files } from "./deno_files.ts";`), ["1 real-host"]);
  assertEquals(broken("lib/host/deno.ts", `import { files } from "./deno_files.ts";`), []);
  assertEquals(broken("lib/host/deno_files.ts", `Deno.cwd();`), []);
});

Deno.test("violations() lets the stand-in know the model and Deno, and main.ts alone load it, when it is wanted", () => {
  const source = `import type { Mode } from "../model/module.ts";\nimport { join } from "@std/path";\nDeno.exit();\n`;
  assertEquals(broken("lib/standin/standin.ts", source + `import "./pages.ts";`), []);
  for (const room of ["host", "cli", "plan", "engine"]) {
    assertEquals(broken("lib/standin/a.ts", `import "../${room}/a.ts";`), ["1 climbing-import"], room);
    assertEquals(broken(`lib/${room}/a.ts`, `await import("../standin/a.ts");`), ["1 climbing-import"], room);
  }
  assertEquals(broken("lib/standin/a.ts", `import "../modules.ts";`).length, 1);
  assertEquals(broken("lib/standin/a.ts", `setTimeout(f, 5);`), ["1 fixed-sleep"]);
  assertEquals(broken("main.ts", `await import("./lib/standin/a.ts");`), []);
  assertEquals(broken("main.ts", `import { standIn } from "./lib/standin/a.ts";`), ["1 eager-import"]);
});

Deno.test("violations() wants packages behind a door, fixed paths, known rooms, and deno.json for main.ts only", () => {
  assertEquals(broken("lib/run/run.ts", `import { parse } from "npm:yaml";`), ["1 outside-package"]);
  assertEquals(broken("lib/std/yaml.ts", `export { parse } from "npm:deno-std@1.4.0/yaml/mod.js";`), []);
  assertEquals(broken("lib/run/run.ts", "\nconst m = await import(name);\nawait import(`./${a}.ts`);"), [
    "2 computed-import",
    "3 computed-import",
  ]);
  assertEquals(broken("lib/new_room/a.ts", ""), ["1 unknown-room"]);
  assertEquals(broken("lib/loose.ts", `import "./run/run.ts";`), ["1 unknown-room"]);
  assertEquals(broken("lib/run/run.ts", `import { x } from "../../tests/fakes/x.ts";`), ["1 unknown-room"]);
  assertEquals(broken("main.ts", `import config from "./deno.json" with { type: "json" };`), []);
  assertEquals(broken("lib/cli/cli.ts", `import config from "../../deno.json" with { type: "json" };`), [
    "1 unknown-room",
  ]);
});

Deno.test("violations() finds Deno and fixed sleeps in code, not in comments and strings", () => {
  const source = [
    `// Deno.exit is not used, nor setTimeout(`,
    `/* Deno.args */ const text = "Deno.exit()" + 'setTimeout(f)' + \`Deno.\${"Deno.x"} setTimeout(\`;`,
    `const pattern = /["'\`]Deno\\.\\/[/"]/; const half = total / 2 / 3;`,
    `Deno.exit(1);`,
    "const t = `a ${Deno.args} b ${`${globalThis.Deno?.pid}`} Deno.x`;",
    `const { stat } = Deno;`,
    `await new Promise((r) => setTimeout(r, 50));`,
    `denoHost(); DenoLike.x; mySetTimeout();`,
  ].join("\n");
  const [deno, sleep] = ["deno-token", "fixed-sleep"];
  assertEquals(broken("lib/run/run.ts", source), [`4 ${deno}`, `5 ${deno}`, `5 ${deno}`, `6 ${deno}`, `7 ${sleep}`]);
  assertEquals(broken("lib/host/capture.ts", source), [`4 ${deno}`, `5 ${deno}`, `5 ${deno}`, `6 ${deno}`]);
  for (const file of ["lib/host/deno.ts", "lib/std/fs.ts"]) assertEquals(broken(file, source), [], file);
  assertEquals(broken("main.ts", source), [`7 ${sleep}`]);
});

Deno.test("scan() is not led astray by what only looks like an import", () => {
  const source = [
    `Array.from("abc"); a.from "x"; const importer = 1; import.meta.dirname;`,
    `// import "./no.ts"`,
    `const s = 'import "./no.ts"'; const q = "it's // no comment";`,
    `import { a } from /* which */ "./yes.ts";`,
  ].join("\n");
  const { code, imports, computed } = scan(source);
  assertEquals(imports, [{ specifier: "./yes.ts", line: 4, lazy: false }]);
  assertEquals(computed, []);
  assertEquals(code.length, source.length);
  assertStringIncludes(code, `import { a } from             "        ";`);
});

Deno.test("check_imports.ts exits 1 with a line for each planted violation, and 0 without one", async () => {
  const root = await Deno.makeTempDir();
  try {
    const here = new URL("../..", import.meta.url).pathname;
    for (const dir of ["scripts", "lib/std", "lib/model", "lib/run"]) {
      await Deno.mkdir(`${root}/${dir}`, { recursive: true });
    }
    for (const file of ["check_imports.ts", "circles.ts", "scan.ts", "say.ts"]) {
      await Deno.copyFile(`${here}/scripts/${file}`, `${root}/scripts/${file}`);
    }
    await Deno.writeTextFile(`${root}/main.ts`, `import "./lib/run/run.ts";\n`);
    await Deno.writeTextFile(`${root}/lib/run/run.ts`, `import "../model/record.ts";\n`);
    await Deno.writeTextFile(`${root}/lib/model/record.ts`, "export {};\n");
    const check = async () => {
      const args = ["run", "--no-prompt", "--allow-read", "--config", `${here}/deno.json`, "scripts/check_imports.ts"];
      const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
      return { code, stderr: new TextDecoder().decode(stderr) };
    };
    assertEquals(await check(), { code: 0, stderr: "" });
    await Deno.writeTextFile(`${root}/lib/model/record.ts`, `import "../run/run.ts";\nDeno.exit();\n`);
    const { code, stderr } = await check();
    assertEquals(code, 1);
    const rules = stderr.split("\n").map((line) => line.split(/:? /)[1] ?? "");
    assertEquals(rules, ["climbing-import", "deno-token", "circle", ""]);
    assertStringIncludes(stderr, "lib/model/record.ts → lib/run/run.ts → lib/model/record.ts");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("circles() finds what comes back to itself over several files, once, and nothing in what is only shared", () => {
  const imports = new Map([
    ["a", ["b", "d"]],
    ["b", ["c", "d"]],
    ["c", ["a"]],
    ["d", []],
    ["e", ["e2"]],
    ["e2", ["e"]],
  ]);
  assertEquals(circles(imports), [["a", "b", "c", "a"], ["e", "e2", "e"]]);
  assertEquals(circles(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), []);
});

Deno.test("ARCHITECTURE.md has the rooms in the order that is checked", async () => {
  const page = await Deno.readTextFile(new URL("../../ARCHITECTURE.md", import.meta.url));
  const block = /## The rooms[^]*?```text\n([^]*?)\n```/.exec(page)?.[1] ?? "";
  const levels = block.split("\n-\n").map((lines) => lines.split("\n").map((line) => line.split(" ")[0]));
  assertEquals(levels, LEVELS.map((rooms) => [...rooms]));
});
