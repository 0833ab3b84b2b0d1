/** What a PASS of a module of killed.ts rests on, by the lines of the journal alone. */

import type { JournalLine } from "../../lib/model/evidence.ts";

const SERVICES: Readonly<Record<string, readonly string[]>> = {
  switch: ["switch"],
  baseline: ["madre", "tentaculo_link"],
};

/** What of it the journal does not have. */
export function missingOf(journal: readonly JournalLine[], module: string): string[] {
  const of = journal.filter((line) => "module" in line && line.module === module);
  const missing = (SERVICES[module] ?? []).flatMap((service) => {
    const isSeen = {
      "a last look": of.some((line) => line.type === "look" && line.when === "last" && line.state.service === service),
      "three answers": of.filter((line) => line.type === "probe" && line.service === service && line.ok).length >= 3,
      "a sample": of.some((line) => line.type === "sample" && line.service === service),
      "a stop": of.some((line) => line.type === "stop" && line.service === service && line.verified),
    };
    return Object.entries(isSeen).flatMap(([what, isThere]) => isThere ? [] : [`${what} of ${service}`]);
  });
  const isTested = module !== "switch" || of.some((line) => line.type === "test" && line.returnCode === 0);
  return isTested ? missing : [...missing, "a test"];
}
