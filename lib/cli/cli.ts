/**
 * The command line: argv → command → exit code. stdout gets the result, stderr the talk. It never exits by itself;
 * main.ts does, with the code returned here.
 */

import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import type { FailureData } from "../model/failure.ts";
import { EXIT_CODES, Failure } from "../model/failure.ts";
import { makePlan } from "../plan/plan.ts";
import { adoptOrphans, unseenText } from "../proc/orphans.ts";
import { quote } from "../text/shell_word.ts";
import { sweep } from "../audit/leftovers.ts";
import { cleaner, ownRedactor } from "../secrets/redaction.ts";
import type { Resumable } from "../run/resume.ts";
import type { RunResult } from "../run/run.ts";
import { run } from "../run/run.ts";
import type { CleanConfig, Command } from "./args.ts";
import { parseCommand } from "./args.ts";
import { enginesToClean, findEngine } from "./engines.ts";
import { failureText } from "./failure_text.ts";
import { type Interrupt, listenForInterrupt } from "./interrupt.ts";
import { codeAfterOutput } from "./lost_output.ts";
import { planJson, planText } from "./doing/plan_text.ts";
import { programText } from "./program_text.ts";
import { isOnGithub, tellResult } from "./result.ts";
import { type Tool, versionLine } from "./version.ts";

/** Runs the command that the host's arguments name; resolves to the exit code. */
export async function main(host: Host, tool: Tool): Promise<number> {
  try {
    const command = await parseCommand(host);
    return codeAfterOutput(host, command, await dispatch(host, tool, command));
  } catch (error) {
    const found = error instanceof Failure ? error.data : systemFailure(error);
    if (found === null) throw error;
    const failure = cleaner(ownRedactor(host))(found);
    host.err.write(failureText(failure));
    if (isOnGithub(host)) (await import("./github.ts")).tellFailure(host, failure);
    return EXIT_CODES[failure.exit].code;
  }
}

/** The operating system refused something that nobody foresaw: that is this host's state, and no bug. */
function systemFailure(error: unknown): FailureData | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!/^E[A-Z]+$/.test(code)) return null;
  const what = `The operating system refused: ${(error as Error).message}`;
  return { exit: "environment", what, next: "Check paths, permissions and free space" };
}

/** What a command alone needs is loaded for it alone: `--version` and the like are to start at once. */
async function dispatch(host: Host, tool: Tool, command: Command): Promise<number> {
  switch (command.kind) {
    case "help":
      host.out.write(command.text);
      return EXIT_CODES.ok.code;
    case "version":
      host.out.write(`${versionLine(tool)}\n`);
      return EXIT_CODES.ok.code;
    case "plan":
      host.out.write(await showPlan(host, command));
      return EXIT_CODES.ok.code;
    case "run":
      return await interruptible(host, (interrupt) => runCommand(host, tool, command.config, { interrupt }));
    case "demo": {
      const { demoCommand } = await import("./doing/demo.ts");
      return await interruptible(host, (interrupt) => {
        const run = (config: RunConfig, onResult: OnResult) => runCommand(host, tool, config, { interrupt, onResult });
        return demoCommand(host, command.request, { interrupt, run });
      });
    }
    case "resume": {
      const { resumedRun } = await import("./doing/resume.ts");
      return await interruptible(host, async (interrupt) => {
        const { config, resume } = await resumedRun(host, tool, command.config);
        return await runCommand(host, tool, config, { interrupt, resume });
      });
    }
    case "clean":
      return await cleanCommand(closed(host), command.config);
    case "selftest": {
      const { selftestCommand } = await import("./doing/selftest.ts");
      return await interruptible(host, (interrupt) => selftestCommand(host, tool, command.config, interrupt));
    }
    case "review": {
      const { reviewCommand } = await import("./doing/review.ts");
      return await interruptible(host, ({ signal }) => reviewCommand(closed(host), command.config, signal));
    }
    case "compare": {
      const { compareCommand } = await import("./doing/compare.ts");
      return await compareCommand(host, command.config);
    }
    case "history": {
      const { historyCommand } = await import("./doing/history.ts");
      return await historyCommand(host, command.config);
    }
    case "judge": {
      const { judgeCommand } = await import("./doing/judge.ts");
      return await judgeCommand(closed(host), command.config);
    }
    case "report": {
      const { reportCommand } = await import("./doing/report.ts");
      return await reportCommand(host, command.config);
    }
  }
}

/** What it writes is evidence, which nobody else is to read; a run has an option for that. */
function closed(host: Host): Host {
  return { ...host, files: host.files.masked(0o077) };
}

async function showPlan(host: Host, { config, from }: Extract<Command, { kind: "plan" }>): Promise<string> {
  const plan = makePlan(config.settings.modules, config.modules, config.mode);
  const [{ lookAround }, { lookJson }] = await Promise.all([import("./doing/plan_look.ts"), import("./doing/plan_look_text.ts")]);
  const look = await lookAround(host, plan, config);
  const { modules } = look;
  const told = { ...config, notices: [...config.notices, ...look.notices] };
  const value = config.json ? { ...planJson(plan, modules, told), ...lookJson(look) } : null;
  const text = planText(plan, modules, told, look);
  if (from === undefined) return value === null ? text : jsonLines(value);
  const [{ predictPlan }, { predictionJson, predictionText }] = await Promise.all([
    import("./doing/prediction.ts"),
    import("./doing/prediction_text.ts"),
  ]);
  const prediction = await predictPlan(host, from, { plan, config });
  if (value !== null) return jsonLines({ ...value, prediction: predictionJson(prediction) });
  return `${text}\n${predictionText(prediction, config.cycles)}`;
}

function jsonLines(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Whatever an interrupted command fails with, it was interrupted. */
async function interruptible(host: Host, work: (interrupt: Interrupt) => Promise<number>): Promise<number> {
  const interrupt = listenForInterrupt(host);
  try {
    return await work(interrupt);
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_CODES.interrupted.code;
    throw error;
  } finally {
    interrupt.close();
  }
}

type OnResult = (result: RunResult) => void;

async function runCommand(
  host: Host,
  tool: Tool,
  config: RunConfig,
  { interrupt, onResult, resume }: { interrupt: Interrupt; onResult?: OnResult; resume?: Resumable },
): Promise<number> {
  // Only here, since what measures text takes a while to load, and most commands need none of it.
  const { openView } = await import("./live/view.ts");
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

/** Removes what killed runs left. Nothing to do is a success. */
async function cleanCommand(host: Host, config: CleanConfig): Promise<number> {
  const { auditDir, projectDir, quiet } = config;
  const dirs = auditDir === undefined ? [] : [auditDir];
  let trouble: Failure | null = null;
  for (const engine of await enginesToClean(host, config)) {
    const sweeping = sweep(host, engine, { projectDir, dirs, keepCore: false });
    const swept = await sweeping.finally(() => engine.close());
    trouble ??= swept.find((each) => each.trouble !== null)?.trouble ?? null;
    if (quiet) continue;
    for (const { dir, removed } of swept.filter((each) => each.trouble === null)) {
      host.out.write(`${dir}: ${removed.length === 0 ? "nothing was left" : `removed ${removed.join(", ")}`}\n`);
    }
    if (swept.length === 0) host.out.write(`No run on project "${engine.project.name}" was left unfinished\n`);
  }
  // What could be removed is, and was told, before the rest.
  if (trouble !== null) throw trouble;
  return EXIT_CODES.ok.code;
}

/** What a person types to remove what is left, whatever folder they are in. */
function cleanText(host: Host, { projectDir, composeFiles }: RunConfig): string {
  const files = composeFiles.map((file) => ` --compose-file ${quote(file)}`).join("");
  return `${programText(host)} clean --project-dir ${quote(projectDir)}${files}`;
}
