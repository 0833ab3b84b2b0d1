// scripts/deno with stand-ins for deno and npx on a PATH of its own: what it runs, with what, and what it says.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const WRAPPER = new URL("../../scripts/deno", import.meta.url).pathname;
const ignore = Deno.build.os === "windows";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A temp dir as PATH and HOME, with only the tools that the wrapper needs. */
class Machine {
  private constructor(readonly dir: string) {}

  static async create(): Promise<Machine> {
    const machine = new Machine(await Deno.makeTempDir({ prefix: "vx11-wrapper-" }));
    await Deno.mkdir(`${machine.dir}/bin`);
    for (const tool of ["sh", "sed", "mkdir", "mv", "rm"]) {
      const path = ["/bin", "/usr/bin"].map((dir) => `${dir}/${tool}`).find((path) => existsSync(path));
      await Deno.symlink(`${path}`, `${machine.dir}/bin/${tool}`);
    }
    return machine;
  }

  /** A program that tells its name, arguments and TLS variable, and exits with 7; `--version` says `version`. */
  deno(path: string, version: string): Promise<void> {
    return this.program(
      path,
      `if [ "$*" = --version ]; then echo "deno ${version} (stable, release)"; exit 0; fi
printf '%s|' "${path}" "$@" "\${DENO_TLS_CA_STORE-unset}"; exit 7`,
    );
  }

  /** An npx that fetches a deno to npx/deno and, asked for its path, tells it; each call leaves a line in npx.log. */
  async npx(): Promise<void> {
    await Deno.mkdir(`${this.dir}/npx`);
    await this.deno("npx/deno", "2.7.11");
    await this.program("bin/npx", `echo "$*" >>'${this.dir}/npx.log'; echo '${this.dir}/npx/deno'`);
  }

  async program(path: string, body: string): Promise<void> {
    await Deno.writeTextFile(`${this.dir}/${path}`, `#!${this.dir}/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  async npxCalls(): Promise<string[]> {
    const log = await Deno.readTextFile(`${this.dir}/npx.log`).catch(() => "");
    return log.split("\n").filter((line) => line !== "");
  }

  async run(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
    const { code, stdout, stderr } = await new Deno.Command(WRAPPER, {
      args,
      clearEnv: true,
      cwd: this.dir,
      env: { PATH: `${this.dir}/bin`, HOME: this.dir, ...env },
    }).output();
    const text = (data: Uint8Array) => new TextDecoder().decode(data);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

function existsSync(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function ran(path: string, ...args: string[]): Outcome {
  return { code: 7, stdout: [path, ...args, "system,mozilla", ""].join("|"), stderr: "" };
}

Deno.test(
  { name: "scripts/deno becomes the deno on PATH, with arguments and exit code as they are", ignore },
  async () => {
    await using machine = await Machine.create();
    await machine.deno("bin/deno", "2.7.0");
    assertEquals(await machine.run(["task", "a b", "", "*"]), ran("bin/deno", "task", "a b", "", "*"));
  },
);

Deno.test({ name: "scripts/deno takes newer releases, canaries included", ignore }, async () => {
  for (const version of ["2.7.11", "2.10.3", "3.0.0", "2.8.0+ab12cd3"]) {
    await using machine = await Machine.create();
    await machine.deno("bin/deno", version);
    assertEquals(await machine.run(["x"]), ran("bin/deno", "x"), version);
  }
});

Deno.test({ name: "scripts/deno asks npx where the deno on PATH is too old or strange", ignore }, async () => {
  for (const version of ["2.6.10", "1.46.3", "0.9.9", "x.y", ""]) {
    await using machine = await Machine.create();
    await machine.deno("bin/deno", version);
    await machine.npx();
    assertEquals(await machine.run(["x", "y z"]), ran("npx/deno", "x", "y z"), version);
  }
});

Deno.test({ name: "scripts/deno asks npx for one pinned release, once", ignore }, async () => {
  await using machine = await Machine.create();
  await machine.npx();
  assertEquals(await machine.run(["first"]), ran("npx/deno", "first"));
  assertEquals(await machine.run(["second"]), ran("npx/deno", "second"));
  const calls = await machine.npxCalls();
  assertEquals(calls.length, 1);
  assertMatch(`${calls[0]}`, /^--yes deno@2\.7\.11 eval /);
});

Deno.test({ name: "scripts/deno asks npx again where the deno that it kept is gone", ignore }, async () => {
  await using machine = await Machine.create();
  await machine.npx();
  await machine.run(["first"]);
  const cache = `${machine.dir}/.cache/vx11-stability`;
  await Deno.writeTextFile(`${cache}/deno-2.7.11.path`, `${machine.dir}/gone\n`);
  assertEquals(await machine.run(["second"]), ran("npx/deno", "second"));
  assertEquals((await machine.npxCalls()).length, 2);
  assertEquals(await Array.fromAsync(Deno.readDir(cache), ({ name }) => name), ["deno-2.7.11.path"]);
});

Deno.test({ name: "scripts/deno works without a home to keep anything in", ignore }, async () => {
  await using machine = await Machine.create();
  await machine.npx();
  assertEquals(await machine.run(["x"], { HOME: "" }), ran("npx/deno", "x"));
  assertEquals(await machine.run(["x"], { HOME: "/dev/null" }), ran("npx/deno", "x"));
});

Deno.test({ name: "scripts/deno takes $DENO first, and says so when that is no program", ignore }, async () => {
  await using machine = await Machine.create();
  await machine.deno("bin/deno", "2.7.11");
  await machine.deno("mine", "2.7.11");
  assertEquals(await machine.run(["x"], { DENO: `${machine.dir}/mine` }), ran("mine", "x"));
  assertEquals(await machine.run(["x"], { DENO: "" }), ran("bin/deno", "x"));
  assertEquals(await machine.run(["x"], { DENO: "/nowhere/deno" }), {
    code: 127,
    stdout: "",
    stderr: `Cannot run Deno: DENO is set to "/nowhere/deno", which is not a program. Set it to a path, or unset it.\n`,
  });
});

Deno.test({ name: "scripts/deno sets DENO_TLS_CA_STORE only where it is unset", ignore }, async () => {
  await using machine = await Machine.create();
  await machine.deno("bin/deno", "2.7.11");
  for (const value of ["mozilla", ""]) {
    const { stdout } = await machine.run([], { DENO_TLS_CA_STORE: value });
    assertEquals(stdout, `bin/deno|${value}|`);
  }
});

Deno.test({ name: "scripts/deno explains what to install where it finds nothing, and exits 127", ignore }, async () => {
  await using machine = await Machine.create();
  const nothing = await machine.run(["task", "test"]);
  assertEquals([nothing.code, nothing.stdout], [127, ""]);
  assertStringIncludes(nothing.stderr, "no `deno` 2.7 or newer on PATH (seen: none), and no `npx`");
  assertStringIncludes(nothing.stderr, "apt-get install nodejs npm");
  await machine.deno("bin/deno", "2.1.4");
  assertStringIncludes((await machine.run([])).stderr, "(seen: 2.1.4)");
});

Deno.test({ name: "scripts/deno hands on npx's exit code and says what to check when npx fails", ignore }, async () => {
  await using machine = await Machine.create();
  await machine.program("bin/npx", "echo 'npm error network' >&2; exit 5");
  const { code, stdout, stderr } = await machine.run(["x"]);
  assertEquals([code, stdout], [5, ""]);
  assertMatch(stderr, /^npm error network\nCannot fetch Deno: `npx --yes deno@2\.7\.11` failed/);
  await machine.program("bin/npx", "echo 'Need to install'");
  assertStringIncludes((await machine.run(["x"])).stderr, `says that it is at "Need to install"`);
});

Deno.test({ name: "scripts/deno is replaced by deno, so a signal reaches it", ignore }, async () => {
  await using machine = await Machine.create();
  await machine.npx();
  await machine.program("npx/deno", `trap 'exit 42' TERM; echo ready; while :; do :; done`);
  const child = new Deno.Command(WRAPPER, {
    clearEnv: true,
    env: { PATH: `${machine.dir}/bin`, HOME: machine.dir },
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 42);
  await reader.cancel();
});
