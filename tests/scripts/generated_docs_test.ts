/** What the documents say of commands, modules, rules, faults and exit codes is what the program says; `deno task golden` writes it anew. */

import { checkKind } from "../../lib/health/registry.ts";
import { assert, assertEquals } from "@std/assert";
import { helpText } from "../../lib/cli/help.ts";
import { COMMAND_NAMES, type CommandName, COMMANDS } from "../../lib/cli/commands.ts";
import { faultRows } from "../../lib/demo/fault_rows.ts";
import { EXIT_CODES } from "../../lib/model/failure.ts";
import { RULES } from "../../lib/model/settings.ts";
import { builtinModules } from "../../lib/modules.ts";

const ROOT = new URL("../../", import.meta.url);
const ISSUED = Deno.env.get("UPDATE_GOLDEN") === "1";
const REMEDY = "is behind the program; run: scripts/deno task golden";

interface Block {
  page: string;
  make: () => string;
}

const BLOCKS: Readonly<Record<string, Block>> = {
  commands: {
    page: "README.md",
    make: () =>
      table(
        ["command", "what it does"],
        COMMAND_NAMES.map((name) => [`[${name}](${pageOf(name)})`, COMMANDS[name].summary]),
      ),
  },
  exits: {
    page: "README.md",
    make: () =>
      table(["code", "meaning"], Object.values(EXIT_CODES).map(({ code, meaning }) => [String(code), meaning])),
  },
  modules: {
    page: "docs/running.md",
    make: () =>
      table(
        ["module", "services", "depends on", "health", "tests"],
        [...builtinModules()].map(([name, { services, dependsOn, health, tests, optional }]) => [
          optional ? `${name} (optional)` : name,
          services.join(", "),
          dependsOn.join(", ") || "–",
          health.map((check) => checkKind(check.kind).text(check)).join(", "),
          tests.map((pattern) => `\`${pattern}\``).join(", "),
        ]),
      ),
  },
  rules: {
    page: "docs/verdicts.md",
    make: () =>
      table(
        ["code", "level", "when"],
        Object.entries(RULES).map(([code, { level, when }]) => [`\`${code}\``, level, when]),
      ),
  },
  faults: {
    page: "docs/demo.md",
    make: () =>
      table(
        ["`--fault`", "what goes wrong", "verdict", "reasons"],
        faultRows().map(({ name, does, status, codes }) => [`\`${name}\``, does, status, codes]),
      ),
  },
};

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

for (const [name, { make, page }] of Object.entries(BLOCKS)) {
  Deno.test(`${page} has the ${name} as the program has them`, async () => {
    const text = await Deno.readTextFile(new URL(page, ROOT));
    assertEquals(text.split(`<!-- generated: ${name} -->`).length, 2, name);
    const block = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`);
    const filled = text.replace(block, (_, start, end) => `${start}\n${make()}\n\n${end}`);
    if (ISSUED) await Deno.writeTextFile(new URL(page, ROOT), filled);
    else assertEquals(text, filled, `${page} ${REMEDY}`);
  });
}

function pageOf(name: CommandName): string {
  return `docs/commands/${name}.md`;
}

for (const name of COMMAND_NAMES) {
  Deno.test(`${pageOf(name)} is the help of the command`, async () => {
    const text = `# ${name}\n\n${COMMANDS[name].summary}.\n\n\`\`\`text\n${helpText(name)}\`\`\`\n`;
    const page = new URL(pageOf(name), ROOT);
    if (ISSUED) await Deno.writeTextFile(page, text);
    else assertEquals(await Deno.readTextFile(page), text, `${pageOf(name)} ${REMEDY}`);
  });
}

Deno.test("each page below docs/commands is of a command", () => {
  const pages = Array.from(Deno.readDirSync(new URL("docs/commands", ROOT)), ({ name }) => name).sort();
  assertEquals(pages, COMMAND_NAMES.map((name) => `${name}.md`).sort());
});

Deno.test("README is short enough to be read", async () => {
  const { size } = await Deno.stat(new URL("README.md", ROOT));
  assert(size <= 12 * 1024, `README.md has ${size} bytes`);
});
