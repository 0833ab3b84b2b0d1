/** Pipes that another program made non-blocking, and whose reader is slow: every byte comes through, once. */

import { assertEquals } from "@std/assert";
import { PYTHON } from "../fakes/python.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DENO = [Deno.execPath(), "run", "--quiet", "--no-prompt", "-A", `--config=${ROOT}deno.json`, "--no-lock"];

/** Runs argv[2:] with such a pipe as argv[1], and copies what comes out of it, from when it is full. */
const SLOW = `
import fcntl, os, struct, subprocess, sys, termios, time
read, write = os.pipe()
fcntl.fcntl(write, fcntl.F_SETFL, fcntl.fcntl(write, fcntl.F_GETFL) | os.O_NONBLOCK)
child = subprocess.Popen(sys.argv[2:], **{sys.argv[1]: write})
os.close(write)
held = lambda: struct.unpack("i", fcntl.ioctl(read, termios.FIONREAD, bytes(4)))[0]
while held() < 60000 and child.poll() is None: time.sleep(0.01)
time.sleep(0.3)
while part := os.read(read, 30000):
    os.write(1, part)
    time.sleep(0.01)
sys.exit(child.wait())
`;

async function throughSlowPipe(stream: "stdout" | "stderr", command: string[]) {
  const args = ["-c", SLOW, stream, ...command];
  const { code, stdout } = await new Deno.Command(PYTHON, { args, stdin: "null", stderr: "inherit" }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

/** Sixteen pages of whole lines fill the pipe, so that what follows finds it full, whatever it ends with. */
const FULL = () => "123456789\n".repeat(16 * 409);
const REST: [string, () => string][] = [
  ["a line without its end", () => "y".repeat(100)],
  ["a long line without its end", () => "z".repeat(3000)],
  ["lines", () => `${"l".repeat(5000)}\n\n${"m\n".repeat(50_000)}end`],
];
for (const stream of ["out", "err"] as const) {
  for (const [what, rest] of REST) {
    Deno.test(`${stream}.write() of ${what} to a full pipe that does not block loses and repeats nothing`, async () => {
      const body = `import { denoHost } from "file://${ROOT}lib/host/deno.ts"; const { ${stream} } = denoHost();
        for (const text of [${FULL}, ${rest}]) ${stream}.write(text()); ${stream}.write("\\nlast\\n");`;
      const { code, text } = await throughSlowPipe(`std${stream}`, [
        ...DENO,
        `data:text/typescript,${encodeURIComponent(body)}`,
      ]);
      const expected = `${FULL()}${rest()}\nlast\n`;
      assertEquals([code, text.length, text === expected], [0, expected.length, true]);
    });
  }
}

Deno.test("report --format html comes through such a pipe as it is in a file", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vx11-pipe-" });
  try {
    await Deno.copyFile(`${ROOT}tests/fixtures/journal_switch.ndjson`, `${dir}/journal.ndjson`);
    const command = [...DENO, `${ROOT}main.ts`, "report", dir, "--format", "html"];
    const [first = "", ...args] = command;
    const { stdout } = await new Deno.Command(first, { args, stdin: "null", stderr: "inherit" }).output();
    const { code, text } = await throughSlowPipe("stdout", command);
    assertEquals([code, text.length > 65_536], [0, true], `${text.length} characters`);
    assertEquals(text === new TextDecoder().decode(stdout), true);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
