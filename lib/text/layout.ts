/** Text in lines and columns, as the help has it: unless told otherwise, no line is over 80 columns. Pure. */

const WIDTH = 80;

/** Two columns: terms, and beside them their texts, wrapped. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([term]) => term.length)) + 4;
  return rows.flatMap(([term, text]) => {
    const [first = "", ...more] = wrap(text, left);
    return [`  ${term}`.padEnd(left) + first.trimStart(), ...more];
  });
}

/** The text in lines of at most `width` columns, each indented; a longer word has a line of its own. */
export function wrap(text: string, indent: number, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each);
}
