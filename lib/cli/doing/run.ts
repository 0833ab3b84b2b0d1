/** Carries out a run by the command line, and shows its progress and its result. */

import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { adoptOrphans, unseenText } from "../../proc/orphans.ts";
import type { Resumable } from "../../run/before/resume.ts";
import { run, type RunResult } from "../../run/run.ts";
import { quote } from "../../text/shell_word.ts";
import { findEngine } from "../engines.ts";
import type { Interrupt } from "../interrupt.ts";
import { programText } from "../program_text.ts";
import { tellResult } from "../result.ts";
import type { Tool } from "../version.ts";

export type OnResult = (result: RunResult) => void;

export async function runCommand(
  host: Host,
  tool: Tool,
  config: RunConfig,
  { interrupt, onResult, resume }: { interrupt: Interrupt; onResult?: OnResult; resume?: Resumable },
): Promise<number> {
  // Loaded only here: the code that measures text takes a while to load, and most commands do not need it.
  const { openView } = await import("../live/view.ts");
  const view = openView(host, config, interrupt.signal);
  const orphans = adoptOrphans(host);
  const unseen = orphans.why === null ? [] : [unseenText(orphans.why)];
  try {
    const running = run(host, { ...config, notices: [...config.notices, ...unseen] }, {
      tool,
      signal: interrupt.signal,
      ...(resume === undefined ? {} : { resume }),
      progress: (event) => view.progress(event),
      hasOrphans: orphans.why === null,
      findEngine: (masked) => findEngine(masked, config, interrupt.signal),
    });
    const result = await Promise.race([running, interrupt.second]);
    await view.close();
    if (result === "second interrupt") {
      host.err.write(`Interrupted again: ending at once. Remove what is left with: ${cleanText(host, config)}\n`);
      return EXIT_CODES.interrupted.code;
    }
    const code = await tellResult(host, config, result);
    onResult?.(result);
    return code;
  } finally {
    orphans.close();
    await view.close();
  }
}

/** The command that removes what is left, from any folder. */
function cleanText(host: Host, { composeFiles, context, projectDir }: RunConfig): string {
  const where = context === undefined ? "" : ` --context ${context}`;
  const files = composeFiles.map((file) => ` --compose-file ${quote(file)}`).join("");
  return `${programText(host)} clean --project-dir ${quote(projectDir)}${files}${where}`;
}
