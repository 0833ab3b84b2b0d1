/** `doctor`: prints what it finds, and gives the exit code that follows. */

import { examine } from "../../doctor/examine.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { makePlan } from "../../plan/plan.ts";
import { examinedBy, findEngine } from "../engines.ts";
import { isUtf8 } from "../utf8.ts";
import { canRun, doctorJson, doctorText } from "./doctor_text.ts";
import { lookAround } from "./plan_look.ts";

export async function doctorCommand(host: Host, config: RunConfig, signal: AbortSignal): Promise<number> {
  const plan = makePlan(config.settings, config.selected, config.mode);
  const { read, ...look } = await lookAround(host, plan, config);
  const sections = await examine(host, config, {
    seen: { ...look, services: read?.services ?? null, variables: read?.variables ?? [] },
    openEngine: () => findEngine(host, config, signal),
    examine: (asked) => examinedBy(host, config, asked, signal),
    signal,
  });
  if (config.json) host.out.write(`${JSON.stringify(doctorJson(sections), null, 2)}\n`);
  else {
    const color = config.color && host.out.isTerminal;
    host.out.write(doctorText(sections, { color, unicode: isUtf8(host), quiet: config.quiet }));
  }
  return canRun(sections) ? EXIT_CODES.ok.code : EXIT_CODES.environment.code;
}
