/** The scripts of `completions`, in the shells themselves: lines are typed on a terminal, and the shell completes them. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseCommand } from "../../lib/cli/args.ts";
import { type Shell, SHELLS } from "../../lib/cli/commands/completions.ts";
import { SCRIPTS } from "../../lib/cli/doing/completions.ts";
import { assertUsage } from "../fakes/failure.ts";
import { fakeHost } from "../fakes/host.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const TYPING = new URL("../fixtures/typing.py", import.meta.url).pathname;
const CONFIG = `{ extends: none, modules: { web: { services: [web] }, worker: { services: [worker] } } }`;

/** The program on the PATH, and a project with a config file, in a folder whose name has a space. */
async function shop(): Promise<{ dir: string; env: Record<string, string> } & AsyncDisposable> {
  const home = await Deno.makeTempDir({ prefix: "vx11-shells-" });
  const dir = `${home}/the shop`;
  await Deno.mkdir(`${dir}/audit dirs/one`, { recursive: true });
  await Deno.writeTextFile(`${dir}/vx11-stability.yaml`, CONFIG);
  await Deno.writeTextFile(`${home}/vx11-stability`, `#!/bin/sh\nexec "${Deno.execPath()}" run -q -A "${MAIN}" "$@"\n`);
  await Deno.chmod(`${home}/vx11-stability`, 0o700);
  // A line that is typed after the completion says what stands there then.
  const shown = `vx11-stability() {
    if [ "$1" = __complete ]; then command vx11-stability "$@"; else printf '<%s>' "$@"; printf '#\\n'; fi
  }\n`;
  for (const shell of SHELLS) await Deno.writeTextFile(`${home}/script.${shell}`, shown + SCRIPTS[shell]);
  const env = { PATH: `${home}:${Deno.env.get("PATH")}`, HOME: home, TERM: "dumb", LC_ALL: "C.UTF-8", PS1: "" };
  return { dir, env, [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }) };
}

async function output(command: string, args: string[], options: Deno.CommandOptions = {}): Promise<string | null> {
  try {
    const { stdout, success } = await new Deno.Command(command, { args, stdin: "null", ...options }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch {
    return null;
  }
}

const PTY = await output("python3", ["-c", "import pty"]) !== null;
const SHELL: Record<Shell, boolean> = {
  bash: PTY && await output("bash", ["--version"]) !== null,
  zsh: PTY && await output("zsh", ["--version"]) !== null,
  fish: await output("fish", ["--version"]) !== null,
};

/** What is typed, where TAB is `\t` → the words that the program gets. */
const TYPED: [string, string][] = [
  ["vx11-stability pl\\t", "<plan>"],
  ["vx11-stability plan --modules wo\\t", "<plan><--modules><worker>"],
  ["vx11-stability plan --modules web,wo\\t", "<plan><--modules><web,worker>"],
  ["vx11-stability plan --modules=web,wo\\t", "<plan><--modules=web,worker>"],
  ["vx11-stability plan --eng\\tpro\\t--strict", "<plan><--engine><process><--strict>"],
  ["vx11-stability plan --engine=pro\\t", "<plan><--engine=process>"],
  ["vx11-stability plan --config vx\\t", "<plan><--config><vx11-stability.yaml>"],
  ["vx11-stability judge au\\tone", "<judge><audit dirs/one>"],
  ['cd /; vx11-stability plan --project-dir "$OLDPWD" --mode def\\t', "<plan><--project-dir><@><--mode><def>"],
  ["cd /; vx11-stability plan --project-dir @ --mode def\\t", "<plan><--project-dir><@><--mode><default>"],
  ["cd /; vx11-stability plan --project-dir ~/the\\\\ shop --mode def\\t", "<plan><--project-dir><@><--mode><default>"],
  ["vx11-stability plan --modules nothing\\t", "<plan><--modules><nothing>"],
  ["vx11-stability plan --config none.yaml --modules w\\t", "<plan><--config><none.yaml><--modules><w>"],
];

const START: Record<"bash" | "zsh", string[]> = {
  bash: ["bash", "--norc", "--noprofile", "-i"],
  zsh: ["zsh", "-f", "-i"],
};
for (const shell of ["bash", "zsh"] as const) {
  Deno.test({
    name: `${shell} completes commands, options, values, paths and the project's modules` +
      (SHELL[shell] ? "" : ` (skipped: it needs ${shell} and Python's pty)`),
    ignore: !SHELL[shell],
    async fn() {
      await using project = await shop();
      const { dir, env } = project;
      const quoted = dir.replaceAll(" ", "\\\\ ");
      const init = shell === "zsh" ? "autoload -U compinit; compinit -u; " : "";
      const lines = TYPED.map(([line]) => `cd "$SHOP"; ${line.replace("@", quoted)}\\r`);
      const keys = `${init}source ~/script.${shell}\\r${lines.join("")}exit\\r`;
      const seen = await output("python3", [TYPING, keys, ...START[shell]], { cwd: dir, env: { ...env, SHOP: dir } });
      const got = [...(seen ?? "").matchAll(/^(<.*>)#\r?$/gm)].map(([, words]) => words);
      const wanted = TYPED.map(([, words]) => words.replace("@", dir));
      assertEquals(got, wanted, seen ?? "");
    },
  });
}

const FISH: [string, string[]][] = [
  ["vx11-stability pl", ["plan"]],
  ["vx11-stability plan --modules w", ["web", "worker"]],
  ["vx11-stability plan --modules=web,w", ["--modules=web,worker"]],
  ["vx11-stability plan --engine=", ["--engine=compose", "--engine=process"]],
  ["vx11-stability plan --eng", ["--engine"]],
  ["vx11-stability plan --config vx", ["vx11-stability.yaml"]],
  ["vx11-stability plan --config=vx", ["--config=vx11-stability.yaml"]],
  ["vx11-stability judge ", ["audit dirs/"]],
  ["vx11-stability plan --config none.yaml --modules w", []],
];
Deno.test({
  name: "fish completes commands, options, values, paths and the project's modules" +
    (SHELL.fish ? "" : " (skipped: it needs fish)"),
  ignore: !SHELL.fish,
  async fn() {
    await using project = await shop();
    const { dir, env } = project;
    await Deno.writeTextFile(`${env["HOME"]}/script.fish`, SCRIPTS.fish);
    for (const [line, wanted] of FISH) {
      const seen = await output("fish", ["-c", 'source ~/script.fish; complete -C "$argv"', line], { cwd: dir, env });
      assertEquals((seen ?? "").split("\n").filter((row) => row !== "").map((row) => row.split("\t")[0]), wanted, line);
    }
  },
});

for (const shell of SHELLS) {
  Deno.test(`completions ${shell} prints a script that names no command and no option: it asks the program`, async () => {
    const { completions } = await import("../../lib/cli/commands/completions.ts");
    const host = fakeHost({ args: ["completions", shell] });
    const command = await parseCommand(host);
    assert(command.kind === "completions");
    const around = { tool: { name: "", version: "" }, parse: parseCommand };
    assertEquals(await completions.execute(host, command, around), 0);
    assertStringIncludes(host.written.out, "__complete");
    assertEquals(/--modules|selftest/.exec(host.written.out), null);
  });
}

Deno.test("completions wants a shell that it knows", async () => {
  const must = "it must be bash, zsh or fish";
  const usage = "Usage: vx11-stability completions";
  for (
    const [args, what, next] of [
      [["completions"], `completions names no SHELL, ${must}`, `${usage} SHELL [OPTIONS]`],
      [["completions", "fsih"], `completions is given "fsih", ${must}`, 'Did you mean "fish"?'],
      [["completions", "cmd.exe"], `completions is given "cmd.exe", ${must}`, `${usage} bash|zsh|fish`],
      [["completions", "bash", "zsh"], 'Cannot use "zsh" after completions bash', "Give one command, and options"],
    ] as [string[], string, string][]
  ) {
    await assertUsage(() => parseCommand(fakeHost({ args })), what, next);
  }
});
