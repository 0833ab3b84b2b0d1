import { assert, assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";
import { ownIdentity } from "../../lib/audit/run_identity.ts";
import { markEnv } from "../../lib/proc/strays.ts";
import { ownTempDir, sweepTempDirs } from "../../lib/audit/temp_dirs.ts";
import { hasLine, until } from "../fakes/wait.ts";

const real = denoHost();
const { boot = "", hostname, start = 0 } = ownIdentity(real);
/** The boot, and the space of process numbers, as names have them. */
const SPACE = `${boot.slice(0, 8)}-${/\d+/.exec(real.kernel.link("/proc/self/ns/pid") ?? "")?.[0]}`;
/** No process has this number: it is above what any kernel gives. */
const GONE = 2 ** 23;

async function swept(names: readonly string[]): Promise<{ gone: string[]; left: string[] }> {
  const dir = await Deno.makeTempDir();
  try {
    for (const name of names) await Deno.mkdir(join(dir, name, "tests"), { recursive: true });
    // Another program than the one that made them.
    const host = { ...real, pid: 1, env: (name: string) => name === "TMPDIR" ? dir : undefined };
    const gone = await sweepTempDirs(host);
    return { gone, left: await real.files.list(dir) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a temporary folder is known by the process that made it, and stays while that lives", async () => {
  const made = await ownTempDir(real, "vx11-demo");
  try {
    assert((await Deno.stat(made)).isDirectory);
    assertMatch(basename(made), new RegExp(`^vx11-demo-${SPACE}-${Deno.pid}-${start}-`));
    assertEquals((await swept([basename(made)])).gone, []);
  } finally {
    await Deno.remove(made);
  }
});

const NAMES: [string, string, boolean][] = [
  ["of a process that is gone", `vx11-demo-${SPACE}-${GONE}-5-${hostname}-abc`, true],
  ["of pytest's, too", `vx11-junit-${SPACE}-${GONE}-5-${hostname}-abc`, true],
  [
    "of a dead process whose number another one has",
    `vx11-demo-${SPACE}-${Deno.pid}-5-${hostname}-abc`,
    true,
  ],
  ["of an earlier boot", `vx11-selftest-00000000-1-${Deno.pid}-${start}-${hostname}-abc`, true],
  ["of a container that shares the folder", `vx11-demo-${boot.slice(0, 8)}-1-${GONE}-5-${hostname}-abc`, false],
  ["of another host", `vx11-demo-${SPACE}-${GONE}-5-x${hostname}-abc`, false],
  ["of a process that lives", `vx11-demo-${SPACE}-${Deno.pid}-${start}-${hostname}-abc`, false],
  ["of nobody", "vx11-demo-abcdef", false],
  ["of another program", `other-${SPACE}-${GONE}-5-${hostname}-abc`, false],
];

for (const [what, name, isGone] of NAMES) {
  Deno.test(`a temporary folder ${what} ${isGone ? "goes" : "stays"}`, async () => {
    assertEquals(await swept([name]), isGone ? { gone: [name], left: [] } : { gone: [], left: [name] });
  });
}

Deno.test("what a killed run's test has started is ended with its folder, and so are the children of that", async () => {
  const dir = await Deno.makeTempDir();
  const name = `vx11-junit-${SPACE}-${GONE}-5-${hostname}-abc`;
  await Deno.mkdir(join(dir, name));
  // As pytest is: the shell carries the mark, and its child's environment is cleared.
  const test = new Deno.Command("sh", {
    args: ["-c", 'env -i sleep 600 & echo $! > "$0"; wait', join(dir, "pid")],
    env: markEnv(join(dir, name)),
    stdout: "null",
  }).spawn();
  try {
    await until("it has its child", () => hasLine(join(dir, "pid")));
    const child = Number(await Deno.readTextFile(join(dir, "pid")));
    assert(real.processAlive(child));
    const host = { ...real, pid: 1, env: (name: string) => name === "TMPDIR" ? dir : undefined };
    assertEquals(await sweepTempDirs(host), [name]);
    await until("it is gone", () => !real.processAlive(test.pid));
    await until("its child is gone", () => !real.processAlive(child));
  } finally {
    real.kill(test.pid, "SIGKILL");
    await Deno.remove(dir, { recursive: true });
  }
});
