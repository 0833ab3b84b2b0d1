/** The room for images and containers at a daemon's own place. */

import type { Files } from "../../../host/host.ts";
import type { Diagnosis } from "../../../model/diagnosis.ts";
import { sizeText } from "../../../text/units.ts";
import type { DaemonFacts } from "./facts.ts";

const LEAST_BYTES = 2 * 2 ** 30;

export async function storageDiagnosis(
  files: Pick<Files, "freeBytes">,
  { root, storageDriver }: DaemonFacts,
  isLocal: boolean,
): Promise<Diagnosis> {
  const free = isLocal && root !== "" ? await files.freeBytes(root) : null;
  const where = `${storageDriver || "unknown storage driver"} in ${root || "a folder that is not told"}`;
  const said = (level: Diagnosis["level"], seen: string, next: string) =>
    ({ check: "engine_storage", subject: "storage", level, seen: `${where}: ${seen}`, next }) satisfies Diagnosis;
  if (free === null) return said("note", "how much is free there cannot be seen from here", "");
  if (free >= LEAST_BYTES) return said("ok", `${sizeText(free)} free`, "");
  return said("warn", `only ${sizeText(free)} free`, "`docker system df` shows what takes the room");
}
