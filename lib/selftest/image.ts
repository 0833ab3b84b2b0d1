/**
 * The image of the stand-ins for trials on Docker: this compiled program with the libraries that it is linked to. It is made
 * without a registry, and removed after the self-test.
 */

import { basename, join } from "@std/path";
import { capture } from "../host/capture.ts";
import type { Host } from "../host/host.ts";
import { SpawnError } from "../host/host.ts";
import { environmentFailure, type Failure } from "../model/failure.ts";
import { ownTempDir } from "../audit/temp_dirs.ts";
import { tar, type TarEntry } from "./tar.ts";

/** Where the program is in the image. */
export const PROGRAM = "/vx11-stability";
const IMPORT_TIMEOUT_MS = 120_000;
const COMMAND_TIMEOUT_MS = 30_000;

export interface Image {
  name: string;
  remove(): Promise<void>;
}

/** Makes the image anew. Throws a Failure if that is not possible here. */
export async function makeImage(host: Host, signal: AbortSignal): Promise<Image> {
  const [program = "", ...more] = host.self;
  if (more.length > 0) {
    throw environmentFailure(
      "Cannot plant defects in containers when run from source: their image is made of the compiled program",
      "Run `scripts/deno task build`, then dist/vx11-stability selftest --engine compose",
    );
  }
  const name = `vx11-selftest:${host.pid}`;
  const dir = await ownTempDir(host, "vx11-selftest");
  try {
    const file = join(dir, "image.tar");
    await host.files.writeAtomic(file, tar(await entries(host, program, signal)));
    await docker(host, ["import", file, name], IMPORT_TIMEOUT_MS, signal);
  } finally {
    await host.files.remove(dir);
  }
  return { name, remove: () => docker(host, ["image", "rm", "--force", name], COMMAND_TIMEOUT_MS) };
}

async function entries(host: Host, program: string, signal: AbortSignal): Promise<TarEntry[]> {
  const libraries = await librariesOf(host, program, signal);
  const folders = ["etc", "tmp", "lib", "lib64", "state"];
  const read = async (from: string, path: string): Promise<TarEntry> => (
    { kind: "file", path, mode: 0o755, data: await host.files.readBytes(from) }
  );
  return [
    ...folders.map((path): TarEntry => ({
      kind: "directory",
      path: `${path}/`,
      mode: path === "tmp" ? 0o1777 : 0o755,
    })),
    await read(program, PROGRAM.slice(1)),
    ...await Promise.all(libraries.map(({ from, path }) => read(from, path))),
  ];
}

export interface Library {
  from: string;
  /** In the image. */
  path: string;
}

async function librariesOf(host: Host, program: string, signal: AbortSignal): Promise<Library[]> {
  try {
    const { code, stdout, stderr } = await capture(host, ["ldd", program], { timeoutMs: COMMAND_TIMEOUT_MS, signal });
    if (code === 0) return parseLdd(stdout);
    throw cannot(`\`ldd ${program}\` ended with ${code}: ${stderr.trim()}`);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    throw cannot(`\`ldd\` cannot be run: ${error.message}`);
  }
}

function cannot(why: string): Failure {
  return environmentFailure(`Cannot make the image of the stand-ins: ${why}`, "Try --engine process, which needs none");
}

/** The loader keeps its absolute path, which the program contains; libraries are put where the loader looks by default. */
export function parseLdd(output: string): Library[] {
  return output.split("\n").flatMap((line): Library[] => {
    const library = /^\s*(\S+) => (\/\S+)/.exec(line);
    if (library !== null) return [{ from: library[2] ?? "", path: `lib/${basename(library[1] ?? "")}` }];
    const loader = /^\s*(\/\S+) \(0x/.exec(line);
    return loader === null ? [] : [{ from: loader[1] ?? "", path: (loader[1] ?? "").slice(1) }];
  });
}

async function docker(host: Host, args: string[], timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const result = await capture(host, ["docker", ...args], { timeoutMs, ...(signal === undefined ? {} : { signal }) });
  if (result.code !== 0) throw cannot(`docker ${args[0]}: ${result.stderr.trim() || `ended with ${result.code}`}`);
}
