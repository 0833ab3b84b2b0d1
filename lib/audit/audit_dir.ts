/** The folder that a run writes into: its name, the checks before anything is touched, and its creation as the run begins. */

import { dirname, join } from "@std/path";
import type { Redactor } from "../secrets/redactor.ts";
import type { Clock, FileData, Files, Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import { messageOf, usageFailure } from "../model/failure.ts";
import { cannotWrite } from "../record/failures.ts";

/** Where audit dirs are kept below the project dir. */
export const AUDIT_ROOT = "docs/audit";
const PREFIX = "vx11_stability_";
/** A file that is written and removed to check that the folder is writable. */
export const WRITABLE = ".writable";

/** Throws a usage Failure if `--audit-dir` names a file. earlier_run.ts handles what is in the folder already. */
export async function chooseAuditDir(host: Pick<Host, "clock" | "files">, config: RunConfig): Promise<string> {
  if (config.auditDir === undefined) return await freshDir(host, join(config.projectDir, AUDIT_ROOT));
  if (await host.files.kind(config.auditDir) !== "file") return config.auditDir;
  throw usageFailure(`Cannot write to --audit-dir "${config.auditDir}": it is a file`, "Name a folder");
}

/** The current moment in the form of folder names, in UTC: `20251222T215059Z`. */
export function stampOf(clock: Pick<Clock, "wall">): string {
  return new Date(clock.wall()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

async function freshDir(host: Pick<Host, "clock" | "files">, root: string): Promise<string> {
  const base = join(root, `${PREFIX}${stampOf(host.clock)}`);
  let dir = base;
  for (let count = 2; await host.files.kind(dir) !== "missing"; count++) dir = `${base}-${count}`;
  return dir;
}

/** Makes the folder and its raw/; throws a usage Failure if that is not possible. */
export async function makeAuditDir(files: Files, dir: string): Promise<void> {
  const mark = join(dir, WRITABLE);
  try {
    // The folders above belong to the project and keep its mode; the audit dir and everything in it is closed to other users.
    await files.masked(0).ensureDir(dirname(dir));
    await files.ensureDir(dir);
    await files.ensureDir(join(dir, "raw"));
    await files.writeAtomic(mark, "");
    await files.remove(mark);
  } catch (error) {
    const why = messageOf(error);
    throw usageFailure(`Cannot write to the audit dir "${dir}": ${why}`, "Name another folder with --audit-dir");
  }
}

/** Writes a file below the audit dir; throws a Failure if it cannot be written. */
export async function writeEvidence(
  { auditDir, host }: { auditDir: string; host: Pick<Host, "files"> },
  path: string,
  data: FileData,
): Promise<void> {
  const made = new Making(data);
  try {
    await host.files.writeAtomic(join(auditDir, path), made.data);
  } catch (error) {
    // An error while the data is made is a bug, and says nothing about the disk.
    throw made.error === null ? cannotWrite(auditDir, error) : made.error.thrown;
  }
}

/** Data that is made while it is written, and the error if that fails. */
class Making {
  readonly data: FileData;
  error: { thrown: unknown } | null = null;

  constructor(data: FileData) {
    this.data = typeof data === "string" || data instanceof Uint8Array ? data : this.#pieces(data);
  }

  *#pieces(pieces: Iterable<string>): Generator<string> {
    try {
      yield* pieces;
    } catch (thrown) {
      this.error = { thrown };
      throw thrown;
    }
  }
}

/** Like `writeEvidence`, for text of the system under test: removes secrets. */
export async function writeRaw(
  context: { auditDir: string; host: Pick<Host, "files">; redactor: Redactor },
  path: string,
  text: string,
): Promise<void> {
  await writeEvidence(context, path, context.redactor.text(text));
}
