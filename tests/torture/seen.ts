/** What a PASS of a module of killed.ts rests on, by the lines of the journal alone. */

import type { JournalLine } from "../../lib/model/evidence.ts";

const SERVICES: Readonly<Record<string, readonly string[]>> = {
  switch: ["switch"],
  baseline: ["madre", "tentaculo_link"],
};

/** How many answers: as many as its p95 needs; of what is only up for others nobody waits for so many (service_reasons.ts). */
const ANSWERS: Readonly<Record<string, number>> = { switch: 3, baseline: 1 };

/** What of it the journal does not have. */
export function missingOf(journal: readonly JournalLine[], module: string): string[] {
  const of = journal.filter((line) => "module" in line && line.module === module);
  const answers = (service: string) =>
    of.filter((line) => line.type === "probe" && line.service === service && line.ok).length;
  const missing = (SERVICES[module] ?? []).flatMap((service) => {
    const isSeen = {
      "a last look": of.some((line) => line.type === "look" && line.when === "last" && line.state.service === service),
      "answers enough": answers(service) >= (ANSWERS[module] ?? 0),
      "a sample": of.some((line) => line.type === "sample" && line.service === service),
      "a stop": of.some((line) => line.type === "stop" && line.service === service && line.verified),
    };
    return Object.entries(isSeen).flatMap(([what, isThere]) => isThere ? [] : [`${what} of ${service}`]);
  });
  const isTested = module !== "switch" || of.some((line) => line.type === "test" && line.returnCode === 0);
  return isTested ? missing : [...missing, "a test"];
}
