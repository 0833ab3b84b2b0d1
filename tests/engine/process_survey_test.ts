import { assertEquals, assertStringIncludes } from "@std/assert";
import { commandProblem, limitNotices } from "../../lib/engine/process/survey.ts";
import type { ProcessSpec } from "../../lib/model/process.ts";
import { SERVICE_DEFAULTS } from "../../lib/config/services.ts";
import { fakeHost } from "../fakes/host.ts";
import { processWorld, STAYS, upOptions } from "./process_world.ts";

/** What is wrong with the service `x`, in a folder with the files below; `$DIR` is that folder. */
const OBSTACLES: [string, Partial<ProcessSpec> & { command: string[] }, string][] = [
  [
    "not on PATH",
    { command: ["no-such-command"], env: { PATH: "/usr/bin:/bin" } },
    'its command "no-such-command" was not found on PATH (/usr/bin:/bin)',
  ],
  [
    "with an empty PATH",
    { command: ["sh"], env: { PATH: "" } },
    'its command "sh" was not found on PATH (which is empty)',
  ],
  [
    "not executable on PATH",
    { command: ["plain"], env: { PATH: "/bin:$DIR" } },
    'its command "plain" is not executable ($DIR/plain)',
  ],
  ["a missing file", { command: ["./missing"] }, 'its command "$DIR/missing" does not exist'],
  ["a missing file below a file", { command: ["./plain/x"] }, 'its command "$DIR/plain/x" does not exist'],
  ["a missing absolute path", { command: ["/no/such"] }, 'its command "/no/such" does not exist'],
  ["a folder", { command: ["./sub"] }, 'its command "$DIR/sub" is a directory'],
  ["not executable", { command: ["./plain"] }, 'its command "$DIR/plain" is not executable'],
  [
    "a missing folder to work in",
    { command: ["sh"], cwd: "nowhere" },
    'its working directory "$DIR/nowhere" does not exist',
  ],
  [
    "a file to work in",
    { command: ["sh"], cwd: "plain" },
    'its working directory "$DIR/plain" is a file, not a directory',
  ],
  [
    "a path relative to where it works",
    { command: ["./plain"], cwd: "sub" },
    'its command "$DIR/sub/plain" does not exist',
  ],
];
for (const [what, spec, expected] of OBSTACLES) {
  Deno.test(`survey() and up() name a command that is ${what}`, async () => {
    const x = { ...spec, env: { ...spec.env } };
    await using it = await processWorld({ x, y: { command: STAYS, dependsOn: ["x"] } });
    if (x.env.PATH !== undefined) x.env.PATH = x.env.PATH.replace("$DIR", it.dir);
    await Deno.mkdir(`${it.dir}/sub`);
    await Deno.writeTextFile(`${it.dir}/plain`, "#!/bin/sh\n", { mode: 0o644 });
    const why = expected.replaceAll("$DIR", it.dir);
    const { obstacles, toBuild } = await it.engine.survey(["x", "y"]);
    assertEquals(obstacles.map(({ service, why }) => [service, why]), [["x", why]]);
    const { obstacles: [needed] } = await it.engine.survey(["y"]);
    assertEquals([needed?.service, needed?.why], ["y", `it needs "x": ${why}`]);
    assertEquals([toBuild, obstacles.every(({ next }) => next !== "")], [[], true]);
    const outcome = await it.engine.up(["x"], upOptions(it.dir));
    assertEquals(outcome.ok ? "" : outcome.why, why);
    const both = await it.engine.up(["y"], upOptions(it.dir));
    assertEquals(both.ok ? "" : both.why, `"x": ${why}`);
    assertEquals([await it.engine.look(), it.events], [[], []]);
  });
}

Deno.test("survey() says it where there is no free port to choose", async () => {
  await using it = await processWorld({ x: { command: STAYS, port: "auto" } }, () => ({ portState: () => "taken" }));
  const { obstacles: [obstacle] } = await it.engine.survey(["x"]);
  assertEquals(obstacle?.why, "no port is free for it on 127.0.0.1");
});

Deno.test("survey() finds nothing where all is well", async () => {
  await using it = await processWorld({ x: { command: ["sh"] }, y: { command: ["/bin/sh"] } });
  assertEquals(await it.engine.survey(["x", "y"]), { obstacles: [], toBuild: [], notices: [] });
});

Deno.test("survey() and up() name a service that is not declared, and the nearest one", async () => {
  await using it = await processWorld({ switch: { command: STAYS }, hermes: { command: STAYS } });
  const { obstacles: [obstacle] } = await it.engine.survey(["swich"]);
  assertEquals(obstacle?.why, 'service "swich" is not among the services of the config file');
  assertStringIncludes(obstacle?.next ?? "", 'Did you mean "switch"? Services: switch, hermes. Add it');
  const outcome = await it.engine.up(["swich"], upOptions(it.dir));
  assertEquals(outcome.ok ? "" : outcome.why, obstacle?.why);
  await using none = await processWorld({});
  assertStringIncludes((await none.engine.survey(["x"])).obstacles[0]?.next ?? "", "Declare it in `services`");
});

Deno.test("up() says it where only the start itself shows that a command cannot be run", async () => {
  await using it = await processWorld({ x: { command: ["./script"] } });
  await Deno.writeTextFile(`${it.dir}/script`, "#!/no/such/shell\n", { mode: 0o755 });
  assertEquals((await it.engine.survey(["x"])).obstacles, []);
  const outcome = await it.engine.up(["x"], upOptions(it.dir));
  assertStringIncludes(outcome.ok ? "" : outcome.why, "the program that its first line names may not be");
  assertEquals([await it.engine.look(), it.told("x")], [[], ["create", "destroy"]]);
});

Deno.test("survey() says that limits are not kept where there is no /proc", async () => {
  await using it = await processWorld(
    { x: { command: STAYS, memLimitBytes: 1024 }, y: { command: STAYS } },
    () => ({ os: "darwin", kernel: { read: () => null, list: () => [], link: () => null } }),
  );
  const notice = "The memory limit of x is not enforced: that needs /proc, which this system (darwin) lacks";
  assertEquals((await it.engine.survey(["x", "y"])).notices, [notice]);
  assertEquals(limitNotices("darwin", new Map([["y", { ...SERVICE_DEFAULTS, command: STAYS }]]), ["y", "z"]), []);
});

Deno.test("without /proc services are started, watched, restarted and stopped all the same", async () => {
  await using it = await processWorld(
    { x: { command: ["/bin/sh", "-c", "sleep 300 & echo ready; wait"], stopGraceSec: 5 } },
    () => ({ kernel: { read: () => null, list: () => [], link: () => null } }),
  );
  await it.up("x");
  await it.untilLog("x", "ready");
  const state = await it.state("x");
  assertEquals((await it.engine.stop(state, 5)).stopped, true);
  assertEquals(it.told("x"), ["create", "start", "kill 15", "die 143", "stop"]);
  assertEquals(await it.engine.remove([state.id]), new Map());
});

/** A host on which this user may not look into `/closed`. */
function besideClosed(files: Record<string, string>) {
  const host = fakeHost({ files, env: { PATH: "/closed/bin:/usr/bin" } });
  const { kind } = host.files;
  host.files.kind = (path) =>
    path.startsWith("/closed/")
      ? Promise.reject(Object.assign(new Error(`Permission denied (os error 13): stat '${path}'`), { code: "EACCES" }))
      : kind(path);
  host.files.isExecutable = (path) => Promise.resolve(path in files);
  return host;
}

Deno.test("a folder of another user in PATH is passed over, as execvp does, and is named if nothing is found", async () => {
  const spec = { ...SERVICE_DEFAULTS, command: ["tool"] };
  const host = besideClosed({ "/usr/bin/tool": "", "/srv/a": "" });
  assertEquals(await commandProblem(host, "/srv", spec), null);
  assertEquals(
    (await commandProblem(host, "/srv", { ...spec, command: ["other"] }))?.why,
    [
      `its command "other" was not found on PATH (/closed/bin:/usr/bin; this user may not look into /closed/bin)`,
    ].join(),
  );
  const file = await commandProblem(host, "/srv", { ...spec, command: ["/closed/bin/x"] });
  assertEquals(file?.why, `its command "/closed/bin/x" is in a folder that this user may not look into`);
  const place = await commandProblem(host, "/srv", { ...spec, cwd: "/closed/x" });
  assertEquals(place?.why, `its working directory "/closed/x" is in a folder that this user may not look into`);
});
