/** The sandbox in the shape of VX11's production file: one gateway is published, all else answers only inside. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { integrationTest } from "./environment.ts";
import { readReport } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

/** Module → the port of its service's page, which no line of the file publishes. */
const PORTS = {
  switch: 8002,
  hermes: 8003,
  spawner: 8008,
  hormiguero: 8004,
  mcp: 8006,
  manifestator: 8005,
  "operator-backend": 8011,
  "operator-frontend": 8020,
  shubniggurath: 8007,
};

integrationTest(
  "all nine modules PASS where only the gateway is published, each asked at its own address",
  async () => {
    await using sandbox = await Sandbox.create({ composeFile: "docker-compose.production.yml" });
    const { code, stderr, auditDir = "" } = await sandbox.run(["--jobs", "auto"]);
    const { modules } = await readReport(auditDir);
    assertEquals(
      Object.entries(modules).map(([name, { errors, status }]) => [name, status, ...errors]),
      Object.keys(PORTS).map((name) => [name, "PASS"]),
      stderr,
    );
    assertEquals(code, 0, stderr);
    const markdown = await Deno.readTextFile(join(auditDir, "REPORT.md"));
    for (const [name, port] of Object.entries(PORTS)) {
      const { url, way } = modules[name]?.metrics[`${sandbox.project}-${name}`] ?? {};
      assertEquals([name, way], [name, "container address"]);
      assertMatch(url ?? "", new RegExp(`^http://(?!127\\.)[\\d.]+:${port}/(?:health)?$`));
      assertMatch(markdown, new RegExp(`${url?.replaceAll(".", "\\.")}.* by container address`));
    }
  },
);
