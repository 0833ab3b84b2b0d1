/** Real processes from source: how a stand-in starts, answers, misbehaves on its page, and ends. */

import { assert, assertEquals, assertNotMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { type Service, startService } from "./service.ts";

/** Starts one service for each environment, side by side, and hands them to `work` in that order. */
async function withServices(envs: Record<string, string>[], work: (...services: Service[]) => Promise<void>) {
  await using all = new AsyncDisposableStack();
  await work(...envs.map((env) => all.use(startService(env))));
}

Deno.test("a stand-in says that it starts, answers, uses some memory, and ends with 0 at once on SIGTERM", async () => {
  await withServices([{}, { VX11_SERVICE: "hermes", VX11_MODE: "" }], async (plain, other) => {
    await Promise.all([plain.ready(), other.ready()]);
    const page = await plain.get("/health");
    assertEquals(page.type, "application/json");
    assertEquals(JSON.parse(page.text), { status: "ok", service: "switch", mode: "low_power" });
    assertEquals((await other.get("/")).text, "<!doctype html><title>hermes</title><h1>hermes</h1>\n");
    assertEquals((await other.get("/nothing")).status, 404);
    const asked = performance.now();
    plain.signal("SIGTERM");
    assertEquals(await plain.ended, { code: 0, signal: null });
    assert(performance.now() - asked < 5000, "it did not end at once");
    const port = new URL(plain.url).port;
    assertEquals(
      plain.log(),
      `switch: starts on port ${port}, mode low_power\nlistens on 127.0.0.1:${port}\nSIGTERM: ends\n`,
    );
    assertStringIncludes(other.log(), `mode not set\n`);
  });
});

Deno.test("a stand-in ends at once or later with the code it is given, and says what it plays", async () => {
  const envs = [{ FAULT_EXIT_CODE: "3" }, { FAULT_EXIT_AFTER: "1.5", FAULT_EXIT_CODE: "7" }, { FAULT_EXIT_AFTER: "0" }];
  await withServices(envs, async (atOnce, later, plain) => {
    await later.ready();
    assertEquals((await later.get("/")).status, 200);
    assertEquals(await atOnce.ended, { code: 3, signal: null });
    assertNotMatch(atOnce.log(), /listens/);
    assertEquals(await later.ended, { code: 7, signal: null });
    assertStringIncludes(later.log(), "fault: ends with code 7 after 1.5 s\n");
    assertStringIncludes(later.log(), "fault: exits with code 7\n");
    assertEquals(await plain.ended, { code: 1, signal: null });
  });
});

Deno.test("a stand-in's health page is bad, slow, flapping or lost; its other page is not", async () => {
  const envs = [{ FAULT_HEALTH_STATUS: "500" }, { FAULT_HEALTH_SLEEP: "0.6" }, { FAULT_FAIL_EVERY: "3" }, {
    FAULT_LOST_AFTER: "3",
  }];
  await withServices(envs, async (bad, slow, flapping, lost) => {
    for (const service of [bad, slow, flapping, lost]) {
      await service.said(`listens on ${new URL(service.url).host}`);
      assertEquals((await service.get("/")).status, 200);
    }
    assertEquals((await bad.get("/health")).status, 500);
    assertEquals(JSON.parse((await bad.get("/health")).text).status, "fault");
    const answer = await slow.get("/health");
    assertEquals(answer.status, 200);
    assert(answer.ms >= 599, `answered after ${answer.ms} ms`);
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await flapping.get("/health")).status);
    assertEquals(statuses, [200, 200, 503, 200, 200, 503]);
    assertEquals((await lost.get("/health")).status, 200);
    while ((await lost.get("/health")).status === 200);
    assertEquals((await lost.get("/health")).status, 503);
  });
});

Deno.test("a stand-in's trouble begins when its page is asked for, says when it is over, and goes on over restarts", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vx11-trouble-" });
  try {
    const page = { FAULT_FROM_PAGE: "/trouble" };
    const kept = { ...page, FAULT_STATE_DIR: dir, FAULT_EXIT_AFTER: "0.3", VX11_PROCESS_ID: "a" };
    await withServices([kept, { ...page, FAULT_LOST_AFTER: "0" }], async (crashing, losing) => {
      await Promise.all([crashing.ready(), losing.ready()]);
      assertEquals((await losing.get("/trouble")).text, "begun");
      for (let i = 0; i < 5; i++) assertEquals((await losing.get("/health")).status, 503);
      assertEquals((await losing.get("/trouble")).text, "over");
      assertEquals((await crashing.get("/health")).status, 200);
      assertEquals((await crashing.get("/trouble")).text, "begun");
      assertEquals(await crashing.ended, { code: 1, signal: null });
    });
    const eating = { ...kept, FAULT_EXIT_AFTER: "", FAULT_MEMORY: "pid1", FAULT_MEMORY_BOUND_MIB: "8" };
    const other = { ...kept, VX11_PROCESS_ID: "b" };
    await withServices([kept, eating, other], async (again, healed, fresh) => {
      assertEquals(await again.ended, { code: 1, signal: null });
      await Promise.all([healed.ready(), fresh.ready()]);
      assertEquals((await healed.get("/trouble")).text, "over");
      assertEquals((await fresh.get("/health")).status, 200);
      assertEquals((await fresh.get("/trouble")).text, "begun");
      assertEquals(await fresh.ended, { code: 1, signal: null });
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a stand-in never listens, listens late, never answers, or ignores SIGTERM", async () => {
  const envs = [{ FAULT_NOT_LISTENING: "1" }, { FAULT_START_AFTER: "1" }, { FAULT_HEALTH_HANG: "1" }, {
    FAULT_IGNORE_TERM: "1",
  }];
  await withServices(envs, async (mute, late, hanging, stubborn) => {
    await hanging.said(`listens on ${new URL(hanging.url).host}`);
    await assertRejects(
      () => fetch(`${hanging.url}/health`, { signal: AbortSignal.timeout(500) }),
      DOMException,
      "timed out",
    );
    assertEquals((await hanging.get("/")).status, 200);
    await late.ready();
    assertStringIncludes(late.log(), "fault: listens after 1 s\n");
    await mute.said("fault: never listens");
    await assertRejects(() => mute.get("/health"), TypeError, "refused");
    await stubborn.ready();
    stubborn.signal("SIGTERM");
    await stubborn.said("SIGTERM: ignored");
    assertEquals((await stubborn.get("/health")).status, 200);
    mute.signal("SIGTERM");
    assertEquals(await mute.ended, { code: 0, signal: null });
    stubborn.signal("SIGKILL");
    assertEquals(await stubborn.ended, { code: null, signal: "SIGKILL" });
  });
});

Deno.test("a stand-in closes at once, redirects to itself, never ends its answer, and is slow to stop", async () => {
  const envs = [...["close", "redirect-loop", "endless"].map((odd) => ({ FAULT_HEALTH_ODD: odd })), {
    FAULT_STOP_SLEEP: "0.5",
  }];
  await withServices(envs, async (closing, looping, endless, slow) => {
    for (const service of [closing, looping, endless, slow]) {
      await service.said(`listens on ${new URL(service.url).host}`);
    }
    await assertRejects(() => fetch(`${closing.url}/health`), TypeError);
    await assertRejects(() => fetch(`${looping.url}/health`), TypeError, "redirect");
    const answer = await fetch(`${endless.url}/health`);
    const reader = answer.body?.getReader();
    for (let pieces = 0; pieces < 3; pieces++) assertEquals((await reader?.read())?.done, false);
    await reader?.cancel();
    const asked = performance.now();
    slow.signal("SIGTERM");
    assertEquals(await slow.ended, { code: 0, signal: null });
    assert(performance.now() - asked >= 499, "it ended at once");
  });
});

Deno.test("a stand-in misbehaves at the starts that it is told, and leaves a child that SIGTERM does not end", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vx11-starts-" });
  try {
    const once = { FAULT_STATE_DIR: dir, FAULT_AT_STARTS: "1", FAULT_EXIT_CODE: "4" };
    await withServices([once], async (first) => assertEquals((await first.ended).code, 4));
    await withServices([once], async (second) => await second.ready());
    await withServices([{ FAULT_STRAY: "1" }], async (service) => {
      await service.ready();
      const [stray] = await childrenOf(service.pid);
      assert(stray !== undefined, "it has no child");
      try {
        service.signal("SIGTERM");
        assertEquals((await service.ended).code, 0);
        Deno.kill(stray, "SIGTERM");
        assert(await isAlive(stray), "SIGTERM ended the child");
      } finally {
        Deno.kill(stray, "SIGKILL");
      }
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "pid=", "--ppid", String(pid)] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((line) => line.trim() !== "").map(Number);
}

async function isAlive(pid: number): Promise<boolean> {
  return (await new Deno.Command("ps", { args: ["-p", String(pid)] }).output()).code === 0;
}

Deno.test("a stand-in that cannot be what it is asked to be says why: 2 for its environment, 1 for a taken port", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  await withServices([{ PORT: "" }, { PORT: "http" }, { PORT: String(port) }], async (none, bad, late) => {
    assertEquals(await none.ended, { code: 2, signal: null });
    assertStringIncludes(none.log(), "Cannot start the stand-in: PORT is not set, it must be a port from 1 to 65535\n");
    assertEquals(await bad.ended, { code: 2, signal: null });
    assertStringIncludes(bad.log(), `PORT is "http"`);
    assertEquals(await late.ended, { code: 1, signal: null });
    assertStringIncludes(late.log(), `Cannot listen on 127.0.0.1:${port}: Address already in use`);
  });
});

Deno.test("the pytest files of config/sandbox pass on stand-ins, unchanged", async () => {
  const names = ["switch", "operator-backend", "operator-frontend"];
  await withServices(names.map((name) => ({ VX11_SERVICE: name })), async (...services) => {
    await Promise.all(services.map((service) => service.ready()));
    const urls = services.map(({ url }, i) => [`VX11_${names[i]?.toUpperCase().replace("-", "_")}_URL`, url]);
    const dir = new URL("../../config/sandbox/", import.meta.url).pathname;
    const files = await Array.fromAsync(Deno.readDir(`${dir}tests`), ({ name }) => name);
    const wanted = files.filter((name) => /^test_(switch|operator)_/.test(name)).map((name) => `tests/${name}`);
    assertEquals(wanted.length, 6);
    const result = await new Deno.Command("python3", {
      args: ["-m", "pytest", "-q", ...wanted],
      cwd: dir,
      env: { ...Object.fromEntries(urls), VX11_MODE: "low_power", PYTHONDONTWRITEBYTECODE: "1" },
    }).output();
    assertEquals(result.code, 0, new TextDecoder().decode(result.stdout));
  });
});

Deno.test("the help does not tell of the stand-in, and without a port it is refused", async () => {
  const [program = "", ...args] = denoHost().self;
  const run = async (...words: string[]) => {
    const { code, stdout } = await new Deno.Command(program, { args: [...args, ...words], env: { PORT: "" } }).output();
    return { code, text: new TextDecoder().decode(stdout) };
  };
  const [help, bare] = await Promise.all([run("--help"), run("stand-in")]);
  assertEquals([help.code, bare.code], [0, 2]);
  assertNotMatch(help.text, /stand-in/);
});
