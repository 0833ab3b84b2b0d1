/** Shows a run on stderr while it goes on: live on a terminal, in plain lines elsewhere, not at all with --quiet. */

import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { isUtf8 } from "../utf8.ts";
import { Live } from "./live.ts";
import { interruptText, progressText } from "./progress.ts";
import type { View } from "./shown_run.ts";

/** `signal`: the interrupt's AbortSignal, whose reason is the name of the signal. */
export function openView(host: Host, config: RunConfig, signal: AbortSignal): View {
  const view = chooseView(host, config);
  signal.addEventListener("abort", () => view.interrupted(String(signal.reason)), { once: true });
  return view;
}

function chooseView(host: Host, config: RunConfig): View {
  if (config.quiet) return { progress() {}, interrupted() {}, close: () => Promise.resolve() };
  if (!isLive(host)) return plainView(host, config.color && host.err.isTerminal);
  return new Live(host, {
    color: config.color,
    unicode: isUtf8(host),
    // If the result is JSON or is redirected, no table on this terminal says how the modules ended.
    leave: config.json || !host.out.isTerminal,
  });
}

/** Whether there is a terminal on which the cursor can be moved, and someone who looks at it. */
function isLive({ env, err }: Host): boolean {
  const term = env("TERM") ?? "";
  const ci = env("CI") ?? "";
  return err.isTerminal && term !== "" && term !== "dumb" && (ci === "" || ci === "false");
}

function plainView({ err }: Host, color: boolean): View {
  let open = true;
  const say = (text: string) => open ? err.write(text) : undefined;
  return {
    progress: (event) => say(progressText(event, color)),
    interrupted: (by) => say(interruptText(by)),
    close() {
      open = false;
      return Promise.resolve();
    },
  };
}
