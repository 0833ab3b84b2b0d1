/** The manual page: what it says, and how it looks in the readers of manual pages that are installed. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMAND_NAMES, commandNamed, optionsOf } from "../../lib/cli/commands.ts";
import { manPage } from "../../lib/cli/doing/man.ts";
import { description, exitRows, spelling, usage } from "../../lib/cli/help.ts";
import { roff } from "../../lib/text/roff.ts";

const PAGE = manPage({ name: "vx11-stability", version: "1.2.3" });

async function read(command: string, args: string[]): Promise<string | null> {
  const file = await Deno.makeTempFile({ suffix: ".1" });
  try {
    await Deno.writeTextFile(file, PAGE);
    const env = { LC_ALL: "C.UTF-8", MANWIDTH: "80", MAN_KEEP_FORMATTING: "", MANPAGER: "cat" };
    const { stderr, stdout } = await new Deno.Command(command, { args: [...args, file], env, stdin: "null" }).output();
    const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    // deno-lint-ignore no-control-regex -- how a page for a printer shows what is bold
    return text.replaceAll(/\x1b\[[\d;]*m|.\x08/g, "").replaceAll(file, "PAGE");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  } finally {
    await Deno.remove(file);
  }
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

const READERS: Record<string, string | null> = {
  man: await read("man", ["-l"]),
  mandoc: await read("mandoc", ["-T", "utf8", "-O", "width=78"]),
};
for (const [name, page] of Object.entries(READERS)) {
  Deno.test({
    name: `${name} shows every command, option, exit code and example in 80 columns` +
      (page === null ? ` (skipped: it needs ${name})` : ""),
    ignore: page === null,
    fn() {
      const text = page ?? "";
      for (const line of text.split("\n")) assert(line.length <= 80, line);
      const shown = flat(text);
      assertStringIncludes(shown, "vx11-stability 1.2.3");
      const sections = text.split(/^ {3}(?=\S+$)/m);
      for (const command of COMMAND_NAMES) {
        const section = flat(sections.find((each) => each.startsWith(`${command}\n`)) ?? "");
        const { arguments: wanted, examples, summary } = commandNamed(command);
        for (const part of [`${summary}.`, ...usage(command), wanted?.wanted ?? ""]) {
          assertStringIncludes(section, part);
        }
        for (const option of optionsOf(command)) {
          assertStringIncludes(section, `${spelling(option)} ${description(option)}`);
        }
        for (const [code, meaning] of exitRows(command)) assertStringIncludes(section, `${code} ${meaning}`);
        for (const [line, what] of examples) assertStringIncludes(section, `${line} ${what}`);
      }
      for (const [code, meaning] of exitRows(undefined)) assertStringIncludes(shown, `${code} ${meaning}`);
    },
  });
}

const LINTERS: Record<string, string | null> = {
  mandoc: await read("mandoc", ["-T", "lint"]),
  groff: await read("groff", ["-man", "-ww", "-z"]),
};
for (const [name, said] of Object.entries(LINTERS)) {
  Deno.test({
    name: `${name} finds nothing wrong with the page` + (said === null ? ` (skipped: it needs ${name})` : ""),
    ignore: said === null,
    fn() {
      // The same program prints the same page on every day.
      const lines = (said ?? "").split("\n").filter((line) => line !== "" && !line.includes("missing date"));
      assertEquals(lines, []);
    },
  });
}

Deno.test("the page has each section once, and each variable that an option has", () => {
  const titles = [...PAGE.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title);
  assertEquals(titles, [
    ...["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES"],
  ]);
  for (const name of ["NO_COLOR", "DEEPSEEK_BASE_URL"]) assertStringIncludes(PAGE, `.TP\n\\fB${roff(name)}\\fR\n`);
});
