import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ProcessOutput } from "../../lib/engine/process/output.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { AppendFile } from "../../lib/host/host.ts";
import { until } from "../fakes/wait.ts";
import { processWorld, sh } from "./process_world.ts";

const host = denoHost();

/** What is in the file after the script's end; `$FILE` names it there. */
async function written(script: string, limitBytes: number, change: Partial<AppendFile> = {}): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "vx11-output-" });
  try {
    const openAppend = async (name: string) => ({ ...await host.files.openAppend(name), ...change });
    const output = await ProcessOutput.open({ ...host, files: { ...host.files, openAppend } }, path, { limitBytes });
    const child = host.spawn(sh(script), { env: { FILE: path } });
    output.take(child);
    assertEquals(await child.exit, { code: 0, signal: null });
    await output.close();
    return await Deno.readTextFile(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("ProcessOutput keeps both streams in one file, as they come", async () => {
  const wait = (word: string) => `until grep -q ${word} "$FILE"; do sleep 0.01; done`;
  const script = `echo one; ${wait("one")}; echo two >&2; ${wait("two")}; echo three`;
  assertEquals(await written(script, 1000), "one\ntwo\nthree\n");
});

Deno.test("ProcessOutput keeps the first and the last bytes, reads on, and says so between them", async () => {
  // More than a pipe takes: the script ends only where somebody reads it.
  const text = await written("head -c 300000 /dev/zero | tr '\\0' x; echo; echo its last words", 1000);
  const note = "[cut here: of 300016 bytes the first 938 are kept, and the last 15]";
  assertEquals(text, `${"x".repeat(938)}\n${note}\nits last words\n`);
});

Deno.test("ProcessOutput reads on where the disk is full", async () => {
  const append = () => Promise.reject(new Error("No space left on device"));
  assertEquals(await written("head -c 300000 /dev/zero", 1_000_000, { append }), "");
});

Deno.test("ProcessOutput does not wait for a process that left and keeps the pipe open", async () => {
  const path = await Deno.makeTempFile({ prefix: "vx11-output-" });
  const output = await ProcessOutput.open(host, path);
  const child = host.spawn(sh("setsid sleep 300 & echo $!"));
  output.take(child);
  await child.exit;
  await output.close();
  const pid = Number(await Deno.readTextFile(path));
  assert(host.processAlive(pid), "it is still there");
  Deno.kill(pid, "SIGKILL");
  await Deno.remove(path);
});

Deno.test("a service's output is in its file as it comes, and goes on over its restarts", async () => {
  const command = sh("echo begin; if test -e second; then exec sleep 300; fi; touch second; echo end >&2; exit 1");
  await using it = await processWorld({ switch: { command, restart: "always" } });
  await it.up("switch");
  await until("it began again", async () => (await it.log("switch")) === "begin\nend\nbegin\n");
});

Deno.test("logs() gives the last lines, of a service that has ended all of them", async () => {
  await using it = await processWorld({ switch: { command: sh("seq 1000; printf last") } });
  await it.up("switch");
  const { id } = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  assertEquals(await it.engine.logs(id, 3), "999\n1000\nlast");
  assertEquals((await it.engine.logs(id, 5000)).split("\n").length, 1001);
  assertStringIncludes(await it.engine.logs("another", 3), "its output is in the audit dir");
});

Deno.test("up() says it where the output cannot be written", async () => {
  await using it = await processWorld({ switch: { command: ["true"] } });
  const outcome = await it.engine.up(["switch"], {
    recreate: false,
    timeoutMs: 1000,
    logFile: () => `${it.dir}/no/log`,
  });
  assertMatch(outcome.ok ? "" : outcome.why, /^its output cannot be written to ".*\/no\/log": .*No such file/);
  assertEquals(await it.engine.look(), []);
});
