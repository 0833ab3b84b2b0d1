/** The pages of the root and below docs/: their links lead somewhere, and their configs are what the program takes. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { RULES } from "../../lib/model/settings.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { anchorsOf, brokenLinks, type Page } from "./markdown_links.ts";

const ROOT = join(import.meta.dirname ?? ".", "../..");

async function pages(): Promise<Page[]> {
  const below = async (dir: string) => {
    const names = await Array.fromAsync(Deno.readDir(join(ROOT, dir)), ({ name }) => name);
    return names.filter((name) => name.endsWith(".md")).map((name) => join(dir, name));
  };
  const paths = [
    ...await below("."),
    ...await below("docs"),
    ...await below("docs/commands"),
    ...await below("docs/decisions"),
  ];
  return await Promise.all(paths.map(async (path) => ({ path, text: await Deno.readTextFile(join(ROOT, path)) })));
}

const all = await pages();
const exists = (path: string) => Deno.stat(join(ROOT, path)).then(() => true, () => false);

Deno.test("each link of README and docs leads to a file, and each anchor to a heading", async () => {
  assert(all.length >= 5, "the pages are found");
  assertEquals(await brokenLinks(all, exists), []);
});

Deno.test("README links to each page of docs", () => {
  const readme = all.find(({ path }) => path === "README.md")?.text ?? "";
  // Decisions are listed by their folder.
  for (const { path } of all.filter((page) => /^docs\/(?!decisions)/.test(page.path))) {
    assert(readme.includes(`](${path}`), path);
  }
});

Deno.test("brokenLinks() finds what is not there, and takes what is", async () => {
  const page = {
    path: "docs/a.md",
    text: "# One `x`\n## One x\n[a](b.md) [b](#one-x-1) [c](../README.md#no) [d](#one-y)\n",
  };
  const code = {
    path: "docs/code.md",
    text: "```sh\n# no heading\n[e](gone.md)\n```\n`[f](gone.md)` [g](https://x.org/y#z)\n",
  };
  const readme = { path: "README.md", text: "# Yes\n[h](docs/a.md#one-x) [i](docs) ![j](docs/none.png)\n" };
  assertEquals(await brokenLinks([page, code, readme], (path) => Promise.resolve(path === "docs")), [
    "docs/a.md: b.md",
    "docs/a.md: ../README.md#no",
    "docs/a.md: #one-y",
    "README.md: docs/none.png",
  ]);
  assertEquals([...anchorsOf(code.text)], []);
});

/** The YAML of the page's code blocks that is a config of this program. */
function configs({ path, text }: Page): { path: string; yaml: string }[] {
  return [...text.matchAll(/^( *)```yaml\n([^]*?)^ *```/gm)]
    .map(([, indent = "", body = ""]) => body.replaceAll(new RegExp(`^${indent}`, "gm"), ""))
    .filter((yaml) => /^(engine|thresholds|rules|metrics_source|modules|services):/.test(yaml))
    .map((yaml) => ({ path, yaml }));
}

Deno.test("each config of README and docs is one that the program takes", () => {
  const found = all.flatMap(configs);
  assert(found.length >= 6, `${found.length} configs`);
  for (const { path, yaml } of found) parseConfig(yaml, path);
});

Deno.test("the config that judges by the manual alone turns off every rule but the manual's", () => {
  // What the manual calls FAIL or WARN, and what follows from it: a test that does not end, a dependency that is not there.
  const ofManual = ["oom_killed", "restarted", "start_failed", "dependency_failed", "health_timeout", "tests_failed"]
    .concat("tests_timeout", "no_tests", "high_latency");
  const [config] = all.filter(({ path }) => path.includes("python-harness")).flatMap(configs);
  const { rules } = parseConfig(config?.yaml ?? "", "docs");
  const off = Object.entries(rules).filter(([, level]) => level === "off").map(([code]) => code);
  assertEquals(off.sort(), Object.keys(RULES).filter((code) => !ofManual.includes(code)).sort());
});
