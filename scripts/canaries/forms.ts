/** Every form of every canary, as the libraries that make them do: encode.py asks Python. */

import type { Canary } from "./values.ts";

export interface Planting {
  /** Number of the canary. */
  canary: number;
  /** Number of the form, and its name: `url: Go PathEscape`. */
  form: number;
  name: string;
  /** Written one after the other, each by itself. */
  pieces: string[];
}

export async function plantings(canaries: readonly Canary[], python: string): Promise<Planting[]> {
  const child = new Deno.Command(python, {
    args: ["-IS", new URL("encode.py", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(JSON.stringify(canaries.map(({ secret }) => secret))))
    .then(() => writer.close());
  const [{ stdout, success }] = await Promise.all([child.output(), written]);
  if (!success) throw new Error("encode.py failed");
  const made = JSON.parse(new TextDecoder().decode(stdout)) as [form: string, pieces: string[]][][];
  return made.flatMap((forms, index) =>
    forms.map(([name, pieces], form) => ({ canary: canaries[index]?.nr ?? -1, form, name, pieces }))
  );
}

/** `url: Go PathEscape` → `url`. */
export function groupOf(name: string): string {
  return name.split(":", 1)[0] ?? name;
}
