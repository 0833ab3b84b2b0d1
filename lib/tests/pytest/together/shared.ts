/** The files that share a pytest: which of them can, what pytest is given for each, and where it leaves its traces. */

import { join } from "@std/path";
import type { Host } from "../../../host/host.ts";
import { pathArgument } from "../argument.ts";
import type { TestOptions } from "../file.ts";
import type { Traces } from "../result.ts";
import { PLUGIN as WITNESS, pluginSource as witnessSource, RECORD } from "../witness_plugin.ts";
import type { PlannedFile } from "./plugin.ts";

/** What is known of a file before its turn. */
export type FileToRun = Pick<TestOptions, "command" | "file" | "path" | "root">;

/** A file of those that share a pytest. */
export interface SharedFile extends PlannedFile {
  file: FileToRun;
  traces: Traces;
}

/** The first of the files that pytest can be given as they are, with what it is given. */
export function sharing(files: readonly FileToRun[], cwd: string): { file: FileToRun; argument: string }[] {
  const planned: { file: FileToRun; argument: string }[] = [];
  for (const file of files) {
    const { argument, isFolder } = pathArgument({ ...file, cwd });
    if (argument === null || isFolder) break;
    planned.push({ file, argument });
  }
  return planned;
}

/** Gives each file a folder of its own, with its witness. */
export async function planIn(
  host: Host,
  scratch: string,
  planned: readonly { file: FileToRun; argument: string }[],
): Promise<SharedFile[]> {
  return await Promise.all(planned.map(async ({ argument, file }, at) => {
    const dir = join(scratch, `${at + 1}`);
    const xml = join(dir, "junit.xml");
    const { path, root } = file;
    await host.files.ensureDir(dir);
    await host.files.writeAtomic(join(dir, `${WITNESS}.py`), witnessSource({ path, root, only: false }));
    return { dir, args: [`--junit-xml=${xml}`, argument] as const, file, traces: { dir, xml } };
  }));
}

/** Whether pytest has begun with the file. */
export async function hasBegun({ files }: Pick<Host, "files">, file: SharedFile | undefined): Promise<boolean> {
  return file !== undefined && await files.kind(join(file.dir, RECORD)) === "file";
}
