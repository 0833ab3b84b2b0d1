/**
 * JUnit's XML read by others: well-formedness and content by npm's saxes (ISC, strict to the letter of XML 1.0, as browsers'
 * parsers are; fast-xml-parser lets control characters and `]]>` pass), the schema by libxml2's xmllint in WebAssembly
 * (npm's xmllint-wasm, MIT), since no machine need have xmllint.
 */

import { SaxesParser } from "../../lib/std/saxes.ts";
import { validateXML } from "npm:xmllint-wasm@5.3.0";
import { fixture } from "../fixtures/read.ts";

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** The root element; throws on the first thing that is no XML 1.0. */
export function parseXml(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ attributes, name }) => {
    const element = { name, attributes: { ...attributes } as Record<string, string>, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", (text) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  });
  parser.write(xml).close();
  const [top] = root.children;
  if (top === undefined) throw new Error("no element");
  return top;
}

/** All elements of that name, at any depth. */
export function all(element: Element, name: string): Element[] {
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => all(child, name))];
}

/** What the schema of tests/fixtures says against the documents; empty where nothing. */
export async function junitErrors(...documents: string[]): Promise<string[]> {
  const xml = documents.map((contents, index) => ({ fileName: `${index}.xml`, contents }));
  const { errors, valid } = await validateXML({ xml, schema: [fixture("junit.xsd")] });
  return valid ? [] : errors.map(({ rawMessage }) => rawMessage);
}
