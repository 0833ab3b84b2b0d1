/**
 * How many `docker` processes a run starts, by kind. Each costs 50 ms and more, so that one a module which could be asked
 * for all of them at once shows here: the counts are held in a table, and a new call has to be put into it on purpose.
 */

import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { integrationTest } from "./environment.ts";
import { Sandbox } from "./sandbox.ts";

/** Kind of call → how many a run of any number of modules makes, and how many more each of its modules. */
const HELD: Readonly<Record<string, { once: number; each: number }>> = {
  // Is everything there?
  "info": { once: 1, each: 0 },
  "compose version": { once: 1, each: 0 },
  // As it is, which Compose may refuse, and with the services of all profiles; both at the same time.
  "compose config": { once: 2, each: 0 },
  "context inspect": { once: 1, each: 0 },
  "image inspect": { once: 1, each: 0 },
  // One stream for the whole run.
  "events": { once: 1, each: 0 },
  // The core has two services and a redis; it is started by one call.
  "compose up": { once: 1, each: 1 },
  "stop": { once: 3, each: 1 },
  "rm": { once: 1, each: 1 },
  // The line over which all questions about containers and networks are asked.
  "system dial-stdio": { once: 1, each: 0 },
  "network rm": { once: 1, each: 0 },
};

/** `docker stats` is streamed, and only where the cgroup files cannot be read. */
const MOST_STATS = 1;

/** Services with a check that each run has: madre, tentaculo_link and redis. */
const CORE = 3;

/** None depends on another, so that nothing is brought up but they and the core. */
const MODULES = ["shubniggurath", "switch", "operator-backend"];

for (const count of [1, 3]) {
  const modules = MODULES.slice(0, count);
  integrationTest(`a run of ${count} modules starts as many docker processes as the table holds`, async () => {
    await using sandbox = await Sandbox.create();
    const log = await wrapDocker(sandbox);
    const args = ["--modules", modules.join(","), "--jobs", "1", "--no-keep-core"];
    const env = { PATH: `${sandbox.path("bin")}:${Deno.env.get("PATH")}` };
    const report = await sandbox.report(args, 0, { env });
    assertEquals(report.summary.passed, count);
    // A check that Docker has not come to run by the end of a window is run in its place, after a look at how to
    // end it: how many depends on the moment.
    const calls = await Deno.readTextFile(log);
    const { exec = 0, stats = 0, ...seen } = countKinds(calls);
    assert(stats <= MOST_STATS, `${stats} docker stats`);
    assert(exec <= 2 * (CORE + count), calls.match(/^exec .*$/gm)?.join("\n"));
    const held = Object.entries(HELD).map(([kind, { each, once }]) => [kind, once + each * count]);
    assertEquals(seen, Object.fromEntries(held));
  });
}

/** Puts a `docker` into the sandbox's bin/ that writes its arguments into a file and becomes the real one; the file's path. */
async function wrapDocker(sandbox: Sandbox): Promise<string> {
  const log = sandbox.path("docker-calls");
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >>'${log}'\nexec '${await realDocker()}' "$@"\n`;
  await Deno.mkdir(sandbox.path("bin"));
  await Deno.writeTextFile(sandbox.path("bin", "docker"), script, { mode: 0o755 });
  return log;
}

async function realDocker(): Promise<string> {
  for (const dir of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = join(dir, "docker");
    if (await exists(path, { isFile: true })) return path;
  }
  throw new Error("docker is on PATH, or this test would have been skipped");
}

/** The words of a call that say what it is: options of Compose, with their values, come before its command. */
function kindOf(call: string): string {
  const [first = "", second = ""] = call.split(" ");
  if (first === "compose") return `compose ${call.match(/(?:^| )(build|config|up|version)(?= |$)/)?.[1] ?? call}`;
  return ["context", "image", "network", "system"].includes(first) ? `${first} ${second}` : first;
}

function countKinds(log: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of log.trim().split("\n")) counts[kindOf(call)] = (counts[kindOf(call)] ?? 0) + 1;
  return counts;
}
