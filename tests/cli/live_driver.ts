/** A program for live_pty_test.ts: the live view on this process's real terminal, in steps that the test sees. */

import { openView } from "../../lib/cli/live/view.ts";
import { parseCommand } from "../../lib/cli/args.ts";
import { listenForInterrupt } from "../../lib/cli/interrupt.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { until } from "../fakes/wait.ts";
import { memory, phase, started, verdict } from "./live_events.ts";

const host = { ...denoHost(), args: [] };
const command = await parseCommand(host);
if (command.kind !== "run") throw new Error("no arguments are a run");
const interrupt = listenForInterrupt(host);
const view = openView(host, command.config, interrupt.signal);
const size = () => `${host.err.size()?.columns}x${host.err.size()?.rows}`;
try {
  view.progress(started(["switch", "日本語のモジュール", "operator-frontend"]));
  view.progress(phase("switch", "tests"));
  view.progress(memory("switch", "switch", 12.5));
  view.progress(verdict("operator-frontend", "FAIL", 1000, "長い理由 ".repeat(20)));
  view.progress({ type: "notice", text: `it is ${size()}` });
  await until("it is resized", () => interrupt.signal.aborted || size() === "30x10");
  view.progress({ type: "notice", text: "now 30x10" });
  await until("Ctrl+C", () => interrupt.signal.aborted);
} finally {
  await view.close();
  interrupt.close();
}
host.out.write(`stdout: ${JSON.stringify(host.out.size())}\n`);
host.err.write("the end\n");
