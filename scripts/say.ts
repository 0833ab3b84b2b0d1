/** The only way in which the scripts print: results to stdout, problems to stderr. */

export function say(line: string): void {
  writeLine(Deno.stdout, line);
}

export function complain(line: string): void {
  writeLine(Deno.stderr, line);
}

function writeLine(stream: { writeSync(data: Uint8Array): number }, line: string): void {
  const data = new TextEncoder().encode(`${line}\n`);
  for (let done = 0; done < data.length;) done += stream.writeSync(data.subarray(done));
}
