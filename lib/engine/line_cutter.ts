/** Cuts a stream's chunks into lines, for whoever looks for one. Pure. */

/** What is kept of a line. Some programs print megabytes without a line end. */
export const MOST_CHARACTERS = 4000;

/** Hands on the lines that each chunk completes, without their ends, in a list. What comes after the last line end waits for its own. */
export function lineCutter(onLines: (lines: readonly string[]) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    const lines = [rest + first, ...others];
    rest = (lines.pop() ?? "").slice(0, MOST_CHARACTERS);
    if (lines.length > 0) onLines(lines.map((line) => line.replace(/\r$/, "").slice(0, MOST_CHARACTERS)));
  };
}
