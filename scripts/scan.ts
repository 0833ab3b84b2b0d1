/**
 * Reads TypeScript just well enough to see its imports: comments and the text in strings, templates and regular expressions
 * are blanked out, so that only code is left. Pure; lines and columns stay as they were.
 */

export interface Import {
  specifier: string;
  line: number;
  /** Loaded by `import(…)` when the code gets there, not with the file. */
  lazy: boolean;
}

export interface Scan {
  /** The source with only its code. */
  code: string;
  /** Imports and re-exports, of values and of types, in the order of the file. */
  imports: Import[];
  /** Lines of `import(…)` with anything but a string. */
  computed: number[];
}

export function scan(source: string): Scan {
  const code = blank(source);
  const imports: Import[] = [];
  const computed: number[] = [];
  for (const match of code.matchAll(/(?<![.$\w])(?:from\s*|import\s*(\(\s*)?)(["'])?/g)) {
    const [text, call, quote] = match;
    const start = match.index + text.length;
    const line = lineAt(code, match.index);
    if (quote !== undefined) {
      imports.push({ specifier: source.slice(start, code.indexOf(quote, start)), line, lazy: call !== undefined });
    } else if (call !== undefined) computed.push(line);
  }
  return { code, imports, computed };
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Code after which a `/` begins a regular expression; after anything else it divides. */
const BEFORE_REGEXP =
  /(?:^|[(,=:[!&|?{;+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|await|yield))$/;

const COMMENT = /\/\/.*|\/\*[^]*?\*\//y;
const STRING = /"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'/y;
const REGEXP = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:\\[^]|\$(?!\{)|[^\\`$])*/y;

function blank(source: string): string {
  let out = "";
  // The kinds of the open braces: "${" if a template goes on after the closing brace.
  const braces: string[] = [];
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = out.length;
    return pattern.exec(source)?.[0];
  };
  while (out.length < source.length) {
    const char = source.charAt(out.length);
    const blanked = char === "/"
      ? take(COMMENT) ?? (BEFORE_REGEXP.test(lastWord(out)) ? take(REGEXP) : undefined)
      : undefined;
    const string = char === '"' || char === "'" ? take(STRING) : undefined;
    if (blanked !== undefined) out += spaces(blanked);
    else if (string !== undefined) out += char + spaces(string.slice(1, -1)) + char;
    else {
      out += char;
      if (char === "{") braces.push(char);
      if (char === "`" || (char === "}" && braces.pop() === "${")) {
        out += spaces(take(TEMPLATE_TEXT) ?? "");
        const end = source.startsWith("${", out.length) ? "${" : source.charAt(out.length);
        if (end === "${") braces.push(end);
        out += end;
      }
    }
  }
  return out;
}

/** The end of the code so far, without trailing space; long enough for any keyword. */
function lastWord(code: string): string {
  return code.slice(-2000).trimEnd().slice(-12);
}

function spaces(text: string): string {
  return text.replaceAll(/[^\n]/g, " ");
}
