import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";

const host = denoHost();
/** Outside of the range from which services are given theirs. */
const PORT = 19_321;
const DIR = join(Deno.env.get("TMPDIR") || "/tmp", `vx11-stability-ports-${Deno.uid()}`);

Deno.test("a port is reserved once, until it is released", () => {
  try {
    assertEquals([host.reservePort(PORT), host.reservePort(PORT)], [true, false]);
    host.releasePort(PORT);
    assertEquals(host.reservePort(PORT), true);
  } finally {
    host.releasePort(PORT);
  }
});

Deno.test("what a process that is gone had reserved is free", async () => {
  const gone = new Deno.Command("true").spawn();
  await gone.status;
  await Deno.mkdir(DIR, { recursive: true });
  await Deno.writeTextFile(join(DIR, String(PORT + 1)), String(gone.pid));
  try {
    assertEquals([host.reservePort(PORT + 1), host.reservePort(PORT + 1)], [true, false]);
  } finally {
    host.releasePort(PORT + 1);
  }
});

Deno.test("what a program has reserved is free, and no trace of it left, when it has ended", async () => {
  const dir = await Deno.makeTempDir();
  const source = `import { reservePort } from "${new URL("../../lib/host/deno_ports.ts", import.meta.url)}";
    console.log(reservePort(${PORT + 2}), [...Deno.readDirSync(Deno.env.get("TMPDIR"))].length);
    Deno.exit(3);`;
  try {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", "--ext=ts", source],
      env: { TMPDIR: dir, NO_COLOR: "1" },
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [3, "true 1\n"]);
    assertEquals(await Array.fromAsync(Deno.readDir(dir)), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("sweepPorts() lets go of what killed programs had reserved, and of nothing else", async () => {
  const dir = await Deno.makeTempDir();
  const ports = join(dir, `vx11-stability-ports-${Deno.uid()}`);
  const module = new URL("../../lib/host/deno_ports.ts", import.meta.url);
  const run = async (source: string) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", "--ext=ts", `import { reservePort, sweepPorts } from "${module}"; ${source}`],
      env: { TMPDIR: dir, NO_COLOR: "1" },
    }).output();
    return new TextDecoder().decode(stdout).trim();
  };
  const told = "console.log([...Deno.readDirSync(Deno.env.get('TMPDIR'))].length)";
  try {
    await run(`reservePort(${PORT + 4}); Deno.kill(Deno.pid, "SIGKILL"); for (;;);`);
    assertEquals(await Array.fromAsync(Deno.readDir(ports), ({ name }) => name), [`${PORT + 4}`]);
    await Deno.writeTextFile(join(ports, `${PORT + 5}`), `${Deno.pid}`);
    await run("sweepPorts();");
    assertEquals(await Array.fromAsync(Deno.readDir(ports), ({ name }) => name), [`${PORT + 5}`]);
    await Deno.remove(join(ports, `${PORT + 5}`));
    assertEquals(await run(`sweepPorts(); ${told};`), "0");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

for (const taken of ["a link", "a file", "a folder that others may write into"]) {
  Deno.test(`a port is reserved though ${taken} is in the way among the temporary files`, async () => {
    const dir = await Deno.makeTempDir();
    const place = join(dir, `vx11-stability-ports-${Deno.uid()}`);
    await Deno.mkdir(join(dir, "elsewhere"));
    await Deno.mkdir(join(dir, "runtime"));
    if (taken === "a link") await Deno.symlink("elsewhere", place);
    else if (taken === "a file") await Deno.writeTextFile(place, "");
    else await Deno.mkdir(place).then(() => Deno.chmod(place, 0o777));
    const source = `import { reservePort } from "${new URL("../../lib/host/deno_ports.ts", import.meta.url)}";
      console.log(reservePort(${PORT + 3}), reservePort(${PORT + 3}));
      console.log([...Deno.readDirSync(Deno.env.get("XDG_RUNTIME_DIR"))].length);`;
    try {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", "--quiet", "--ext=ts", source],
        env: { TMPDIR: dir, XDG_RUNTIME_DIR: join(dir, "runtime"), NO_COLOR: "1" },
      }).output();
      assertEquals(new TextDecoder().decode(stdout), "true false\n1\n");
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}
