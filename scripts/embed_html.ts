/**
 * Writes lib/report/html/embedded.ts, so that the compiled program contains what REPORT.html needs: uPlot from its npm
 * package, pinned here and in deno.lock, and the page's own script and style. Run it after a change to lib/report/html/page
 * or to the version of uPlot: scripts/deno run -A scripts/embed_html.ts
 */

import { join } from "@std/path";
import uplot from "npm:uplot@1.6.32/package.json" with { type: "json" };
import { say } from "./say.ts";

/** A literal, since Deno can resolve only that; the import above keeps it in deno.lock. */
const UPLOT = import.meta.resolve("npm:uplot@1.6.32/package.json");

const DIR = join(import.meta.dirname ?? "scripts", "..", "lib", "report", "html");
export const EMBEDDED = join(DIR, "embedded.ts");

/** In the order in which the page runs them. */
const PAGE_SCRIPTS = ["sort.js", "regions.js", "charts.js", "paper.js"];

const PAGE_STYLES = "colors base verdict tables timeline modules charts phone paper".split(" ").map((name) =>
  `${name}.css`
);

/** The text of embedded.ts. */
export async function embedded(): Promise<string> {
  const license = (await packaged("LICENSE")).trim();
  const texts = {
    UPLOT_JS: `/*! uPlot ${uplot.version}\n${license}\n*/\n${(await packaged("dist/uPlot.iife.min.js")).trim()}`,
    UPLOT_CSS: (await packaged("dist/uPlot.min.css")).trim(),
    PAGE_JS: await joined(PAGE_SCRIPTS),
    PAGE_CSS: await joined(PAGE_STYLES),
  };
  const constants = await Promise.all(
    Object.entries(texts).map(async ([name, text]) => {
      const lines = text.split("\n").map((line) => `    ${JSON.stringify(line)},\n`).join("");
      return `export const ${name} = {\n  hash: "sha256-${await base64Hash(
        text,
      )}",\n  text: [\n${lines}  ].join("\\n"),\n};\n`;
    }),
  );
  return `/** Made by scripts/embed_html.ts: uPlot ${uplot.version} (${uplot.license}) and lib/report/html/page. Do not edit. */\n\n` +
    `// deno-fmt-ignore-file\n\n${constants.join("\n")}`;
}

async function joined(names: readonly string[]): Promise<string> {
  return (await Promise.all(names.map((name) => Deno.readTextFile(join(DIR, "page", name))))).join("\n");
}

function packaged(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, UPLOT));
}

async function base64Hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

if (import.meta.main) {
  const text = await embedded();
  await Deno.writeTextFile(EMBEDDED, text);
  say(`Wrote ${EMBEDDED}: ${text.length} characters`);
}
