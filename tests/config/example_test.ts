/** config/example.yaml shows every key with its default, and nothing else; `deno task golden` writes its modules anew. */

import { assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { RULES, THRESHOLDS } from "../../lib/model/settings.ts";
import { MODULE_NAMES } from "../../lib/modules.ts";
import { defaultSettings, parseConfig } from "../fakes/config.ts";
import { withModules } from "./example_modules.ts";

const EXAMPLE = new URL("../../config/example.yaml", import.meta.url);
const found = await Deno.readTextFile(EXAMPLE);
const isGolden = Deno.env.get("UPDATE_GOLDEN") === "1";
const text = isGolden ? withModules(found) : found;
if (isGolden) await Deno.writeTextFile(EXAMPLE, text);
const keys = parse(text) as Record<string, Record<string, unknown>>;

Deno.test("config/example.yaml has the modules of lib/modules.ts", () => {
  assertEquals(text, withModules(text), "config/example.yaml is behind the program; run: scripts/deno task golden");
});

Deno.test("config/example.yaml parses to exactly the defaults", () => {
  const settings = parseConfig(text, "config/example.yaml");
  // What a config file declares is the truth, and the built-in map a guess: that alone differs.
  for (const { health } of settings.modules.values()) for (const page of health) delete page.declared;
  const defaults = defaultSettings();
  assertEquals(settings, defaults);
  assertEquals([...settings.modules], [...defaults.modules], "the order of the map");
});

Deno.test("config/example.yaml has every threshold, every rule and every module, in their order", () => {
  assertEquals(Object.keys(keys), [
    "engine",
    "tests_per",
    "thresholds",
    "rules",
    "metrics_source",
    "extends",
    "core",
    "modes",
    "modules",
    "services",
  ]);
  assertEquals(Object.keys(keys["thresholds"] ?? {}), Object.keys(THRESHOLDS));
  assertEquals(Object.keys(keys["rules"] ?? {}), Object.keys(RULES));
  assertEquals(Object.keys(keys["modules"] ?? {}), [...MODULE_NAMES]);
});

Deno.test("config/example.yaml gives every key of every module", () => {
  for (const [name, entry] of Object.entries(keys["modules"] ?? {})) {
    const all = ["description", "services", "depends_on", "health", "tests", "commands", "optional"];
    assertEquals(Object.keys(entry as Record<string, unknown>), all, name);
  }
});

Deno.test("config/example.yaml has each threshold's range, and a comment above each rule", () => {
  const lines = text.split("\n");
  for (const [name, { min, max }] of Object.entries(THRESHOLDS)) {
    const above = lines[lines.findIndex((line) => line.startsWith(`  ${name}:`)) - 1] ?? "";
    assertEquals(above.endsWith(`(${min} to ${max})`), true, name);
  }
  for (const [code, { when }] of Object.entries(RULES)) {
    const above = lines[lines.findIndex((line) => line.startsWith(`  ${code}:`)) - 1] ?? "";
    assertEquals(above.trim().startsWith("#") && when.endsWith(above.trim().slice(2)), true, code);
  }
});
