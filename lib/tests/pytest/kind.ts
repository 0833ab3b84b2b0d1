/** pytest, as a kind of runner: patterns for the names of its files. */

import { globToRegExp } from "@std/path";
import { hasControl } from "../../text/control.ts";
import { type ConfigValue, readText, readTexts } from "../../values/value.ts";
import { textsSchema } from "../../values/value_schema.ts";
import type { RunnerKind } from "../runner.ts";

const RULE = "a pattern for the name of a test file, without `/`, `\\` or a leading `-`";

export const PYTEST = {
  key: "tests",
  schema: {
    ...textsSchema({ type: "string", minLength: 1, pattern: "^(?!-)[^/\\\\\\u0000-\\u001f\\u007f-\\u009f]*$" }),
    description: "Patterns for the names of pytest files.",
  },
  read: (at: ConfigValue): string[] => readTexts(at, "patterns", (item) => readText(item, RULE, isPattern)),
  load: async () => (await import("./runner.ts")).RUNNER,
} satisfies RunnerKind;

function isPattern(text: string): boolean {
  if (text === "" || /^-|[/\\]/.test(text) || hasControl(text)) return false;
  try {
    return globToRegExp(text) instanceof RegExp;
  } catch {
    // `[z-a]`: a range that no regular expression can have.
    return false;
  }
}
