import { assertEquals } from "@std/assert";
import { listenForInterrupt } from "../../lib/cli/interrupt.ts";
import type { Kernel } from "../../lib/host/host.ts";
import { fakeHost } from "../fakes/host.ts";

function kernelWith(status: string | null): Kernel {
  return { ...fakeHost({}).kernel, read: (path) => path === "/proc/self/status" ? status : null };
}

function pressed(...atMs: number[]): { reason: unknown; second: Promise<string> } {
  let now = 0;
  const handlers: (() => void)[] = [];
  const host = fakeHost({
    host: {
      clock: { wall: () => now, mono: () => now, sleep: () => Promise.resolve() },
      kernel: kernelWith(null),
      onSignal: (_signal, handler) => {
        handlers.push(handler);
        return () => {};
      },
    },
  });
  const { signal, second } = listenForInterrupt(host);
  for (now of atMs) handlers[0]?.();
  return { reason: signal.aborted ? signal.reason : null, second: Promise.race([second, Promise.resolve("none")]) };
}

Deno.test("listenForInterrupt() takes the first Ctrl+C as the wish to end in order", async () => {
  const { reason, second } = pressed(5000);
  assertEquals([reason, await second], ["SIGINT", "none"]);
});

Deno.test("listenForInterrupt() takes a Ctrl+C that a parent handed on as the same", async () => {
  assertEquals(await pressed(5000, 5003).second, "none");
});

Deno.test("listenForInterrupt() takes a later one as the wish to end at once", async () => {
  assertEquals(await pressed(5000, 5400).second, "second interrupt");
  assertEquals(await pressed(5000, 5003, 6000).second, "second interrupt");
});

Deno.test("listenForInterrupt() takes each signal that would end the program, but for SIGHUP under nohup", () => {
  const listened = (status: string | null) => {
    const names: string[] = [];
    const host = fakeHost({
      host: {
        kernel: kernelWith(status),
        onSignal: (signal) => {
          names.push(signal);
          return () => {};
        },
      },
    });
    listenForInterrupt(host).close();
    return names;
  };
  const all = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGXCPU", "SIGXFSZ"];
  assertEquals(listened(null), all);
  assertEquals(listened("SigIgn:\t0000000000000001\n"), all.filter((name) => name !== "SIGHUP"));
  // As of a script's job in the background, which may be ended all the same.
  assertEquals(listened("SigIgn:\t0000000000000006\n"), all);
});
