/** What the program answers to a shell that completes a line. */

import { assertEquals } from "@std/assert";
import { complete } from "../../lib/cli/doing/complete.ts";
import { COMMAND_NAMES, commandNamed, optionsOf } from "../../lib/cli/commands.ts";
import { ENGINE_NAMES } from "../../lib/engine/registry.ts";
import { MODULE_NAMES } from "../../lib/modules.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { fakeHost } from "../fakes/host.ts";

const SHOP = `
extends: none
core: [db]
modes: { busy: [web] }
modules:
  db: { services: [db], description: "The database: the shop's.\\u2028 Of all" }
  web: { services: [web] }
  web-admin: { services: [web-admin] }
  worker: { services: [worker] }
`;
const FILES = {
  "/work/vx11-stability.yaml": SHOP,
  "/work/other.yaml": "{ extends: none, modules: { only: { services: [only] } } }",
  "/work/broken.yaml": "modules: [",
  "/elsewhere/vx11-stability.yml": "{ extends: none, modules: { far: { services: [far] } } }",
};

/** A host on which files are regular ones. */
function withTimes(files: Record<string, string>) {
  const plain = fakeHost({ files });
  const modifiedMs = (path: string) => Promise.resolve(path in files ? 1 : null);
  return { ...plain, files: { ...plain.files, modifiedMs } };
}

async function answer(line: string, files: Record<string, string> = FILES) {
  const host = withTimes(files);
  await complete(host, line.split(" "));
  assertEquals(host.written.err, "");
  const [head = "", ...rows] = host.written.out.replace(/\n$/, "").split("\n");
  const [kind, kept] = head.split("\t");
  return { kind, kept, words: rows.map((row) => row.split("\t")[0] ?? ""), rows };
}

const CASES: [string, string, string, string[]][] = [
  ["", "words", "", COMMAND_NAMES],
  ["re", "words", "", ["resume", "report", "review"]],
  ["--project-dir /x re", "words", "", ["resume", "report", "review"]],
  ["nonsense ", "words", "", []],
  ["run --no-k", "words", "", ["--no-keep-core"]],
  ["run --keep-core --no-k", "words", "", []],
  ["--mod", "words", "", ["--mode", "--modules"]],
  ["plan --modules web --mod", "words", "", ["--mode"]],
  ["plan --compose-file a.yml --compose", "words", "", ["--compose-file"]],
  ["plan --mode ", "words", "", ["default", "busy"]],
  ["plan --modules ", "commas", "", ["db", "web", "web-admin", "worker"]],
  ["--modules w", "commas", "", ["web", "web-admin", "worker"]],
  ["plan --modules web,w", "commas", "web,", ["web-admin", "worker"]],
  ["plan --modules=web,worker,", "commas", "--modules=web,worker,", ["db", "web-admin"]],
  ["plan --modules ,w", "commas", ",", ["web", "web-admin", "worker"]],
  ["plan --config other.yaml --modules ", "commas", "", ["only"]],
  ["plan --config=other.yaml --modules ", "commas", "", ["only"]],
  ["plan --config broken.yaml --modules ", "commas", "", []],
  ["plan --config none.yaml --modules ", "commas", "", []],
  ["plan --project-dir /elsewhere --modules ", "commas", "", ["far"]],
  ["--project-dir /elsewhere plan --modules ", "commas", "", ["far"]],
  ["plan --project-dir=../elsewhere --modules ", "commas", "", ["far"]],
  ["plan --project-dir /nowhere --modules ", "commas", "", [...MODULE_NAMES]],
  ["demo --modules ", "commas", "", [...MODULE_NAMES]],
  ["demo --config other.yaml --modules ", "commas", "", ["only"]],
  ["plan --engine ", "words", "", [...ENGINE_NAMES]],
  ["plan --engine=p", "words", "--engine=", ["process"]],
  ["plan --pull ", "words", "", ["missing", "never", "always"]],
  ["selftest --only memory,me", "commas", "memory,", []],
  ["report docs/audit/x --format j", "words", "", ["json", "junit"]],
  ["report ", "folder", "", []],
  ["report docs", "folder", "", []],
  ["report docs/audit/x extra", "words", "", []],
  ["report -- --x", "folder", "", []],
  ["report -- docs/audit/x --qu", "words", "", []],
  ["compare old ", "file", "", []],
  ["compare old new --fo", "words", "", ["--format"]],
  ["plan --config ", "file", "", []],
  ["plan --config=x", "file", "--config=", []],
  ["plan --cycles ", "words", "", []],
  ["plan --quiet=", "words", "--quiet=", []],
  ["plan --nonsense=x", "words", "--nonsense=", []],
  ["plan --fault ", "words", "", []],
  ["completions ", "words", "", ["bash", "zsh", "fish"]],
  ["completions z", "words", "", ["zsh"]],
];
for (const [line, kind, kept, words] of CASES) {
  Deno.test(`\`${line}\` is completed with ${kind} ${words.join(" ")}`, async () => {
    const got = await answer(line);
    assertEquals([got.kind, got.kept, got.words], [kind, kept, words]);
  });
}

Deno.test("a word and what it does stand in one line each, whatever a description has in it", async () => {
  assertEquals((await answer("plan --modules d")).rows, ["db\tThe database: the shop's"]);
  const { rows } = await answer("plan --jo");
  assertEquals(rows, ["--jobs\tmodules to test at the same time"]);
});

Deno.test("two config files of one project give no module names, and no error", async () => {
  const files = { ...FILES, "/work/vx11-stability.yml": "modules: {}" };
  assertEquals((await answer("plan --modules ", files)).words, []);
});

Deno.test("a config file that is a pipe is not read", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vx11-complete-" });
  try {
    await new Deno.Command("mkfifo", { args: [`${dir}/pipe`] }).output();
    const host = fakeHost({ cwd: dir, host: { files: denoHost().files } });
    await complete(host, ["plan", "--config", "pipe", "--modules", ""]);
    assertEquals(host.written.out, "commas\t\n");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("no line makes it fail, however it is cut", async () => {
  for (const { 0: line } of CASES) {
    for (let end = 0; end < line.length; end++) await answer(line.slice(0, end));
  }
  await answer("x".repeat(100_000));
  await complete(fakeHost(), []);
});

Deno.test("every option that takes a path, and every one of which the help lists the words, says what completes it", () => {
  for (const command of COMMAND_NAMES) {
    for (const { commas, name, placeholder, values, wanted } of optionsOf(command)) {
      if (placeholder === "PATH") assertEquals(["file", "folder"].includes(String(values)), true, `${command} ${name}`);
      if (typeof values !== "object") continue;
      const said = commandNamed(command).options.find((option) => option.name === name)?.help ?? "";
      for (const word of values) {
        const isSaid = `${wanted} ${said}`.includes(word) || name === "fault";
        assertEquals(isSaid, true, `${command} --${name} ${word}`);
      }
      assertEquals(commas === true, /separated by commas/.test(wanted ?? ""), name);
    }
  }
});
