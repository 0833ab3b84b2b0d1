/** The entries below `modules:` of config/example.yaml, made from the built-in map; `deno task golden` writes them. */

import type { HealthCheck, HttpCheck, ModuleSpec } from "../../lib/model/module.ts";
import { builtinModules } from "../../lib/modules.ts";

/** What stands above a key of the first entry, to explain it for all. */
const COMMENTS: Readonly<Record<string, string>> = {
  description: "One line, for plans and reports.",
  services: "Compose services that make up the module.",
  depends_on: "Modules that must be up before this one starts.",
  health:
    "Pages that answer 2xx when the service is healthy. A page that stands here is asked at this port of the service.",
  tests: "Patterns for the names of test files. A file that several modules claim goes to the longest pattern.",
  commands: "Commands of the project that count as tests: docs/configuration.md has their keys.",
  optional: "Whether the module is skipped if the project has none of its services.",
};

const MARKED = /( *# generated: modules[^\n]*\n)[^]*?( *# end\n)/;

/** The text of config/example.yaml with its modules replaced by the built-in ones. Pure; throws if it has no such block. */
export function withModules(example: string): string {
  if (!MARKED.test(example)) {
    throw new Error("config/example.yaml has no lines between `# generated: modules` and `# end`");
  }
  const entries = [...builtinModules()].map(([name, spec], index) => entry(name, spec, index === 0)).join("");
  return example.replace(MARKED, (_, start, end) => start + entries + end);
}

/** The built-in map has no other kind. */
export function isPage(check: HealthCheck): check is HttpCheck {
  return check.kind === "http";
}

function entry(name: string, spec: ModuleSpec, explained: boolean): string {
  const pages = spec.health.filter(isPage).map(({ service, port, path }) =>
    `      - { service: ${plain(service)}, port: ${port}, path: ${plain(path)} }\n`
  );
  const lines: [string, string][] = [
    ["description", ` ${JSON.stringify(spec.description)}\n`],
    ["services", ` ${list(spec.services.map(plain))}\n`],
    ["depends_on", ` ${list(spec.dependsOn.map(plain))}\n`],
    ["health", pages.length === 0 ? " []\n" : `\n${pages.join("")}`],
    ["tests", ` ${list(spec.tests.map((pattern) => JSON.stringify(pattern)))}\n`],
    ["commands", " []\n"],
    ["optional", ` ${spec.optional}\n`],
  ];
  const comment = (key: string) => explained ? `    # ${COMMENTS[key]}\n` : "";
  return `  ${plain(name)}:\n` + lines.map(([key, value]) => `${comment(key)}    ${key}:${value}`).join("");
}

/** In one line if it is short enough for `deno fmt`, else an item a line, as `deno fmt` has it. */
function list(items: readonly string[]): string {
  const line = `[${items.join(", ")}]`;
  return line.length <= 100 ? line : `[\n${items.map((item) => `      ${item},\n`).join("")}    ]`;
}

/** Quoted only if YAML would take the word for something else than these characters. */
function plain(word: string): string {
  const isPlain = /^[A-Za-z_/][\w./-]*$/.test(word) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(word);
  return isPlain ? word : JSON.stringify(word);
}
