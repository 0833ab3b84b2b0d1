/** Whose answer counts on the process engine: the service's own, and no other program's. */

import { assertEquals, assertRejects } from "@std/assert";
import { ownEndpoint, ownPort } from "../../lib/engine/process/answer.ts";
import { lookOf } from "../../lib/engine/process/project.ts";
import type { Kernel } from "../../lib/host/host.ts";
import { fakeHost } from "../fakes/host.ts";
import { look } from "../fakes/evidence.ts";

const STATE = look("web", { id: "web-1", pid: 50 });
const ENVIRON = (id: string) => `VX11_PROCESS_ID=${id}\0VX11_PROCESS_SERVICE=web\0VX11_PROCESS_PROJECT=p:/p\0`;
const stat = (pid: number, parent: number, group: number, session: number) =>
  `${pid} (prog) S ${parent} ${group} ${session} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0`;

/** Process 60 listens on port 8000. */
function kernel(of: { environ?: string; stat: string }, more: Record<string, string> = {}): Kernel {
  const files: Record<string, string> = {
    "/proc/net/tcp": "x\n 0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4242 1\n",
    "/proc/60/stat": of.stat,
    ...(of.environ === undefined ? {} : { "/proc/60/environ": of.environ }),
    ...more,
  };
  return {
    read: (path) => files[path] ?? null,
    list: (dir) => dir === "/proc" ? ["60", "net"] : dir === "/proc/60/fd" ? ["3"] : [],
    link: (path) => path === "/proc/60/fd/3" ? "socket:[4242]" : null,
  };
}

function ask(from: Kernel) {
  const host = fakeHost({ host: { kernel: from, get: () => Promise.resolve({ status: 200 }) } });
  const place = ownEndpoint(host, lookOf(STATE, 8000), { port: 1, path: "/health" });
  if ("why" in place) throw new Error(place.why);
  assertEquals(place.url, "http://127.0.0.1:8000/health");
  return place.get?.(new AbortController().signal, 1000) ?? Promise.reject(new Error("no get"));
}

const OWN: [string, Kernel][] = [
  ["with its mark, in a session of its own", kernel({ environ: ENVIRON("web-1"), stat: stat(60, 1, 60, 60) })],
  ["without one, in its session", kernel({ environ: "", stat: stat(60, 1, 60, 50) })],
  ["without one, in its group", kernel({ stat: stat(60, 1, 50, 7) })],
  ["without one, its grandchild", kernel({ stat: stat(60, 55, 60, 60) }, { "/proc/55/stat": stat(55, 50, 55, 55) })],
  ["that nobody sees", { read: () => null, list: () => [], link: () => null }],
];
for (const [what, from] of OWN) {
  Deno.test(`the answer of a process ${what} counts`, async () => {
    assertEquals(await ask(from), { status: 200 });
  });
}

const OTHERS: [string, Kernel][] = [
  ["with another instance's mark", kernel({ environ: ENVIRON("core-1"), stat: stat(60, 1, 60, 60) })],
  ["of nobody's", kernel({ environ: "A=1\0", stat: stat(60, 1, 60, 60) })],
];
for (const [what, from] of OTHERS) {
  Deno.test(`the answer of a process ${what} does not`, async () => {
    await assertRejects(
      () => ask(from),
      Error,
      `port 8000 is held by process 60 (prog), which does not belong to "web"`,
    );
  });
}

Deno.test("an answer at the port, whoever asked for it, is confirmed as one of a page is", async () => {
  const confirm = async (from: Kernel) => {
    const place = ownPort(fakeHost({ host: { kernel: from } }), lookOf(STATE, 8000));
    if ("why" in place) throw new Error(place.why);
    await place.confirm?.(new AbortController().signal, 1000);
    return place.confirm !== undefined;
  };
  for (const [, from] of OWN) assertEquals(await confirm(from), true);
  for (const [, from] of OTHERS) await assertRejects(() => confirm(from), Error, "which does not belong to");
});
