/** The README's tables and help text are what the program says of itself; `deno task golden` writes them anew. */

import { assertEquals } from "@std/assert";
import { helpText } from "../../lib/cli/help.ts";
import { faultRows } from "../../lib/demo/fault_rows.ts";
import { EXIT_CODES } from "../../lib/model/failure.ts";
import { RULES } from "../../lib/model/settings.ts";
import { builtinModules } from "../../lib/modules.ts";

const README = new URL("../../README.md", import.meta.url);

const GENERATED: Readonly<Record<string, () => string>> = {
  help: () => "```text\n" + helpText() + "```",
  modules: () =>
    table(
      ["module", "services", "depends on", "health", "tests"],
      [...builtinModules()].map(([name, { services, dependsOn, health, tests, optional }]) => [
        optional ? `${name} (optional)` : name,
        services.join(", "),
        dependsOn.join(", ") || "–",
        health.map(({ port, path }) => `:${port}${path}`).join(", "),
        tests.map((pattern) => `\`${pattern}\``).join(", "),
      ]),
    ),
  rules: () =>
    table(
      ["code", "level", "when"],
      Object.entries(RULES).map(([code, { level, when }]) => [`\`${code}\``, level, when]),
    ),
  faults: () =>
    table(
      ["`--fault`", "what goes wrong", "verdict", "reasons"],
      faultRows().map(({ name, does, status, codes }) => [`\`${name}\``, does, status, codes]),
    ),
  exits: () =>
    table(["code", "meaning"], Object.values(EXIT_CODES).map(({ code, meaning }) => [String(code), meaning])),
};

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function filled(readme: string): string {
  return Object.entries(GENERATED).reduce((text, [name, make]) => {
    const block = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`);
    return text.replace(block, (_, start, end) => `${start}\n${make()}\n\n${end}`);
  }, readme);
}

Deno.test("README shows the help, modules, rules, faults and exit codes as the program has them", async () => {
  const readme = await Deno.readTextFile(README);
  for (const name of Object.keys(GENERATED)) assertEquals(readme.split(`<!-- generated: ${name} -->`).length, 2, name);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") await Deno.writeTextFile(README, filled(readme));
  else assertEquals(readme, filled(readme), "README.md is behind the program; run: scripts/deno task golden");
});
