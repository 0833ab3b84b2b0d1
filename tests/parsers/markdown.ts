/**
 * Markdown read by npm's markdown-it (MIT), which keeps to CommonMark and knows GitHub's tables; with HTML, links and ~~ on, so
 * that what should not be there would be seen.
 */

import MarkdownIt from "npm:markdown-it@15.0.3";

const READER = new MarkdownIt({ html: true });

export interface Document {
  /** Text of the headings of the second level. */
  headings: string[];
  /** Text of the headings of the third level. */
  modules: string[];
  /** Rows of each table, without the head; texts of the cells. */
  tables: string[][][];
  /** Items of lists: the text, and the code spans within. */
  items: { text: string; codes: string[] }[];
  /** Kinds of tokens, inline ones included. */
  kinds: Set<string>;
}

type Token = ReturnType<typeof READER.parse>[number];

export function parseMarkdown(text: string): Document {
  const document: Document = { headings: [], modules: [], tables: [], items: [], kinds: new Set() };
  const tokens = READER.parse(text, {});
  for (const [index, token] of tokens.entries()) {
    for (const { type } of [token, ...(token.children ?? [])]) document.kinds.add(type);
    if (token.type === "table_open") document.tables.push([]);
    if (token.type === "tr_open" && tokens[index - 1]?.type !== "thead_open") document.tables.at(-1)?.push([]);
    if (token.type === "inline") take(document, tokens, index, token);
  }
  return document;
}

function take(
  { headings, items, modules, tables }: Document,
  tokens: readonly Token[],
  index: number,
  token: Token,
): void {
  const before = tokens[index - 1];
  if (before?.type === "heading_open" && before.tag === "h2") headings.push(textOf(token));
  if (before?.type === "heading_open" && before.tag === "h3") modules.push(textOf(token));
  if (before?.type === "td_open") tables.at(-1)?.at(-1)?.push(textOf(token));
  if (tokens[index - 2]?.type === "list_item_open") {
    const codes = (token.children ?? []).filter(({ type }) => type === "code_inline").map(({ content }) => content);
    items.push({ text: textOf(token), codes });
  }
}

function textOf({ children }: Token): string {
  return (children ?? []).map(({ content }) => content).join("");
}
