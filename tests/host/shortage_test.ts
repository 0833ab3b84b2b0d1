/** What this program is short of itself ends the run, and is told as that: it is no fault of a service or of a test. */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { SpawnError } from "../../lib/host/host.ts";
import { refuseShort, refuseShortage } from "../../lib/host/shortage.ts";
import { Failure } from "../../lib/model/failure.ts";
import { runTestFile } from "../../lib/tests/pytest/file.ts";
import { processWorld, STAYS, upOptions } from "../engine/process_world.ts";
import { failureOf } from "../fakes/failure.ts";
import { host, running } from "../tests/test_file.ts";

const SHORT = new SpawnError("other", "sh: Failed to spawn 'sh': Too many open files (os error 24)");

Deno.test("refuseShortage() knows the system's errors of want, and no others", () => {
  for (const number of [11, 12, 23, 24]) {
    assertThrows(
      () => refuseShortage(new Error(`no (os error ${number})`)),
      Failure,
      `resource: no (os error ${number})`,
    );
  }
  for (const text of ["(os error 2)", "(os error 28)", "(os error 111)", "(os error 240)", ""]) {
    refuseShortage(new Error(text));
  }
});

/** Number of the system's error → what is to be raised. */
const MEANS = [[11, /`ulimit -u`/], [12, /memory/], [23, /fs\.file-max/], [24, /`ulimit -n`/]] as const;

Deno.test("refuseShortage() names what is to be raised", () => {
  for (const [number, means] of MEANS) {
    const failure = assertThrows(() => refuseShortage(new Error(`no (os error ${number})`)), Failure);
    assertMatch(failure.data.next, means);
  }
});

Deno.test("refuseShort() throws if the host was short of something, and only then", () => {
  refuseShort({});
  refuseShort({ shortage: () => null });
  assertThrows(() => refuseShort({ shortage: () => "no (os error 24)" }), Failure, "resource: no (os error 24)");
});

/** In a program of its own, since what it was short of is so for good. */
const ASKED: [string, string][] = [
  ["reads a file of the kernel", "host.kernel.read('/proc/self/stat')"],
  ["lists a folder of the kernel", "host.kernel.list('/proc')"],
  ["reads lines of the kernel", "host.kernel.linesWith('/proc/net/tcp', '0A')"],
  ["starts a command", "try { host.spawn(['true']) } catch {}"],
  ["asks a page", "await host.get('http://127.0.0.1:9/', never).catch(() => {})"],
  ["asks a page by name", "await host.get('http://localhost:9/', never).catch(() => {})"],
  ["looks whether a port is free", "host.portState('127.0.0.1', 0)"],
  ["reads a file", "await host.files.readText('/etc/hosts').catch(() => {})"],
  ["opens a file with a mask", "await host.files.masked(63).openAppend('/dev/null').catch(() => {})"],
  ["looks for tests", "await host.files.walk(import.meta.dirname, () => {})"],
];

Deno.test({
  name: "whatever the real host is asked for, it notes that it has no file left, and nothing else",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const program = `
      import { denoHost } from "${import.meta.resolve("../../lib/host/deno.ts")}";
      const host = denoHost();
      const never = new AbortController().signal;
      // What is loaded at its first use is loaded.
      ${ASKED.map(([, ask]) => ask).join(";\n")};
      const before = host.shortage();
      const files = [];
      try { for (;;) files.push(Deno.openSync("/dev/null")); } catch {}
      ASK;
      for (const file of files) file.close();
      console.log(JSON.stringify([before, host.shortage()]));
      Deno.exit();`;
    const dir = await Deno.makeTempDir({ prefix: "vx11-short-" });
    try {
      for (const [index, [what, ask]] of [...ASKED, ["does nothing", ""] as const].entries()) {
        const path = `${dir}/${index}.ts`;
        await Deno.writeTextFile(path, program.replace("ASK;", `${ask};`));
        const config = new URL("../../deno.json", import.meta.url).pathname;
        const args = ["run", "--quiet", "--no-check", "--config", config, "-A", path];
        const { stdout } = await new Deno.Command("/bin/sh", {
          args: ["-c", 'ulimit -n 256; exec "$@"', "sh", Deno.execPath(), ...args],
          stdin: "null",
        }).output();
        const [before, after] = JSON.parse(new TextDecoder().decode(stdout));
        assertEquals([before, /os error 24/.test(after ?? "")], [null, ask !== ""], what);
      }
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

Deno.test("a service that this program has no file left to start ends the run with the reason", async () => {
  await using it = await processWorld({ switch: { command: STAYS } }, () => ({
    spawn: () => {
      throw SHORT;
    },
  }));
  const { data } = await failureOf(() => it.engine.up(["switch"], upOptions(it.dir)));
  assertEquals(data.exit, "environment");
  assertMatch(data.what, /^This program itself ran out of a resource: .*Too many open files/);
});

Deno.test("a test that this program has no file left to start ends the run with the reason", async () => {
  await running("", async (options) => {
    const short = {
      ...host,
      spawn: () => {
        throw SHORT;
      },
    };
    assertEquals((await failureOf(() => runTestFile(short, options))).data.exit, "environment");
  });
});
