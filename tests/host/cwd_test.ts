import { assertEquals } from "@std/assert";
import { join } from "@std/path";

const CWD = new URL("../../lib/host/deno_cwd.ts", import.meta.url).href;
const SCRIPT = `import { workingDir } from ${JSON.stringify(CWD)};
try {
  if (Deno.args[0] === "gone") Deno.removeSync(Deno.cwd());
  console.log(workingDir());
} catch (error) {
  console.log(error.data?.exit, error.message);
}`;

interface Place extends AsyncDisposable {
  dir: string;
  /** What the program takes for its folder, started in `real/` with that PWD. */
  seen(pwd: string | null, ...args: string[]): Promise<string>;
}

/** A folder `real` with a link `link` to it, and another one. */
async function place(): Promise<Place> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "vx11-cwd-" }));
  await Deno.mkdir(join(dir, "real"));
  await Deno.mkdir(join(dir, "other"));
  await Deno.symlink("real", join(dir, "link"));
  await Deno.writeTextFile(join(dir, "script.ts"), SCRIPT);
  return {
    dir,
    async seen(pwd, ...args) {
      const { PWD: _, ...env } = Deno.env.toObject();
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-config", "--no-prompt", "-A", join(dir, "script.ts"), ...args],
        cwd: join(dir, "real"),
        env: { ...env, ...(pwd === null ? {} : { PWD: pwd }) },
        clearEnv: true,
      });
      return new TextDecoder().decode((await child.output()).stdout).trim().replaceAll(dir, "DIR");
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("the working directory is called as the shell calls it, if that is true", async () => {
  await using there = await place();
  assertEquals(await there.seen(join(there.dir, "link")), "DIR/link");
  for (
    const pwd of [null, "", join(there.dir, "other"), join(there.dir, "none"), "link", `${there.dir}/other/../link`]
  ) {
    assertEquals(await there.seen(pwd), "DIR/real", `PWD ${pwd}`);
  }
});

Deno.test("a working directory that was removed is said to be", async () => {
  await using there = await place();
  const said = await there.seen(join(there.dir, "real"), "gone");
  assertEquals(said, `environment Cannot find the working directory "DIR/real": it has been removed`);
});
