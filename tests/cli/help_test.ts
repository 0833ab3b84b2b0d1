import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { helpText } from "../../lib/cli/help.ts";
import { COMMAND_NAMES, COMMANDS, OPTIONS, optionsOf } from "../../lib/cli/options.ts";
import { EXIT_CODES } from "../../lib/model/failure.ts";

const PAGES = [undefined, ...COMMAND_NAMES];

/** One space for every run of white space, so that wrapping does not matter. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

for (const command of PAGES) {
  Deno.test(`helpText(${command ?? ""}) has no line over 80 columns, no tab, and no trailing space`, () => {
    for (const line of helpText(command).split("\n")) assert(line.length <= 80 && !/\t| $/.test(line), line);
  });

  Deno.test(`helpText(${command ?? ""}) has each option of the command with its default, and no other`, () => {
    const help = flat(helpText(command));
    const own = optionsOf(command ?? "run");
    for (const option of own) {
      assertStringIncludes(help, option.kind === "switch" ? ` --[no-]${option.name} ` : ` --${option.name} `);
      assertStringIncludes(help, option.help);
      const value = option.shownDefault ?? option.fallback;
      if (value !== undefined) assertStringIncludes(help, `(default: ${value}`);
      if (option.env !== undefined) assertStringIncludes(help, `env: ${option.env}`);
    }
    for (const option of OPTIONS.filter((option) => !own.includes(option))) {
      assert(!help.includes(option.help), option.name);
    }
  });

  Deno.test(`helpText(${command ?? ""}) has every exit code with its meaning, and the sections in order`, () => {
    const help = helpText(command);
    for (const { code, meaning } of Object.values(EXIT_CODES)) {
      assertStringIncludes(help, `\n  ${`${code}`.padEnd(3)}  ${meaning}\n`);
    }
    const titles = help.split("\n").filter((line) => /^[A-Z ]+$/.test(line));
    const commands = command === undefined ? ["COMMANDS"] : [];
    assertEquals(titles, ["USAGE", ...commands, "OPTIONS", "EXIT CODES", "EXAMPLES"]);
  });
}

Deno.test("helpText() names every command and what it does", () => {
  for (const name of COMMAND_NAMES) assertStringIncludes(flat(helpText()), `${name} ${COMMANDS[name]}`);
});

Deno.test("helpText() aligns the texts of options", () => {
  const options = helpText().split("\nOPTIONS\n")[1]?.split("\n\n")[0]?.split("\n") ?? [];
  const starts = options.map((line) => /^ {2}-\S*(?:, --\S+)?(?: [A-Z,]+)?( {2,})/.exec(line)?.[0].length);
  assertEquals(new Set(starts.filter((start) => start !== undefined)).size, 1);
  assertEquals(starts.filter((start) => start !== undefined).length, optionsOf("run").length);
});

Deno.test("OPTIONS has each name once, and words for every option that takes a value", () => {
  assertEquals(new Set(OPTIONS.map(({ name }) => name)).size, OPTIONS.length);
  for (const option of COMMAND_NAMES.flatMap(optionsOf)) {
    const takesValue = option.kind === "value" || option.kind === "list";
    assertEquals(
      [option.placeholder !== undefined, option.wanted !== undefined],
      [takesValue, takesValue],
      option.name,
    );
  }
});
