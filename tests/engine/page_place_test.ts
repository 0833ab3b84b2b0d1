import { assertEquals } from "@std/assert";
import { inContainer } from "../../lib/engine/compose/exec_get.ts";
import { pageFinder } from "../../lib/engine/compose/page_place.ts";
import type { Kernel } from "../../lib/host/host.ts";
import { fakeTools } from "../fakes/docker.ts";
import { look } from "../fakes/evidence.ts";

/** Of a user who sees no other user's sockets: process 7 is of container abc, and somebody listens on 8001 of the host. */
const FILES: Record<string, string> = {
  "/proc/7/cgroup": "0::/system.slice/docker-abc.scope\n",
  "/proc/7/net/tcp": "  sl\n  0: 00000000:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4242 1\n",
};
const kernel: Kernel = { read: (path) => FILES[path] ?? null, list: () => [], link: () => null };

/** What counts of an answer on the host's network, if the container says this of its sockets. */
async function answer(links: string, code = 1): Promise<string> {
  await using tools = await fakeTools({ docker: `printf '${links}'; exit ${code}` });
  const host = { ...tools.host, kernel, get: () => Promise.resolve({ status: 200 }) };
  const finder = pageFinder(host, {
    inside: inContainer(host, tools.dir),
    probeHost: "127.0.0.1",
    lookAt: () => Promise.resolve(null),
  });
  const state = look("web", { id: "abc", pid: 7 });
  const declared = { port: 8001, path: "/health", declared: true } as const;
  const place = await finder.find({ state, ports: [], hostNetwork: true }, declared);
  if ("why" in place) return place.why;
  try {
    return String((await place.get?.(new AbortController().signal, 1000))?.status);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

Deno.test("a user who may not see whose a socket is asks the container: its own counts", async () => {
  assertEquals(await answer("/proc/1\\npipe:[1]\\n/proc/9\\nsocket:[4242]\\n"), "200");
});

Deno.test("a user who may not see whose a socket is asks the container: another's does not count", async () => {
  const why = 'port 8001 is held by a process that this user may not see, which does not belong to "web"';
  assertEquals(await answer("/proc/1\\npipe:[1]\\n/proc/9\\nsocket:[17]\\n"), why);
});

Deno.test("a container that cannot tell its sockets leaves the answer as it is", async () => {
  assertEquals(await answer("", 126), "200");
  // One of them runs as another user.
  assertEquals(await answer("/proc/1\\n/proc/9\\npipe:[1]\\n"), "200");
});
