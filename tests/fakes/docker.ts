/** A `docker` command made of a shell script, alone on a PATH of its own, behind the real host. */

import { denoHost } from "../../lib/host/deno.ts";
import type { Host } from "../../lib/host/host.ts";

export interface FakeTools extends AsyncDisposable {
  /** The real host, whose children find nothing but the given commands. */
  host: Host;
  dir: string;
  /** The lines that the scripts appended to `$LOG`. */
  log(): Promise<string[]>;
}

/** Command → body of its shell script, in which `$*` are the arguments, `$LOG` a file, and `$DIR` a folder. */
export async function fakeTools(scripts: Record<string, string>, env: Record<string, string> = {}): Promise<FakeTools> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-fake-" });
  const bin = `${dir}/bin`;
  await Deno.mkdir(bin);
  for (const [name, body] of Object.entries(scripts)) {
    const head = `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\nDIR='${dir}'\nLOG='${dir}/log'\n`;
    await Deno.writeTextFile(`${bin}/${name}`, `${head}${body}\n`);
    await Deno.chmod(`${bin}/${name}`, 0o755);
  }
  const real = denoHost();
  return {
    dir,
    host: {
      ...real,
      env: (name) => env[name],
      spawn: (command, options) => real.spawn(command, { ...options, env: { ...options?.env, PATH: bin } }),
    },
    async log() {
      const text = await Deno.readTextFile(`${dir}/log`).catch(() => "");
      return text.split("\n").filter((line) => line !== "");
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

/**
 * Body of a `docker system dial-stdio` that answers each request by shell code, which has its path as `$path`, what it sends as
 * `$body`, and calls `answer 'STATUS' 'BODY'`. After `most` answers it ends.
 */
export function apiScript(code: string, most = 1000): string {
  return `
answer() { printf 'HTTP/1.1 %s\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "$1" \${#2} "$2"; }
left=${most}
end="$(printf '\\r')"
while [ $left -gt 0 ] && read -r method path version; do
  size=0
  while read -r header && [ "$header" != "$end" ]; do
    case "$header" in Content-Length:*) size=\${header#*: }; size=\${size%"$end"};; esac
  done
  body=
  [ "$size" -gt 0 ] && body=$(head -c "$size")
  ${code}
  left=$((left - 1))
done`;
}
