import { assertEquals } from "@std/assert";
import { coreTime, waitPct } from "../../lib/run/busy.ts";
import { AUDIT_DIR, world } from "./harness.ts";

const kernel = (text: string | null) => ({ kernel: { read: () => text, list: () => [], link: () => null } });

Deno.test("coreTime() reads what the kernel says of this program, and nothing of anything else", () => {
  assertEquals(coreTime(kernel("29870123 1203344 57\n")), { ranNs: 29_870_123, waitedNs: 1_203_344 });
  for (const text of [null, "", "0", "a b c", "MemTotal: 1 kB"]) assertEquals(coreTime(kernel(text)), null);
});

Deno.test("waitPct() is the share of the wait, and null where there is none to take one of", () => {
  assertEquals(waitPct({ ranNs: 100, waitedNs: 10 }, { ranNs: 400, waitedNs: 110 }), 25);
  assertEquals(waitPct({ ranNs: 100, waitedNs: 10 }, { ranNs: 100, waitedNs: 10 }), null);
  assertEquals(waitPct(null, { ranNs: 1, waitedNs: 1 }), null);
  assertEquals(waitPct({ ranNs: 1, waitedNs: 1 }, null), null);
});

Deno.test("run() notes for each cycle how long it waited for a core", async () => {
  const it = world({ config: { cycles: 2 } });
  let [ran, waited] = [0, 0];
  Object.assign(it.host, kernel(null));
  it.host.kernel.read = (path) => path === "/proc/self/schedstat" ? `${ran += 300} ${waited += 100} 1` : null;
  const { judged } = await it.run();
  assertEquals(judged.evidence.waitPcts, [25, 25]);
  assertEquals(JSON.parse(it.files.get(`${AUDIT_DIR}/REPORT.json`) ?? "").cpu_wait_pct, [25, 25]);
});
