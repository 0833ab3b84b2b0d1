import { assertEquals } from "@std/assert";
import { type KnownOfPage, pagePort } from "../../lib/engine/page_port.ts";

const MAP = { service: "switch", port: 8002, path: "/health" };
const published = (...ports: [number, number][]) =>
  ports.map(([containerPort, hostPort]) => ({ containerPort, hostPort }));

const CASES: [string, Partial<KnownOfPage>, string][] = [
  ["the map where nothing is known", {}, "8002/health module map"],
  [
    "a config file before all else",
    {
      declared: { ...MAP, declared: true },
      check: { port: 9, path: "/x" },
      published: published([9100, 9100]),
      exposed: [9100],
    },
    "8002/health config file",
  ],
  [
    "the health check before published ports",
    { check: { port: 8000, path: "/ready" }, published: published([8002, 8002]) },
    "8000/ready health check",
  ],
  ["the map's port of several published", { published: published([80, 80], [8002, 1]) }, "8002/health published port"],
  [
    "the port behind the map's published one",
    { published: published([70, 70], [80, 8002]) },
    "80/health published port",
  ],
  [
    "the map's port that is exposed before another that is published",
    { published: published([9100, 9100]), exposed: [8002, 9100] },
    "8002/health exposed port",
  ],
  ["the only port published", { published: published([80, 80]), exposed: [80] }, "80/health published port"],
  ["the only one published twice", { published: published([80, 80], [80, 81]) }, "80/health published port"],
  ["the only port exposed", { exposed: [8080] }, "8080/health exposed port"],
  ["no one of several published", { published: published([80, 80], [9100, 9100]) }, "8002/health module map"],
  ["no one of several exposed", { exposed: [80, 9100] }, "8002/health module map"],
  [
    "not a published port beside an exposed one",
    { published: published([9100, 9100]), exposed: [80, 9100] },
    "8002/health module map",
  ],
];
for (const [what, known, expected] of CASES) {
  Deno.test(`pagePort() takes ${what}`, () => {
    const { path, port, source } = pagePort({ declared: MAP, check: null, published: [], exposed: [], ...known });
    assertEquals(`${port}${path} ${source}`, expected);
  });
}
