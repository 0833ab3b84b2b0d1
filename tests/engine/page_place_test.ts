import { assertEquals, assertRejects } from "@std/assert";
import { inContainer } from "../../lib/engine/compose/exec/get.ts";
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

/** How a port is reached of a container that publishes it and has an address of its own; its process ends with `files`. */
async function reached(what: "answer" | "connection", files: Record<string, string>) {
  const bridged: Kernel = {
    read: (path) => files[path] ?? null,
    list: (dir) => dir === "/sys/class/net/br0/bridge" ? ["bridge_id"] : [],
    link: () => null,
  };
  await using tools = await fakeTools({ docker: "exit 1" });
  const host = { ...tools.host, kernel: bridged };
  const inside = inContainer(host, tools.dir);
  const finder = pageFinder(host, { inside, probeHost: "127.0.0.1", lookAt: () => Promise.resolve(null) });
  const place = await finder.reach(
    {
      state: look("web", { id: "abc", pid: 7 }),
      ports: [{ containerPort: 8443, hostIp: "127.0.0.1", hostPort: 9443 }],
      hostNetwork: false,
      inside: { exposed: [], check: null, checkTest: [], addresses: ["172.18.0.5"], sharesWith: null },
    },
    8443,
    what,
  );
  if ("why" in place) throw new Error(place.why);
  return place;
}

const ROUTES = {
  "/proc/7/cgroup": "0::/system.slice/docker-abc.scope\n",
  "/proc/net/route": "Iface\nbr0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n",
};

Deno.test("a port is reached where it is published if the service is to answer, and behind Docker's proxy if not", async () => {
  assertEquals((await reached("answer", ROUTES)).address, "127.0.0.1:9443");
  assertEquals((await reached("connection", ROUTES)).address, "172.18.0.5:8443");
});

/** How the port of a container without published ports is reached. `nets`: of this program, and of the container. */
async function unpublished(
  { hostNetwork = false, isRootless, nets = [], sockets = "" }: {
    hostNetwork?: boolean;
    isRootless: boolean;
    nets?: string[];
    sockets?: string;
  },
) {
  const [own, its] = nets;
  const rootless: Kernel = {
    read: (path) => ({ ...ROUTES, "/proc/7/net/tcp": `  sl\n${sockets}` } as Record<string, string>)[path] ?? null,
    list: (dir) => dir === "/sys/class/net/br0/bridge" ? ["bridge_id"] : [],
    link: (path) => ({ "/proc/self/ns/net": own, "/proc/7/ns/net": its } as Record<string, string>)[path] ?? null,
  };
  await using tools = await fakeTools({ docker: "exit 1" });
  const host = { ...tools.host, kernel: rootless };
  const setup = { inside: inContainer(host, tools.dir), isRootless, probeHost: "127.0.0.1" };
  const finder = pageFinder(host, { ...setup, lookAt: () => Promise.resolve(null) });
  const addresses = hostNetwork ? [] : ["172.18.0.5"];
  const inside = { exposed: [], check: null, checkTest: [], addresses, sharesWith: null };
  const place = await finder.reach(
    { state: look("web", { id: "abc", pid: 7 }), ports: [], hostNetwork, inside },
    8001,
  );
  if ("why" in place) throw new Error(place.why);
  const signal = new AbortController().signal;
  const seen = place.way === "exec"
    ? await place.connect(signal, 1000).then(() => "listens", (error) => error.message)
    : "";
  return [place.way, place.address, seen];
}

const LISTENS = "  0: 00000000:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4242 1\n";
const NOTHING = "nothing listens at port 8001 in the container";

Deno.test("an address of a rootless engine's bridge is not taken for the same one on a bridge of this host", async () => {
  assertEquals(await unpublished({ isRootless: false }), ["container address", "172.18.0.5:8001", ""]);
  // No program of the image is asked: its sockets are seen from here.
  assertEquals(await unpublished({ isRootless: true, sockets: LISTENS }), ["exec", null, "listens"]);
  assertEquals(await unpublished({ isRootless: true }), ["exec", null, NOTHING]);
});

Deno.test("the host's network of an engine is this host's if its processes use the same one", async () => {
  const here = ["host network", "127.0.0.1:8001", ""];
  const there = ["exec", null, NOTHING];
  const of = (isRootless: boolean, nets: string[]) => unpublished({ hostNetwork: true, isRootless, nets });
  assertEquals(await of(true, ["net:[1]", "net:[2]"]), there);
  assertEquals(await of(false, ["net:[1]", "net:[2]"]), there);
  // As with rootless Podman.
  assertEquals(await of(true, ["net:[1]", "net:[1]"]), here);
  // What may not be seen decides nothing, but that a plain user's engine may have its own.
  assertEquals(await of(true, ["net:[1]"]), there);
  assertEquals(await of(false, ["net:[1]"]), here);
});

Deno.test("an answer at a port counts only as long as the container's process lives", async () => {
  const files: Record<string, string> = { ...ROUTES };
  const { confirm } = await reached("answer", files);
  const signal = new AbortController().signal;
  await confirm?.(signal, 1000);
  delete files["/proc/7/cgroup"];
  await assertRejects(async () => await confirm?.(signal, 1000), Error, 'the container of "web" has ended');
});
