/** `demo`: sets the stage, runs the main job on it, prints three lines, and leaves nothing but the reports. */

import { closingText } from "../../demo/closing.ts";
import { type DemoRequest, setStage } from "../../demo/stage.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import type { RunResult } from "../../run/run.ts";
import type { Interrupt } from "../interrupt.ts";
import { programText } from "../program_text.ts";

export interface DemoRun {
  interrupt: Interrupt;
  /** Runs the main job; calls `onResult` once the result is printed. Resolves to the exit code. */
  run(config: RunConfig, onResult: (result: RunResult) => void): Promise<number>;
}

/** The caller owns the interrupt, and keeps it until the stage is cleared away. */
export async function demoCommand(host: Host, request: DemoRequest, { interrupt, run }: DemoRun): Promise<number> {
  const stage = await setStage(host, request, interrupt.signal);
  try {
    if (interrupt.signal.aborted) return EXIT_CODES.interrupted.code;
    return await run(stage.config, (result) => tellClosing(host, request, result));
  } finally {
    await stage.close();
  }
}

function tellClosing(host: Host, { config, faults }: DemoRequest, { auditDir, failure, judged }: RunResult): void {
  if (config.quiet || failure !== null || judged.evidence.interrupted !== null) return;
  const text = closingText({ judged, auditDir, faults, command: `${programText(host)} demo` });
  (config.json ? host.err : host.out).write(config.json ? text : `\n${text}`);
}
