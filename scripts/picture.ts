/**
 * Makes docs/report.png anew: the top of REPORT.html in a browser, from a demonstration with two planted faults.
 * `scripts/deno run -A scripts/picture.ts`; needs chromium.
 */

import { join, resolve } from "@std/path";
import { complain, say } from "./say.ts";

const ROOT = resolve(import.meta.dirname ?? ".", "..");
const PICTURE = join(ROOT, "docs/report.png");
const FAULTS = ["--fault", "oom:switch", "--fault", "slow:mcp"];
const SIZE = "1280,900";

/** Whether the command ended with one of these codes. */
async function ran(name: string, args: readonly string[], codes: readonly number[], cwd: string): Promise<boolean> {
  const { code } = await new Deno.Command(name, { args: [...args], cwd, stdin: "null" }).spawn().status;
  return codes.includes(code);
}

async function main(): Promise<number> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-picture-" });
  try {
    const demo = [
      "run",
      "--no-prompt",
      "-A",
      join(ROOT, "main.ts"),
      "demo",
      ...FAULTS,
      "--audit-dir",
      join(dir, "audit"),
    ];
    if (!await ran(Deno.execPath(), demo, [1], dir)) throw new Error("the demonstration did not end with 1");
    const browser = [
      ...[
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        `--user-data-dir=${join(dir, "profile")}`,
      ],
      ...[`--window-size=${SIZE}`, `--screenshot=${PICTURE}`, `file://${join(dir, "audit/REPORT.html")}`],
    ];
    if (!await ran("chromium", browser, [0], dir)) throw new Error("chromium made no picture");
    const { size } = await Deno.stat(PICTURE);
    say(`${PICTURE}: ${Math.round(size / 1024)} KiB`);
    return 0;
  } catch (error) {
    complain(`Cannot make the picture: ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

if (import.meta.main) Deno.exitCode = await main();
