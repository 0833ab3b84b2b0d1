import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { until } from "../fakes/wait.ts";

const host = denoHost();
const { kernel } = host;

Deno.test("kernel reads, lists and follows links of /proc, and is null or empty where it cannot", () => {
  assertStringIncludes(kernel.read("/proc/self/stat") ?? "", `${Deno.pid} (`);
  assert(kernel.list("/proc").includes(String(Deno.pid)));
  assertEquals(kernel.link("/proc/self/cwd"), Deno.cwd());
  const gone = "/proc/4194304";
  assertEquals([kernel.read(`${gone}/stat`), kernel.list(gone), kernel.link(`${gone}/cwd`)], [null, [], null]);
  assertEquals([kernel.read("/proc"), kernel.link("/proc/self/stat")], [null, null]);
});

Deno.test("kernel tells what is made anew from what was at its path before", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vx11-kernel-" });
  try {
    const [first, again] = [kernel.inode?.(dir), kernel.inode?.(dir)];
    assertEquals([typeof first, again], ["number", first]);
    assertEquals(kernel.inode?.(`${dir}/none`), null);
  } finally {
    await Deno.remove(dir);
  }
});

Deno.test("the kernel's log is read without waiting, from its end on, or it is said why not", () => {
  const log = host.kernelLog?.();
  if (typeof log === "string") {
    assert(/\/dev\/kmsg|system|denied|not found|no such/i.test(log), log);
    return;
  }
  assert(log !== undefined);
  const began = performance.now();
  // Old messages of a host that has been up for a while would be hundreds.
  const first = log.read();
  assert(first.messages.length < 100, `${first.messages.length} messages`);
  assertEquals([first.lost, typeof log.read().lost], [false, "boolean"]);
  assert(performance.now() - began < 2000);
  log.close();
});

Deno.test("kernel gives the lines that have a text, wherever they lie in a long file", async () => {
  const path = await Deno.makeTempFile({ prefix: "vx11-kernel-" });
  // Longer than a piece; one line is longer than that by itself, and the last one has no end.
  const lines = Array.from({ length: 20_000 }, (_, nr) => `${nr}: 0100007F:${(nr % 997).toString(16)} 06`);
  const texts = [lines.join("\n"), `${lines.join("\n")}\n`, `${"x".repeat(200_000)}\na:1f\n`, "", "\n\n", ":1f"];
  try {
    for (const text of texts) {
      await Deno.writeTextFile(path, text);
      assertEquals(kernel.linesWith?.(path, ":1f"), text.split("\n").filter((line) => line.includes(":1f")));
    }
    assertEquals(kernel.linesWith?.(`${path}.none`, "a"), null);
    assertEquals(kernel.linesWith?.("/proc/self/status", "Pid:\t")?.[0], `Pid:\t${Deno.pid}`);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("kernel reads a file to its end, however long it is, and characters whole", async () => {
  const path = await Deno.makeTempFile({ prefix: "vx11-kernel-" });
  const text = `a${"é".repeat(100_000)}`;
  await Deno.writeTextFile(path, text);
  assertEquals(kernel.read(path), text);
  await Deno.remove(path);
});

Deno.test("kill() sends to one process, or with a negative number to a group, and says what became of it", async () => {
  const child = host.spawn(["/bin/sh", "-c", "sleep 300 & echo $!; wait; echo on"]);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const pid = Number((await reader.read()).value);
  assertEquals(host.kill(pid, "SIGKILL"), "sent");
  assertEquals((await reader.read()).value, "on\n", "the others of its group go on");
  await Promise.all([child.exit, reader.cancel(), child.stderr.cancel()]);
  assertEquals([host.kill(child.pid, "SIGTERM"), host.kill(2 ** 30, "SIGTERM")], ["gone", "gone"]);
  const group = host.spawn(["/bin/sh", "-c", "sleep 300; true"]);
  assertEquals(host.kill(-group.pid, "SIGKILL"), "sent");
  assertEquals(await group.exit, { code: null, signal: "SIGKILL" });
  await Promise.all([group.stdout.cancel(), group.stderr.cancel()]);
});

Deno.test({
  name: "a child that a real-time signal ended has that signal",
  // Deno, which has no name for it, throws before it counts the child as closed.
  sanitizeResources: false,
  async fn() {
    const child = host.spawn(["/bin/sh", "-c", "kill -35 $$"]);
    assertEquals(await child.exit, { code: null, signal: "SIG35" });
    await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  },
});

Deno.test("killGroup() sends any signal", async () => {
  const child = host.spawn(["sleep", "300"]);
  const isStopped = () => / T /.test(kernel.read(`/proc/${child.pid}/stat`) ?? "");
  child.killGroup("SIGSTOP");
  await until("it stands still", isStopped);
  child.killGroup("SIGCONT");
  await until("it goes on", () => !isStopped());
  child.killGroup("SIGUSR1");
  assertEquals(await child.exit, { code: null, signal: "SIGUSR1" });
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
});

Deno.test("processAlive() is false for a process that has ended, though its parent has not asked how", async () => {
  // The shell's child ends once the shell has become a program that waits for nobody, and becomes a zombie.
  const ends = "until grep -q sleep /proc/$$/comm; do :; done";
  const child = host.spawn(["/bin/sh", "-c", `(${ends}) & echo $!; exec sleep 300`]);
  const pid = Number((await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read()).value);
  await until("it is a zombie", () => /\) Z /.test(kernel.read(`/proc/${pid}/stat`) ?? ""));
  assertEquals([host.processAlive(pid), host.processAlive(child.pid)], [false, true]);
  child.killGroup("SIGKILL");
  await Promise.all([child.exit, child.stderr.cancel()]);
});
