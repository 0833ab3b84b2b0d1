/** A start of which one service cannot be created: what the engine still makes of its siblings is found and removed. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { docker, integrationTest } from "./environment.ts";
import { until } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

/** Each of them at another moment; VX11_RUNS=50 to be surer. */
const RUNS = Number(Deno.env.get("VX11_RUNS") ?? 5);
const SIBLINGS = 8;

/** A core whose madre is refused by the engine, beside siblings that take longer; each has an anonymous volume. */
function project(): string {
  const names = Array.from({ length: SIBLINGS }, (_, nth) => `helper${nth}`);
  const service = "image: vx11-sandbox:1\n    init: true\n    environment: { PORT: '8000' }\n";
  const mount = "{ type: bind, source: /no/such/folder, target: /x, bind: { create_host_path: false } }";
  const sibling = (name: string) => `  ${name}:\n    ${service}    volumes: [/scratch, "kept:/kept"]\n`;
  return `services:
  madre:
    ${service}    volumes: [${mount}]
  tentaculo_link:
    ${service}    depends_on: [${names.join(", ")}]
  switch:
    ${service}
${names.map(sibling).join("")}
volumes: { kept: {} }
`;
}

async function sandboxOf(text: string): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  await Deno.writeTextFile(sandbox.path("docker-compose.yml"), text);
  return sandbox;
}

function volumes(): Promise<string> {
  return docker("volume", "ls", "--quiet", "--filter", "dangling=true");
}

/** Once more, when what could still come has come. */
async function leftOf(sandbox: Sandbox): Promise<string[]> {
  const end = performance.now() + 1500;
  await until("the engine is at rest", () => Promise.resolve(performance.now() > end));
  return (await sandbox.containers()).map(({ service }) => service);
}

integrationTest("a core that cannot be created leaves none of its siblings, and no anonymous volume", async () => {
  await using sandbox = await sandboxOf(project());
  const before = await volumes();
  for (let nth = 1; nth <= RUNS; nth++) {
    const { code, stderr } = await sandbox.run(["--modules", "switch", "--audit-dir", `out${nth}`]);
    assertEquals([code, await leftOf(sandbox)], [3, []], `run ${nth}: ${stderr}`);
    assertStringIncludes(stderr, "Failed to start baseline");
    assertEquals(await sandbox.owned("network"), []);
  }
  const named = (await sandbox.owned("volume")).map((line) => line.split(" ", 1)[0] ?? "");
  assertEquals(named, [`${sandbox.project}_kept`], "a volume with a name stays");
  const isNew = (name: string) => !before.includes(name) && !named.includes(name);
  assertEquals((await volumes()).split("\n").filter((name) => name !== "" && isNew(name)), []);
});

integrationTest("after kill -9 in the middle of such a start, clean finds and removes all of it", async () => {
  await using sandbox = await sandboxOf(project());
  for (let nth = 1; nth <= RUNS; nth++) {
    const running = await sandbox.start(["--modules", "switch", "--audit-dir", `out${nth}`]);
    await until("the start is under way", async () => {
      const text = await Deno.readTextFile(sandbox.path(`out${nth}/journal.ndjson`)).catch(() => "");
      return text.includes('"starting"');
    });
    // At another moment of it each time.
    const end = performance.now() + nth * 400 / RUNS;
    await until("it is some way in", () => Promise.resolve(performance.now() > end));
    running.kill("SIGKILL");
    await running.finished;
    const { code, stderr } = await sandbox.run(["clean"]);
    assertEquals([code, await leftOf(sandbox)], [0, []], `kill ${nth}: ${stderr}`);
  }
});
