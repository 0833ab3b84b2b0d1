/** The live view on a real terminal (a pty): its size, its signals, and what is left on the screen. */

import { assert, assertEquals } from "@std/assert";
import { columns } from "../../lib/report/text/fit.ts";
import { fakeScreen } from "../fakes/screen.ts";

const HERE = import.meta.dirname ?? "tests/cli";
const UTF8 = { LANG: "C.UTF-8", LC_ALL: "C.UTF-8", TERM: "xterm", NO_COLOR: "1", CI: "" };

interface Seen {
  shown: string;
  said: string;
  code: number;
}

/** Deno has no pseudo-terminals of its own; Python's standard library does, on every Unix. */
async function hasPty(): Promise<boolean> {
  try {
    return (await new Deno.Command("python3", { args: ["-c", "import pty"] }).output()).success;
  } catch {
    return false;
  }
}

async function onTerminal(columns: number, rows: number, steps: string[]): Promise<Seen> {
  const driver = [Deno.execPath(), "run", "--quiet", "--no-check", "-A", `${HERE}/live_driver.ts`];
  const args = [`${HERE}/../fixtures/terminal.py`, `${columns}`, `${rows}`, ...steps, "--", ...driver];
  const { stdout, stderr } = await new Deno.Command("python3", { args, env: UTF8 }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

Deno.test(
  "the live view keeps a real terminal clean over a resize and a Ctrl+C",
  { ignore: !await hasPty() },
  async () => {
    const { shown, said, code } = await onTerminal(80, 24, ["it is 80x24", "resize:30x10", "now 30x10", "press:\\x03"]);
    assertEquals([said, code], ["stdout: null\n", 0], shown);

    const at = shown.indexOf("\r\x1b[Jnote: now 30x10");
    const screen = fakeScreen({ columns: 80, rows: 24 });
    screen.write(shown.slice(0, at));
    screen.resize({ columns: 30, rows: 10 });
    screen.write(shown.slice(at));
    const reason = "    tests_failed: " + "長い理由 ".repeat(20);
    assertEquals(screen.lines().filter((line) => line !== "").map((line) => line.replace(/(1 of 3 ) \d+s$/, "$1 0s")), [
      "Testing 3 modules, 1 cycle, mode low_power (docker 28)",
      "Evidence goes to docs/audit/x",
      "FAIL operator-frontend (1000 ms)",
      ...wrapped(reason, 80),
      "note: it is 80x24",
      "note: now 30x10",
      ...wrapped("Interrupted by SIGINT: stopping what this run started; a second interrupt ends it at once", 30),
      // stdout goes elsewhere, so that the last state stays.
      "     switch",
      "     日本語のモジュール",
      "FAIL operator-frontend",
      "█████░░░░░░░░░░░░  1 of 3  0s",
      "the end",
    ]);
    assertEquals([screen.cursor.shown, screen.wraps, screen.cursor.column], [true, true, 0]);
    for (const frame of shown.slice(at).split("\x1b[?7l\r").slice(1)) {
      for (const line of (frame.split("\x1b[J")[0] ?? "").split("\r\n")) {
        assert(columns(line.replaceAll("\r", "")) < 30, line);
      }
    }
  },
);

Deno.test("the live view ends in order when the terminal goes away", { ignore: !await hasPty() }, async () => {
  const { said, code } = await onTerminal(80, 24, ["it is 80x24", "hangup:"]);
  assertEquals([said, code], ["stdout: null\n", 0]);
});

/** As a terminal breaks a line that is too long. */
function wrapped(text: string, width: number): string[] {
  const screen = fakeScreen({ columns: width, rows: 24 });
  screen.write(text);
  return screen.lines();
}
