/** The output of the stand-in: plain lines on stdout, faults on stderr. */

export function say(text: string): void {
  write(Deno.stdout, text);
}

export function complain(text: string): void {
  write(Deno.stderr, text);
}

function write(stream: { writeSync(data: Uint8Array): number }, text: string): void {
  const data = new TextEncoder().encode(`${text}\n`);
  try {
    for (let done = 0; done < data.length;) done += stream.writeSync(data.subarray(done));
  } catch {
    // Nobody reads the output any more: the service goes on without its log.
  }
}
