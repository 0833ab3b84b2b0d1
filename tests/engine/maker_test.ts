import { assertEquals } from "@std/assert";
import { buildEnv, makerOf } from "../../lib/engine/compose/maker.ts";

Deno.test("makerOf() knows Podman by a way to keep logs that only it has", () => {
  // Podman 5.4.2; Docker 28.5.
  assertEquals(makerOf({ Log: ["k8s-file", "none", "passthrough", "journald"] }), "podman");
  assertEquals(makerOf({ Log: ["awslogs", "fluentd", "journald", "json-file", "local", "syslog"] }), "docker");
  for (const odd of [null, "k8s-file", [], {}, { Log: "k8s-file" }, { Log: null }]) {
    assertEquals(makerOf(odd), "docker");
  }
});

Deno.test("Podman builds by itself unless the user has chosen a builder", () => {
  const env = (vars: Record<string, string>) => (name: string) => vars[name];
  assertEquals(buildEnv("podman", env({})), { DOCKER_BUILDKIT: "0" });
  assertEquals(buildEnv("podman", env({ DOCKER_BUILDKIT: "" })), { DOCKER_BUILDKIT: "0" });
  assertEquals(buildEnv("podman", env({ DOCKER_BUILDKIT: "1" })), {});
  assertEquals(buildEnv("podman", env({ BUILDX_BUILDER: "mine" })), {});
  assertEquals(buildEnv("docker", env({})), {});
});
