import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";

const { files } = denoHost();
const HOST = new URL("../../lib/host/deno.ts", import.meta.url).href;

Deno.test("lock() gives a file to one holder at a time, with what the other has written, and removes it at the end", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/a.lock`;
  const first = await files.lock(path, "first");
  assert("release" in first);
  assertEquals(await files.lock(path, "second"), { holder: "first" });
  await first.release();
  assertEquals(await files.kind(path), "missing");
  const third = await files.lock(path, "third");
  assert("release" in third);
  assertEquals(await files.lock(path, ""), { holder: "third" });
  await third.release();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("lock() takes over from one that was killed, and bears its file, longer than the new text", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/a.lock`;
  const script = `import { denoHost } from ${JSON.stringify(HOST)};
    await denoHost().files.lock(${JSON.stringify(path)}, "a holder that was killed");
    console.log("held");
    await new Promise((done) => setTimeout(done, 60_000));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assertEquals(await files.lock(path, "x"), { holder: "a holder that was killed" });
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  const next = await files.lock(path, "x");
  assert("release" in next);
  assertEquals(await Deno.readTextFile(path), "x");
  await next.release();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("isSame() sees through links, and takes nothing that is missing for the same", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/a`);
  await Deno.symlink("a", `${dir}/b`);
  await Deno.mkdir(`${dir}/c`);
  assertEquals(await files.isSame(`${dir}/a`, `${dir}/b/../a/`), true);
  assertEquals(await files.isSame(`${dir}/a`, `${dir}/b`), true);
  assertEquals(await files.isSame(`${dir}/a`, `${dir}/c`), false);
  assertEquals(await files.isSame(`${dir}/none`, `${dir}/none`), false);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("lock() writes over nothing that a link leads to, of either kind", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/mine`, "mine");
  await Deno.symlink("mine", `${dir}/soft.lock`);
  await assertRejects(() => files.lock(`${dir}/soft.lock`, "x"), Error, 'is a link to "mine", and is not written to');
  await Deno.link(`${dir}/mine`, `${dir}/hard.lock`);
  const held = await files.lock(`${dir}/hard.lock`, "x");
  assert("release" in held);
  await held.release();
  assertEquals(await Deno.readTextFile(`${dir}/mine`), "mine");
  await Deno.remove(dir, { recursive: true });
});
