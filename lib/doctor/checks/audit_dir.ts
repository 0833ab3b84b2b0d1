/** The place for the evidence: that it may be written to, and has room. */

import { dirname } from "@std/path";
import { chooseAuditDir } from "../../audit/audit_dir.ts";
import { findEarlier } from "../../audit/earlier_run.ts";
import type { Files } from "../../host/host.ts";
import type { Diagnosis } from "../../model/diagnosis.ts";
import { Failure } from "../../model/failure.ts";
import { sizeText } from "../../text/units.ts";
import { type Check, refusal } from "../check.ts";

/** A long run writes some tens of MiB. */
const LEAST_BYTES = 200 * 2 ** 20;
/** With less, not even the first files can be written. */
const NOTHING_BYTES = 2 ** 20;

export const AUDIT_DIR: Check = {
  title: "Evidence",
  async look({ config, host }) {
    try {
      const dir = await chooseAuditDir(host, config);
      await findEarlier(host, dir);
      const place = await existing(host.files, dir);
      return [await permission(host.files, dir, place), await room(host.files, place)];
    } catch (error) {
      if (error instanceof Failure) return [refusal("audit_dir", config.auditDir ?? config.projectDir, error.data)];
      throw error;
    }
  },
};

/** The folder, or the nearest one above it that is there. */
async function existing(files: Pick<Files, "kind">, dir: string): Promise<string> {
  let place = dir;
  while (await files.kind(place).catch(() => "missing") === "missing" && dirname(place) !== place) {
    place = dirname(place);
  }
  return place;
}

async function permission(files: Pick<Files, "kind" | "mayWriteIn">, dir: string, place: string): Promise<Diagnosis> {
  const said = { check: "audit_dir", subject: place };
  const isFile = await files.kind(place).catch(() => "missing") === "file";
  const may = isFile ? false : await files.mayWriteIn(place);
  if (may === true) return { ...said, level: "ok", seen: "this user may write there", next: "" };
  if (may === null) {
    return { ...said, level: "note", seen: "whether this user may write there cannot be asked", next: "" };
  }
  const why = isFile ? "it is a file" : "this user may not write there";
  return {
    ...said,
    level: "problem",
    seen: `the audit dir ${dir} cannot be made: ${why}`,
    next: "Name another folder with --audit-dir",
  };
}

async function room(files: Pick<Files, "freeBytes">, place: string): Promise<Diagnosis> {
  const said = { check: "audit_room", subject: place };
  const free = await files.freeBytes(place);
  if (free === null) return { ...said, level: "note", seen: "how much is free there cannot be seen", next: "" };
  if (free >= LEAST_BYTES) return { ...said, level: "ok", seen: `${sizeText(free)} free`, next: "" };
  return {
    ...said,
    level: free < NOTHING_BYTES ? "problem" : "warn",
    seen: `only ${sizeText(free)} free`,
    next: "Free some, or name a folder elsewhere with --audit-dir",
  };
}
