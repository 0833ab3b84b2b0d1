/** What a run on an engine of another host says beforehand, and where that host is. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { reachedHost } from "../../lib/engine/compose/engine_host.ts";
import { farNotices } from "../../lib/engine/compose/far_notices.ts";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import { fakeTools } from "../fakes/docker.ts";

const FAR = { probeHost: "10.0.0.2", metricsSource: "auto" } as const;

function notices(services: Record<string, unknown>, far: Parameters<typeof farNotices>[1] = FAR): string[] {
  return farNotices([...parseProject(JSON.stringify({ name: "p", services })).services.values()], far);
}

Deno.test("where ports are asked, and which figures there are, is said for each source of metrics", () => {
  const services = { a: { image: "i", ports: [{ published: "80", target: 80 }] } };
  assertEquals(notices(services), [
    "The engine is on another host: its published ports are requested at 10.0.0.2, and memory and CPU come from `docker stats`, without " +
    "kernel peaks and OOM kills of single processes",
  ]);
  const [cgroup = ""] = notices(services, { ...FAR, metricsSource: "cgroup" });
  assertStringIncludes(cgroup, "there are no figures of memory and CPU");
});

Deno.test("services that are published on the loopback of that host alone are named", () => {
  const port = (host_ip: string) => ({ host_ip, published: "80", target: 80 });
  const [, said = "", ...more] = notices({
    all: { image: "i", ports: [port("")] },
    both: { image: "i", ports: [port("127.0.0.1"), port("0.0.0.0")] },
    none: { image: "i" },
    four: { image: "i", ports: [port("127.0.0.1")] },
    six: { image: "i", ports: [port("::1")] },
  });
  assertStringIncludes(said, `the ports of "four", "six"`);
  assertEquals(more, []);
});

Deno.test("mounts of a host's folders are named, and named volumes are not", () => {
  const [, said] = notices({
    a: {
      image: "i",
      volumes: [{ type: "bind", source: "/srv/p/conf", target: "/c" }, {
        type: "volume",
        source: "data",
        target: "/d",
      }],
    },
  });
  assertEquals(
    said,
    '"a" mounts /srv/p/conf: that is a folder or file of the engine\'s host, and not the one that is here',
  );
});

Deno.test("a name that only ssh knows is taken for the host that it stands for", async () => {
  const script = `[ "$*" = "-G -- build" ] || exit 3; echo 'user root'; echo 'hostname 10.0.0.9'; echo 'port 22'`;
  await using tools = await fakeTools({ ssh: script });
  const at = (endpoint: string) => reachedHost(tools.host, endpoint, { cwd: tools.dir });
  assertEquals(await at("ssh://me@build:2222"), { host: "10.0.0.9", port: 2222 });
  assertEquals(await at("ssh://me@build"), { host: "10.0.0.9", port: 22 });
  assertEquals(await at("ssh://me@other"), { host: "other" });
  assertEquals(await at("tcp://build:2375"), { host: "build", port: 2375 });
  assertEquals(await at("tcp://[fd00::2]:2375"), { host: "fd00::2", port: 2375 });
  assertEquals(await at("tcp://build"), { host: "build" });
  assertEquals(await at("tcp://localhost:2375"), { host: "127.0.0.1" });
  assertEquals(await at("unix:///var/run/docker.sock"), { host: "127.0.0.1" });
  await using without = await fakeTools({});
  assertEquals(await reachedHost(without.host, "ssh://build", { cwd: without.dir }), { host: "build" });
});
