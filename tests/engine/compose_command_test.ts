/** Which Compose is found where one does not answer, or none is there. */

import { assert, assertEquals } from "@std/assert";
import { findComposeCommand } from "../../lib/engine/compose/command.ts";
import { Failure } from "../../lib/model/failure.ts";
import { fakeTools } from "../fakes/docker.ts";

async function failureOf(scripts: Record<string, string>): Promise<string[]> {
  await using tools = await fakeTools(scripts);
  try {
    await findComposeCommand(tools.host, { cwd: tools.dir, timeoutMs: 300 });
  } catch (error) {
    assert(error instanceof Failure, String(error));
    return [error.data.what.replace(/within \d+ s.*$/, "in time"), error.data.next];
  }
  throw new Error("it was found");
}

const LATE = "exec sleep 30";
const INSTALL =
  "Install the Compose plugin (Debian and Ubuntu: docker-compose-plugin, docker-compose-v2 or docker-compose)";

Deno.test("a plugin that does not answer is told as that, whatever is beside it, and nothing is to be installed", async () => {
  const late = [
    "Cannot use Docker Compose: `docker compose version` failed: no answer in time",
    "See whether `docker compose version` answers by hand, and run it again when this host is less busy",
  ];
  assertEquals(await failureOf({ docker: LATE }), late);
  assertEquals(await failureOf({ docker: LATE, "docker-compose": "echo 1.29.2" }), late);
  assertEquals(await failureOf({ docker: LATE, "docker-compose": LATE }), late);
});

Deno.test("a standalone Compose is taken where the plugin does not answer", async () => {
  await using tools = await fakeTools({ docker: LATE, "docker-compose": "echo 2.40.3-3" });
  const found = await findComposeCommand(tools.host, { cwd: tools.dir, timeoutMs: 300 });
  assertEquals(found, { words: ["docker-compose"], version: "2.40.3-3" });
});

Deno.test("where both are absent, the text says what was asked and what to install", async () => {
  const none = 'echo "docker: unknown command: docker compose" >&2; exit 1';
  const what = "Cannot use Docker Compose: `docker compose version` failed: docker: unknown command: docker compose";
  assertEquals(await failureOf({ docker: none }), [what, INSTALL]);
  const [said, next] = await failureOf({ docker: none, "docker-compose": LATE });
  assertEquals([said, next], [`${what}; \`docker-compose version\` failed: no answer in time`, INSTALL]);
});
