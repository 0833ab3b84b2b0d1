/** Memory that a stand-in takes, seen from outside, as a supervisor that polls sees it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../fakes/wait.ts";
import { childrenOf, rssMib, startService } from "./service.ts";

Deno.test("a stand-in's child eats memory step by step, and its own end does not touch the service", async () => {
  await using service = startService({ FAULT_MEMORY: "child", FAULT_MEMORY_AFTER: "0.3" });
  await service.ready();
  await service.said("fault: child allocates until it is killed");
  await until("it has a child", async () => (await childrenOf(service.pid)).length === 1);
  const [eater = 0] = await childrenOf(service.pid);
  let seen = 0;
  let last = 0;
  await until("the child holds 200 MiB", async () => {
    const now = await rssMib(eater);
    if (now > last) seen++;
    last = now;
    return now >= 200;
  });
  assert(seen >= 5, `the rise was seen in ${seen} steps only`);
  assertEquals((await service.get("/health")).status, 200);
  assert(await rssMib(service.pid) < 150, "the service grew itself");
  Deno.kill(eater, "SIGKILL");
  await service.said("fault: the child ended with SIGKILL");
  assertEquals((await service.get("/health")).status, 200);
});

Deno.test("a stand-in eats memory itself until it is killed", async () => {
  await using service = startService({ FAULT_MEMORY: "pid1" });
  await until("it holds 250 MiB", async () => await rssMib(service.pid) >= 250);
  assertEquals(await childrenOf(service.pid), []);
  assertEquals((await service.get("/health")).status, 200);
  service.signal("SIGKILL");
  assertEquals(await service.ended, { code: null, signal: "SIGKILL" });
});

Deno.test("what eats memory ends by itself at its bound where nobody kills it", async () => {
  const bound = { FAULT_MEMORY_BOUND_MIB: "24" };
  await using own = startService({ ...bound, FAULT_MEMORY: "pid1" });
  await using child = startService({ ...bound, FAULT_MEMORY: "child" });
  assertEquals(await own.ended, { code: 1, signal: null });
  assertStringIncludes(own.log(), "fault: nobody killed it at 24 MiB; ends with code 1\n");
  await child.said("fault: the child ended with code 1");
  assertEquals((await child.get("/health")).status, 200);
});

Deno.test("a stand-in holds memory, fills up to a figure, and leaks by the second", async () => {
  await using plain = startService();
  await using holding = startService({ FAULT_HOLD_MIB: "100" });
  await using filled = startService({ FAULT_FILL_TO_MIB: "230" });
  await using leaking = startService({ FAULT_LEAK_MIB_PER_S: "40" });
  await Promise.all([plain, holding, filled, leaking].map((service) => service.ready()));
  const [base = 0, held = 0, full = 0] = await Promise.all([plain, holding, filled].map(({ pid }) => rssMib(pid)));
  assert(held - base > 85 && held - base < 125, `holds ${held} over ${base} MiB`);
  assert(full > 225 && full < 250, `filled up to ${full} MiB`);
  await until("60 MiB have leaked", async () => await rssMib(leaking.pid) > base + 60);
  assertEquals((await leaking.get("/health")).status, 200);
});

Deno.test("a stand-in counts its starts: it leaks by the start, and plays trouble at every n-th only", async () => {
  const dir = await Deno.makeTempDir({ prefix: "vx11-starts-" });
  try {
    const sizes: number[] = [];
    for (const _ of [1, 2, 3]) {
      await using service = startService({ FAULT_LEAK_MIB_PER_START: "40", FAULT_STATE_DIR: `${dir}/state` });
      await service.ready();
      sizes.push(await rssMib(service.pid));
    }
    const [first = 0, , third = 0] = sizes;
    assert(third - first > 60 && third - first < 100, `${sizes} MiB at the three starts`);
    assertEquals((await Deno.stat(`${dir}/state/switch.starts`)).size, 3);

    const codes: (number | null)[] = [];
    const env = { FAULT_EXIT_CODE: "9", FAULT_EVERY_NTH_START: "2", FAULT_STATE_DIR: dir };
    for (const _ of [1, 2, 3, 4]) {
      await using service = startService(env);
      await service.ready();
      service.signal("SIGTERM");
      codes.push((await service.ended).code);
    }
    assertEquals(codes, [0, 9, 0, 9]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
