import { assertEquals } from "@std/assert";
import type { ServiceSpec } from "../../lib/engine/engine.ts";
import type { Way } from "../../lib/model/evidence.ts";
import { innerUrl, seesByName } from "../../lib/run/window/inner_urls.ts";

const PORTS = [
  { containerPort: 80, hostIp: "127.0.0.1", hostPort: 8080 },
  { containerPort: 5432, hostIp: "::1", hostPort: 5432 },
];

const URLS: [string | null, Way | null, string | null][] = [
  ["http://127.0.0.1:8080/health", "published", "http://web:80"],
  ["http://127.0.0.1:8080", "published", "http://web:80"],
  ["tcp://[::1]:5432", "published", "tcp://web:5432"],
  ["https://10.0.0.5:8443/x?y=:9", "container address", "https://web:8443"],
  ["http://[fd00::5]:3000/", "container address", "http://web:3000"],
  ["http://127.0.0.1:9000/ready", "exec", "http://web:9000"],
  ["http://127.0.0.1:8081/health", "published", null],
  ["http://127.0.0.1:8080/health", "host network", null],
  ["http://127.0.0.1:8080/health", "process", null],
  [null, "exec", null],
  ["http://127.0.0.1/x:80", "exec", null],
];
for (const [url, way, inner] of URLS) {
  Deno.test(`${url} (${way}) is ${inner} from within a container`, () => {
    assertEquals(innerUrl({ url, way }, "web", PORTS), inner);
  });
}

Deno.test("a service sees those of its own networks by name, and itself", () => {
  const spec = (...networks: string[]) => ({ networks }) as unknown as ServiceSpec;
  const services = new Map([["a", spec("x")], ["b", spec("x", "y")], ["c", spec("y")], ["none", spec()]]);
  const seen = ["a", "b", "c", "none", "absent"].map((to) => seesByName(services, "a", to));
  assertEquals(seen, [true, true, false, false, false]);
  assertEquals([seesByName(services, "none", "none"), seesByName(services, "none", "a")], [true, false]);
});
