import { assertMatch } from "@std/assert";
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
