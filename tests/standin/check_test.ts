/** The check of a stand-in, as a real process beside a real service. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { freePort, type Service, startService } from "./service.ts";

interface Checked {
  service: Service;
  dir: string;
  /** The exit code of one more check, and what it prints. */
  check(env?: Record<string, string>): Promise<{ code: number; said: string }>;
}

/** `env`: of the service alone. */
async function withService(env: Record<string, string>, work: (checked: Checked) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-check-" });
  const [program = "", ...args] = denoHost().self;
  const port = freePort();
  try {
    await using service = startService({ FAULT_STATE_DIR: dir, ...env }, port);
    const common = { PORT: String(port), VX11_SERVICE: "switch", FAULT_STATE_DIR: dir };
    const check = async (env: Record<string, string> = {}) => {
      const command = new Deno.Command(program, { args: [...args, "stand-in", "check"], env: { ...common, ...env } });
      const { code, stdout } = await command.output();
      return { code, said: new TextDecoder().decode(stdout) };
    };
    await work({ service, dir, check });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("stand-in check says whether the service answers, from and until the moment that it is told", async () => {
  await withService({}, async ({ check, service }) => {
    await service.ready();
    const codeOf = async (env?: Record<string, string>) => (await check(env)).code;
    assertEquals(await codeOf(), 0);
    assertEquals(await codeOf({ FAULT_CHECK_FAILS_AFTER: "0" }), 1);
    assertEquals(await codeOf({ FAULT_CHECK_FAILS_AFTER: "3600" }), 0);
    assertEquals(await codeOf({ FAULT_CHECK_FAILS_UNTIL: "3600" }), 1);
  });
});

Deno.test("stand-in check fails at each n-th run that finds the service well, or from one on", async () => {
  await withService({}, async ({ check, service }) => {
    await service.ready();
    const codes: number[] = [];
    for (let run = 1; run <= 4; run++) codes.push((await check({ FAULT_CHECK_FAILS_EVERY: "3" })).code);
    assertEquals(codes, [0, 0, 1, 0]);
    assertEquals(await check({ FAULT_CHECK_FAILS_FROM_RUN: "6" }), { code: 0, said: "" });
    assertEquals(await check({ FAULT_CHECK_FAILS_FROM_RUN: "6" }), { code: 1, said: "check fails: from run 6 on\n" });
  });
});

Deno.test("stand-in check counts no run in which the service is not well, and counts anew at each start", async () => {
  await withService({ FAULT_HEALTH_STATUS: "500" }, async ({ check, dir, service }) => {
    const env = { FAULT_CHECK_FAILS_FROM_RUN: "2" };
    await service.said(`listens on ${new URL(service.url).host}`);
    for (const _ of [1, 2]) {
      assertEquals(await check(env), { code: 1, said: "check fails: its page answers 500\n" });
    }
    service.signal("SIGTERM");
    await service.ended;
    const gone = await check(env);
    assertEquals(gone.code, 1);
    assertStringIncludes(gone.said, "check fails: its page does not answer: ");
    for (const _ of [1, 2]) {
      await using again = startService({ FAULT_STATE_DIR: dir }, Number(new URL(service.url).port));
      await again.ready();
      assertEquals([(await check(env)).code, (await check(env)).code], [0, 1]);
      again.signal("SIGTERM");
      await again.ended;
    }
  });
});
