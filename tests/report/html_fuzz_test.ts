/** REPORT.html of 10,000 runs made of chance, read by an HTML parser that is not ours. */

import { assertEquals } from "@std/assert";
// The parser that jsdom and others use, which follows the standard to the letter; the exact version is in deno.lock, too.
import { type DefaultTreeAdapterTypes as Tree, parse } from "npm:parse5@8.1.1";
import type { JudgedRun } from "../../lib/model/record.ts";
import { fuzzedRun } from "../fakes/fuzzed.ts";
import { htmlText } from "../fakes/texts.ts";

const RUNS = 10_000;

/** So that the parser does not read the same 90 kB ten thousand times. */
const MARKS = {
  scripts: [{ hash: "sha256-x", text: "/* script */" }],
  styles: [{ hash: "sha256-y", text: "/* style */" }],
};

interface Counts {
  modules: number;
  statuses: string[];
  reasons: string[];
}

function expected({ modules }: JudgedRun): Counts {
  return {
    modules: modules.length,
    statuses: modules.map(({ status }) => status),
    reasons: modules.flatMap(({ reasons }) => reasons.map(({ code }) => code)),
  };
}

/** What is in the document, and everything in it that no report of ours has. */
function read(text: string): { counts: Counts; strange: string[] } {
  const counts: Counts = { modules: 0, statuses: [], reasons: [] };
  const strange: string[] = [];
  const scripts: string[] = [];
  const document = parse(text, {
    onParseError: ({ code }) => strange.push(code),
    scriptingEnabled: true,
  });
  for (const element of elements(document)) {
    const attributes = new Map(element.attrs.map(({ name, value }) => [name, value]));
    if (attributes.has("data-module")) {
      counts.modules++;
      counts.statuses.push(attributes.get("class")?.split(" ").at(-1) ?? "");
    }
    if (attributes.has("data-reason")) counts.reasons.push(attributes.get("data-reason") ?? "");
    if (!KNOWN.has(element.tagName)) strange.push(`<${element.tagName}>`);
    for (const [name, value] of attributes) {
      if (name.startsWith("on") || name === "style" || name === "src") strange.push(`${element.tagName} ${name}`);
      if (name === "href" && !/^(#m\d+|#modules|data:image\/svg\+xml,%3Csvg[^<"]*|[^:/.][^:]*)$/.test(value)) {
        strange.push(`href ${value}`);
      }
    }
    if (element.tagName === "script") scripts.push(attributes.get("type") ?? "");
    if (attributes.get("type") === "application/json") JSON.parse(textOf(element));
  }
  if (scripts.join() !== "application/json,") strange.push(`scripts ${scripts}`);
  return { counts, strange };
}

const KNOWN = new Set(
  ("html head meta title link style body a main header section footer h1 h2 h3 h4 p ul li dl div dt dd b small span code pre " +
    "table thead tbody tr th td button details summary figure figcaption svg line text g rect path script").split(" "),
);

function* elements(node: Tree.Node): Generator<Tree.Element> {
  if (!("childNodes" in node)) return;
  for (const child of node.childNodes) {
    // The <title> of a shape in a picture is text and nothing else.
    if ("tagName" in child) yield child;
    yield* elements(child);
  }
}

function textOf(element: Tree.Element): string {
  return element.childNodes.map((node) => "value" in node ? node.value : "").join("");
}

Deno.test(`htmlText() of ${RUNS} fuzzed runs has each module and reason, and nothing breaks out`, () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const run = fuzzedRun(seed);
    const { counts, strange } = read(htmlText(run, MARKS));
    assertEquals({ seed, ...counts, strange }, { seed, ...expected(run), strange: [] });
  }
});
