/**
 * What the integration tests need: VX11_INTEGRATION=1, Docker with Compose, the image of the stand-in services and the
 * compiled program (VX11_BINARY, or dist/vx11-stability, built where it is missing or older than its sources). Where
 * something is missing, each test is ignored and its name says why.
 */

import { ensureDir, walk } from "@std/fs";
import { join, resolve } from "@std/path";

export const ROOT = resolve(import.meta.dirname ?? ".", "../..");

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end; a command that is not there gives 127. */
export async function command(name: string, args: readonly string[], cwd = ROOT): Promise<CommandResult> {
  try {
    const child = new Deno.Command(name, { args: [...args], cwd, stdin: "null", stdout: "piped", stderr: "piped" });
    const { code, stdout, stderr } = await child.output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { code: 127, stdout: "", stderr: `${name}: command not found` };
  }
}

/** Standard output of a docker command; throws with what it said where it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command("docker", args);
  if (code !== 0) throw new Error(`docker ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

async function whySkipped(): Promise<string | undefined> {
  if (Deno.env.get("VX11_INTEGRATION") !== "1") return "VX11_INTEGRATION is not 1";
  if (Deno.build.os !== "linux") return "the stand-in services need Linux";
  if ((await command("docker", ["version"])).code !== 0) return "no Docker daemon answers";
  if ((await command("docker", ["compose", "version"])).code !== 0) return "there is no Docker Compose v2";
  return undefined;
}

export const SKIPPED = await whySkipped();

/** A test on the real engine; `unless` is a further reason to skip it. */
export function integrationTest(name: string, fn: (t: Deno.TestContext) => Promise<void>, unless?: string): void {
  const why = SKIPPED ?? unless;
  if (why === undefined) Deno.test(name, fn);
  else Deno.test({ name: `${name} [skipped: ${why}]`, ignore: true, fn });
}

let imaged: Promise<void> | undefined;
let prepared: Promise<string> | undefined;

/** The image of the stand-in services is there and up to date. */
export function image(): Promise<void> {
  return imaged ??= locked(() => script("scripts/sandbox_image.ts"));
}

/** The path of a program that is up to date; the image of the stand-in services is there, too. */
export function binary(): Promise<string> {
  return prepared ??= image().then(() => locked(program));
}

/** Test files may run in several workers: one prepares, the others wait for it. */
async function locked<T>(prepare: () => Promise<T>): Promise<T> {
  const dist = join(ROOT, "dist");
  await ensureDir(dist);
  using lock = await Deno.open(join(dist, ".integration.lock"), { create: true, write: true });
  await lock.lock(true);
  return await prepare();
}

async function program(): Promise<string> {
  const given = Deno.env.get("VX11_BINARY");
  if (given !== undefined && given !== "") return resolve(given);
  const path = join(ROOT, "dist", "vx11-stability");
  if (await modified(path) < await newestSource()) await script("scripts/build.ts");
  return path;
}

async function script(path: string): Promise<void> {
  const { code, stdout, stderr } = await command(Deno.execPath(), ["run", "-A", path]);
  if (code !== 0) throw new Error(`${path} ended with ${code}:\n${stdout}${stderr}`);
}

async function newestSource(): Promise<number> {
  const paths = ["main.ts", "deno.json", "deno.lock"].map((name) => join(ROOT, name));
  for (const dir of ["lib", "config/sandbox/tests"]) {
    for await (const entry of walk(join(ROOT, dir), { includeDirs: false })) paths.push(entry.path);
  }
  return Math.max(...await Promise.all(paths.map(modified)));
}

/** Time of the last change; 0 where there is no such file. */
async function modified(path: string): Promise<number> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info?.mtime?.getTime() ?? 0;
}
