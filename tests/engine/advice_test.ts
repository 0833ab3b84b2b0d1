import { assertEquals, assertMatch } from "@std/assert";
import { ADVICE } from "../../lib/engine/compose/advice.ts";

Deno.test("a part of the engine that holds a port for a container is not to be ended", () => {
  const parts = [
    "/usr/bin/docker-proxy -proto tcp",
    "rootlesskit --state-dir=/run/user/1000/dockerd-rootless",
    "rootlessport",
  ];
  for (const command of [...parts, "/usr/bin/pasta --config-net -t 127.0.0.1/8080"]) {
    assertMatch(ADVICE.portTaken(8080, { pid: 7, command }), /^See what listens there with/);
  }
  assertMatch(ADVICE.portTaken(8080, { pid: 7, command: "python3 -m http.server" }), /^End that process/);
});

Deno.test("a build that fails for want of buildx says what to install, and any other does not", () => {
  const install =
    /^Install buildx 0\.17 or later on this host \(Debian and Ubuntu: docker-buildx-plugin or docker-buildx\)/;
  const none = [
    "compose build requires buildx 0.17 or later",
    "compose build requires buildx 0.17.0 or later",
    "ERROR: BuildKit is enabled but the buildx component is missing or broken.\n       Install the buildx component",
    "failed to get version of buildx",
  ];
  for (const output of none) assertMatch(ADVICE.buildFailed(output) ?? "", new RegExp(`${install.source}$`));
  const old = [
    "the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how",
    "the classic builder doesn't support additional contexts, set DOCKER_BUILDKIT=1 to use BuildKit",
  ];
  for (const output of old) {
    assertMatch(
      ADVICE.buildFailed(output) ?? "",
      new RegExp(`${install.source}, and unset DOCKER_BUILDKIT if it is 0$`),
    );
  }
  for (const output of ["COPY failed: no such file", "failed to solve: alpine: not found", ""]) {
    assertEquals(ADVICE.buildFailed(output), null);
  }
});
