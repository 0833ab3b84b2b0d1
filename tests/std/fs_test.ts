/** What this project relies on of `@std/fs`. It holds for our door and for the official package: see lib/std/README.md. */

import { assertEquals, assertRejects } from "@std/assert";
import { ensureDir, exists, walk } from "@std/fs";
import { join } from "@std/path";

async function inFolder(look: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-std-" });
  try {
    await Deno.mkdir(join(dir, "a/.hidden"), { recursive: true });
    await Deno.writeTextFile(join(dir, "a/file"), "");
    await Deno.writeTextFile(join(dir, "a/.hidden/file"), "");
    await Deno.symlink(join(dir, "a"), join(dir, "link"));
    await Deno.symlink(join(dir, "nowhere"), join(dir, "broken"));
    await look(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function walked(root: string, options: Parameters<typeof walk>[1] = {}): Promise<string[]> {
  return (await Array.fromAsync(walk(root, options), ({ path }) => path)).sort();
}

Deno.test("walk() yields the root and folders too, and links as links, not followed", async () => {
  await inFolder(async (dir) => {
    const all = ["", "a", "a/.hidden", "a/.hidden/file", "a/file", "broken", "link"].map((path) => join(dir, path));
    assertEquals(await walked(dir), all.map((path) => path.replace(/\/$/, "")));
    const files = all.filter((path) => /file$|link$|broken$/.test(path));
    assertEquals(await walked(dir, { includeDirs: false }), files);
    assertEquals(await walked(`${dir}/`, { includeDirs: false }), files, "no double slash");
    const entries = await Array.fromAsync(walk(dir, { includeDirs: false }));
    const link = entries.find(({ name }) => name === "link");
    assertEquals([link?.isSymlink, link?.isDirectory, link?.isFile], [true, false, false]);
    const [root] = await Array.fromAsync(walk(join(dir, "a")));
    assertEquals([root?.name, root?.isDirectory], ["a", true]);
  });
});

Deno.test("walk() skips what matches, the root as well, and a pattern with the flag g the same each time", async () => {
  await inFolder(async (dir) => {
    const hidden = /\/\.[^/]*$/g;
    const seen = ["a/file", "broken", "link"].map((path) => join(dir, path));
    assertEquals(await walked(dir, { includeDirs: false, skip: [hidden] }), seen);
    assertEquals(await walked(dir, { includeDirs: false, skip: [hidden] }), seen, "once more");
    assertEquals(await walked(join(dir, "a/.hidden"), { skip: [hidden] }), []);
    assertEquals(await walked(join(dir, "a/.hidden/"), { includeDirs: false, skip: [hidden] }), [
      join(dir, "a/.hidden/file"),
    ]);
    assertEquals(await walked(dir, { skip: [/link$/, /broken$/, /\/a$/] }), [dir]);
  });
});

Deno.test("walk() throws NotFound for a root that is missing", async () => {
  await inFolder(async (dir) => {
    for (const includeDirs of [true, false]) {
      await assertRejects(() => walked(join(dir, "nowhere"), { includeDirs }), Deno.errors.NotFound);
    }
  });
});

Deno.test("ensureDir() makes parents, is content with what is there, and says what is in the way", async () => {
  await inFolder(async (dir) => {
    await ensureDir(join(dir, "x/y/z"));
    await ensureDir(join(dir, "x/y/z"));
    await ensureDir(join(dir, "link"));
    assertEquals(await exists(join(dir, "x/y/z"), { isDirectory: true }), true);
    await assertRejects(() => ensureDir(join(dir, "a/file")), Error, "expected 'dir', got 'file'");
    await assertRejects(() => ensureDir(join(dir, "a/file/below")), Deno.errors.NotADirectory);
    await Promise.all([1, 2, 3, 4].map(() => ensureDir(join(dir, "many/at/once"))));
  });
});

Deno.test("exists() follows links, tells files from folders, and hides no error", async () => {
  await inFolder(async (dir) => {
    const at = (path: string) => join(dir, path);
    assertEquals(await exists(at("a")), true);
    assertEquals(await exists(at("nowhere")), false);
    assertEquals(await exists(at("broken")), false, "a link to nothing");
    assertEquals(await exists(at("link"), { isDirectory: true }), true);
    assertEquals(await exists(at("link"), { isFile: true }), false);
    assertEquals(await exists(at("a/file"), { isFile: true }), true);
    assertEquals(await exists(at("a/file"), { isDirectory: true }), false);
    await assertRejects(() => exists(at("a/file/below")), Deno.errors.NotADirectory);
    await assertRejects(() => exists(dir, { isFile: true, isDirectory: true }), TypeError, "must not be true together");
  });
});
