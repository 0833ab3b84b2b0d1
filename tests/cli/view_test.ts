import { assert, assertEquals } from "@std/assert";
import { openView } from "../../lib/cli/live/view.ts";
import { parseCommand } from "../../lib/cli/args.ts";
import { handClock } from "../fakes/clock.ts";
import { fakeHost } from "../fakes/host.ts";
import { fakeScreen } from "../fakes/screen.ts";
import { started, verdict } from "./live_events.ts";

interface Case {
  name: string;
  env?: Record<string, string>;
  args?: string[];
  terminal?: boolean;
  shown: "live" | "plain" | "nothing";
}

const XTERM = { TERM: "xterm-256color" };
const CASES: Case[] = [
  { name: "a terminal", env: XTERM, shown: "live" },
  { name: "a terminal with NO_COLOR", env: { ...XTERM, NO_COLOR: "1" }, shown: "live" },
  { name: "a terminal, and CI=false", env: { ...XTERM, CI: "false" }, shown: "live" },
  { name: "a terminal in CI", env: { ...XTERM, CI: "true" }, shown: "plain" },
  { name: "a dumb terminal", env: { TERM: "dumb" }, shown: "plain" },
  { name: "a terminal of unknown kind", env: {}, shown: "plain" },
  { name: "a pipe or file", env: XTERM, terminal: false, shown: "plain" },
  { name: "a terminal with --quiet", env: XTERM, args: ["--quiet"], shown: "nothing" },
];

for (const { name, env = {}, args = [], terminal = true, shown } of CASES) {
  Deno.test(`openView() on ${name} shows ${shown}`, async () => {
    const screen = { ...fakeScreen({ columns: 80, rows: 24 }), isTerminal: terminal };
    let written = "";
    screen.write = (text) => void (written += text);
    const host = fakeHost({ args, env, host: { clock: handClock(), err: screen, onSignal: () => () => {} } });
    const command = await parseCommand(host);
    assert(command.kind === "run");
    const interrupt = new AbortController();
    const view = openView(host, command.config, interrupt.signal);
    view.progress(started(["switch"]));
    view.progress(verdict("switch", "PASS"));
    interrupt.abort("SIGTERM");
    await view.close();
    assertEquals(written.includes("\x1b[?25l") ? "live" : written === "" ? "nothing" : "plain", shown);
    assertEquals(written.includes("Interrupted by SIGTERM"), shown !== "nothing");
    assertEquals(written.includes("\x1b[?25h"), shown === "live");
    if (shown === "plain" && !terminal) assert(!written.includes("\x1b"), written);
    if ("NO_COLOR" in env) assert(!written.includes("\x1b[3"), written);
  });
}
