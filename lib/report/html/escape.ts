/**
 * The only ways for a text to get into a page, REPORT.html or the page over several runs: the tag `markup`, which escapes every value that it did not make itself,
 * and `dataScript` for what the page's script reads. Foreign text (names, log lines, error texts) is cut to a bounded length.
 * Invisible characters, and those that would turn the text around (controls, bidi marks, lone surrogates), are shown as
 * escapes, as in the other reports.
 */

import { visibleInJson } from "../escape.ts";
import { htmlText } from "../escape/html.ts";

/** Markup that may stand as it is. Only this file makes it. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Content = Markup | string | number | readonly Content[];

function rendered(content: Content): string {
  if (content instanceof Markup) return content.toString();
  if (typeof content === "string") return htmlText(content);
  return typeof content === "number" ? `${content}` : content.map(rendered).join("");
}

/** A piece of the page. Values are escaped unless they are pieces themselves; lists are joined; attributes need quotes. */
export function markup(parts: TemplateStringsArray, ...values: Content[]): Markup {
  // join() makes one flat text: with +, a page of a megabyte would be a chain of a million small texts.
  return new Markup(
    parts.flatMap((part, index) => index === 0 ? [part] : [rendered(values[index - 1] ?? ""), part]).join(""),
  );
}

export const NOTHING = new Markup("");

/** The piece if the condition holds, else nothing. */
export function when(condition: boolean, piece: () => Markup): Markup {
  return condition ? piece() : NOTHING;
}

/** A line may contain line ends itself: lines beyond this many are left out. */
const MOST_LINES = 500;

/** Lines of a log for a `<pre>`: each of bounded length, tabs as four spaces. */
export function preformatted(lines: readonly string[]): Markup {
  const shown = lines.flatMap((line) => line.split(/\r?\n|\r/, MOST_LINES + 1)).slice(0, MOST_LINES + 1).map((line) =>
    htmlText(line.replaceAll("\t", "    "))
  );
  return new Markup((shown.length > MOST_LINES ? [...shown.slice(0, MOST_LINES), "…"] : shown).join("\n"));
}

/** Data for the page's script. It has no `<`, so that nothing in it ends the element or begins a comment. */
export function dataScript(id: string, value: unknown): Markup {
  const json = visibleInJson(JSON.stringify(value)).replaceAll(/<|\p{Noncharacter_Code_Point}/gu, inUnits);
  return new Markup(`<script type="application/json" id="${htmlText(id)}">${json}</script>`);
}

/** Escaped as in JSON. */
function inUnits(char: string): string {
  return char.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}

/** This program's own script or style, which are constants without `</`. */
export function element(name: "script" | "style", text: string): Markup {
  if (/<\/|<!--/.test(text)) throw new RangeError(`The page's own ${name} must not hold "</" or "<!--"`);
  return new Markup(`<${name}>${text}</${name}>`);
}

/** The relative link to a file below the audit dir; null for a path that leads elsewhere. */
export function fileLink(path: string): string | null {
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".." || !part.isWellFormed())) return null;
  return parts.map(encodeURIComponent).join("/");
}

/** A relative link through folder and file names: no name can leave the folder or become a scheme. */
export function namesLink(...names: readonly string[]): string {
  // A lone surrogate has no place in a URL; `./` keeps `javascript:x` a name.
  return `./${names.map((name) => encodeURIComponent(name.toWellFormed())).join("/")}`;
}
