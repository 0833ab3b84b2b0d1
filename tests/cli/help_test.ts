import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { helpText } from "../../lib/cli/help.ts";
import { COMMAND_NAMES, type CommandName, commandNamed, OPTIONS, optionsOf } from "../../lib/cli/commands.ts";
import { EXIT_CODES, type ExitName } from "../../lib/model/failure.ts";

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
    const [, options = ""] = /OPTIONS( -.*) EXIT CODES/.exec(help) ?? [];
    assert(options !== "");
    for (const option of own) {
      assertStringIncludes(help, option.kind === "switch" ? ` --[no-]${option.name} ` : ` --${option.name} `);
      assertStringIncludes(help, option.help);
      const value = option.shownDefault ?? option.fallback;
      if (value !== undefined) assertStringIncludes(help, `(default: ${value}`);
      if (option.env !== undefined) assertStringIncludes(help, `env: ${option.env}`);
    }
    for (const option of OPTIONS.filter(({ name }) => !own.some((each) => each.name === name))) {
      assert(!options.includes(` --${option.name} `) && !help.includes(option.help), option.name);
    }
  });

  Deno.test(`helpText(${command ?? ""}) has every exit code of it with its meaning, and the sections in order`, () => {
    const help = helpText(command);
    const [, codes = ""] = /\nEXIT CODES\n([^]*?)\n\n/.exec(help) ?? [];
    const rows = (Object.keys(EXIT_CODES) as ExitName[]).flatMap((name) => {
      const meaning = command === undefined ? EXIT_CODES[name].meaning : commandNamed(command).exits[name];
      return meaning === undefined ? [] : [`${EXIT_CODES[name].code} ${meaning}`];
    });
    assertEquals(flat(codes).trim(), rows.join(" "));
    const titles = help.split("\n").filter((line) => /^[A-Z ]+$/.test(line));
    const commands = command === undefined ? ["COMMANDS"] : [];
    assertEquals(titles, ["USAGE", ...commands, "OPTIONS", "EXIT CODES", "EXAMPLES"]);
  });
}

/** Which exit codes a command has, and what its help must not say, since it is another command's. */
const OWN: [CommandName, number[], RegExp][] = [
  ["run", [0, 1, 2, 3, 4, 130], /selftest|compare found/],
  ["plan", [0, 2, 3, 4], /a module is FAIL|--baseline|--across-hosts/],
  ["judge", [0, 1, 2, 3, 4, 130], /selftest/],
  ["report", [0, 2, 3, 4], /compare|a module is FAIL/],
  ["compare", [0, 1, 2, 3, 4], /junit|report:|AUDIT_DIR|a module is FAIL|a WARN|--quiet/],
  ["history", [0, 2, 3, 4], /a module is FAIL|--quiet/],
  ["selftest", [0, 1, 2, 3, 4, 130], /judge:|AUDIT_DIR|low_power|config file/],
  ["review", [0, 2, 3, 4, 130], /a module is FAIL/],
  ["doctor", [0, 2, 3, 4, 130], /a module is FAIL|selftest|the plan was printed/],
  ["init", [0, 2, 3, 4], /a module is FAIL|reports|--quiet/],
  ["clean", [0, 2, 3, 4], /a module is FAIL|reports/],
];
for (const [command, codes, foreign] of OWN) {
  Deno.test(`helpText(${command}) says nothing that is true of other commands alone`, () => {
    const help = helpText(command);
    assertEquals(flat(help).match(foreign)?.[0], undefined);
    const [, exits = ""] = /\nEXIT CODES\n([^]*?)\n\n/.exec(help) ?? [];
    assertEquals([...exits.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code)), codes);
  });
}

Deno.test("helpText() of compare and report say what they take and give", () => {
  const compare = flat(helpText("compare"));
  assertStringIncludes(compare, "format of the output: text, json, md (default: text)");
  assertStringIncludes(compare, "any verdict that is worse than before also gives exit code 1");
  assertStringIncludes(compare, "1 something got worse");
  assertStringIncludes(flat(helpText("report")), "report to print: json, md, html, junit, tap; may be given more");
});

Deno.test("helpText() names every command and what it does", () => {
  for (const name of COMMAND_NAMES) assertStringIncludes(flat(helpText()), `${name} ${commandNamed(name).summary}`);
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
