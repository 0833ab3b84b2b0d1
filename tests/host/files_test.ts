import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import { placeOf } from "../../lib/host/temporary.ts";

const { files } = denoHost();

function tempTest(name: string, work: (dir: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const dir = await Deno.makeTempDir({ prefix: "vx11-files-" });
    try {
      await work(dir);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

function streamOf(...chunks: (string | number)[]): ReadableStream<Uint8Array> {
  const parts = chunks.map((chunk) =>
    typeof chunk === "string" ? new TextEncoder().encode(chunk) : new Uint8Array(chunk)
  );
  return ReadableStream.from(parts);
}

tempTest("modifiedMs() is of regular files, links followed, and null for all else", async (dir) => {
  await Deno.writeTextFile(`${dir}/f`, "");
  await Deno.utime(`${dir}/f`, new Date(1000), new Date(1_234_567));
  await Deno.symlink("f", `${dir}/link`);
  await new Deno.Command("mkfifo", { args: [`${dir}/pipe`] }).output();
  const paths = ["f", "link", "none", "", "pipe", "f/below", "n".repeat(300)].map((name) => `${dir}/${name}`);
  const times = await Promise.all(paths.map((path) => files.modifiedMs(path)));
  assertEquals(times, [1_234_567, 1_234_567, null, null, null, null, null]);
});

tempTest("kind() tells files, directories and what is missing apart", async (dir) => {
  await Deno.writeTextFile(`${dir}/f`, "");
  const kinds = await Promise.all([dir, `${dir}/f`, `${dir}/none`, `${dir}/f/below`].map((path) => files.kind(path)));
  assertEquals(kinds, ["directory", "file", "missing", "missing"]);
});

tempTest("list() is sorted, and empty for what is no directory", async (dir) => {
  for (const name of ["b", "a", "C"]) await Deno.writeTextFile(`${dir}/${name}`, "");
  assertEquals(await files.list(dir), ["C", "a", "b"]);
  assertEquals(await files.list(`${dir}/a`), []);
  assertEquals(await files.list(`${dir}/none`), []);
});

tempTest("walk() gives files below, without hidden folders, caches and environments", async (dir) => {
  const kept = ["test_a.py", "sub/deep/test_b.py", "venvs/test_c.py"];
  const left = [".git/x", "__pycache__/y", "node_modules/z", "venv/v", "sub/.venv/w", ".hidden"];
  for (const path of [...kept, ...left]) {
    await files.ensureDir(`${dir}/${path}`.replace(/\/[^/]*$/, ""));
    await Deno.writeTextFile(`${dir}/${path}`, "");
  }
  assertEquals(await files.walk(dir, () => {}), kept.toSorted());
  assertEquals(await files.walk(`${dir}/none`, () => {}), []);
});

tempTest("walk() looks into the folder that is asked for whatever its own name", async (dir) => {
  for (const name of [".tests", "venv", "node_modules", "__pycache__"]) {
    await Deno.mkdir(`${dir}/${name}/venv`, { recursive: true });
    await Deno.writeTextFile(`${dir}/${name}/test_a.py`, "");
    await Deno.writeTextFile(`${dir}/${name}/venv/test_b.py`, "");
    for (const asked of [`${dir}/${name}`, `${dir}/${name}/`]) {
      assertEquals(await files.walk(asked, () => {}), ["test_a.py"], asked);
    }
  }
});

tempTest("writeAtomic() replaces the file and leaves nothing beside it", async (dir) => {
  await files.writeAtomic(`${dir}/f`, "first, and longer");
  await files.writeAtomic(`${dir}/f`, "é");
  assertEquals(await files.readText(`${dir}/f`), "é");
  await files.writeAtomic(`${dir}/bytes`, new Uint8Array([0, 255]));
  assertEquals(await Deno.readFile(`${dir}/bytes`), new Uint8Array([0, 255]));
  assertEquals(await files.list(dir), ["bytes", "f"]);
});

tempTest("writeAtomic() shows no reader half a file", async (dir) => {
  const path = `${dir}/f`;
  const texts = ["a", "b"].map((letter) => letter.repeat(4_000_000));
  await files.writeAtomic(path, texts[0] ?? "");
  let writing = true;
  const writes = (async () => {
    for (let round = 0; round < 6; round++) await files.writeAtomic(path, texts[round % 2] ?? "");
    writing = false;
  })();
  while (writing) {
    const text = await Deno.readTextFile(path);
    assert(texts.includes(text), `a file of ${text.length} characters`);
  }
  await writes;
});

tempTest("writeAtomic() that fails leaves neither a temporary file nor a changed one", async (dir) => {
  await Deno.mkdir(`${dir}/taken/full`, { recursive: true });
  await assertRejects(() => files.writeAtomic(`${dir}/taken`, "x"));
  assertEquals(await files.list(dir), ["taken"]);
  await Deno.writeTextFile(`${dir}/f`, "old");
  const broken = function* () {
    yield "new".repeat(100_000);
    throw new Error("cannot be made");
  };
  await assertRejects(() => files.writeAtomic(`${dir}/f`, broken()), Error, "cannot be made");
  assertEquals(await files.list(dir), ["f", "taken"]);
  assertEquals(await files.readText(`${dir}/f`), "old");
});

tempTest("nothing that is written follows a link", async (dir) => {
  await Deno.writeTextFile(`${dir}/mine`, "mine");
  for (const name of ["atomic", "drained", "appended"]) await Deno.symlink("mine", `${dir}/${name}`);
  await files.writeAtomic(`${dir}/atomic`, "x");
  await files.drainTo(`${dir}/drained`, [streamOf("y")], 100, new AbortController().signal);
  const refused = await assertRejects(() => files.openAppend(`${dir}/appended`), Error);
  assertEquals(refused.message, `"${dir}/appended" is a link to "mine", and is not written to`);
  const texts = await Promise.all(["atomic", "drained", "mine"].map((name) => files.readText(`${dir}/${name}`)));
  assertEquals(texts, ["x", "y", "mine"]);
  const followed = await files.openAppend(`${dir}/appended`, { followLinks: true });
  await followed.append(" too");
  await followed.close();
  assertEquals(await files.readText(`${dir}/mine`), "mine too");
});

tempTest("the name of a file that is being written cannot be guessed, and tells its place", async (dir) => {
  const seen = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const during = function* () {
      for (const { name } of Deno.readDirSync(dir)) if (name !== "f") seen.add(name);
      yield "x";
    };
    await files.writeAtomic(`${dir}/f`, during());
  }
  assertEquals(seen.size, 3);
  for (const name of seen) assertEquals(placeOf(name), "f", name);
  assertEquals([placeOf("REPORT.json.66.tmp"), placeOf("notes.tmp"), placeOf("f")], ["REPORT.json", null, null]);
});

tempTest("a pipe is neither waited for nor replaced", async (dir) => {
  const path = `${dir}/pipe`;
  await new Deno.Command("mkfifo", { args: [path] }).output();
  const why = "is no regular file, and is not written to";
  await assertRejects(() => files.openAppend(path), Error, why);
  await assertRejects(() => files.drainTo(path, [streamOf("y")], 100, new AbortController().signal), Error, why);
  assert((await Deno.lstat(path)).isFifo);
});

tempTest("openAppend() adds to what is there", async (dir) => {
  for (const text of ["one\n", "two\n"]) {
    const file = await files.openAppend(`${dir}/f`);
    await file.append(text);
    await file.append("é\n");
    assert((await files.readText(`${dir}/f`)).endsWith(`${text}é\n`), "written before it is closed");
    await file.close();
  }
  assertEquals(await files.readText(`${dir}/f`), "one\né\ntwo\né\n");
});

tempTest(
  "readLines() gives each line that is not empty, whole, however long, and the last without its end",
  async (dir) => {
    const lines = ["é".repeat(100_000), "b", "x".repeat(70_000), "last"];
    await Deno.writeTextFile(`${dir}/f`, `${lines[0]}\n\n${lines[1]}\n${lines[2]}\n${lines[3]}`);
    assertEquals(await Array.fromAsync(files.readLines(`${dir}/f`)), lines);
    const blocks = await Array.fromAsync(files.lineBlocks(`${dir}/f`));
    assertEquals(blocks.flat(), lines);
    assert(blocks.every((block) => block.length > 0));
    await assertRejects(() => Array.fromAsync(files.readLines(`${dir}/none`)), Deno.errors.NotFound);
  },
);

tempTest("readLines() closes the file where only some are wanted", async (dir) => {
  await Deno.writeTextFile(`${dir}/f`, "a\n".repeat(100_000));
  for await (const line of files.readLines(`${dir}/f`)) {
    assertEquals(line, "a");
    break;
  }
});

tempTest(
  "drainTo() keeps the first and the last bytes of all streams together, says so between, and counts",
  async (dir) => {
    const never = new AbortController().signal;
    await Deno.writeTextFile(`${dir}/f`, "what was there before, and longer");
    assertEquals(await files.drainTo(`${dir}/f`, [streamOf("abc", "defg", "hi")], 9, never), 9);
    assertEquals(await files.readText(`${dir}/f`), "abcdefghi");
    assertEquals(await files.drainTo(`${dir}/f`, [streamOf("a".repeat(40), "b\nlast")], 32, never), 46);
    assertEquals(
      await files.readText(`${dir}/f`),
      `${"a".repeat(30)}\n[cut here: of 46 bytes the first 30 are kept, and the last 2]\nst`,
    );
    assertEquals(await files.drainTo(`${dir}/f`, [streamOf(70_000), streamOf(70_000)], 100_000, never), 140_000);
    const note = "\n[cut here: of 140000 bytes the first 93750 are kept, and the last 6250]\n";
    assertEquals((await Deno.stat(`${dir}/f`)).size, 100_000 + note.length);
    assertEquals(await files.drainTo(`${dir}/f`, [], 5, never), 0);
    assertEquals(await files.readText(`${dir}/f`), "");
  },
);

tempTest(
  "walk() follows links to files and folders, ends where they lead back, and bears one to nowhere",
  async (dir) => {
    await Deno.mkdir(`${dir}/tests/in`, { recursive: true });
    await Deno.mkdir(`${dir}/other/deep`, { recursive: true });
    for (const path of ["tests/in/a", "other/b", "other/deep/c"]) await Deno.writeTextFile(`${dir}/${path}`, "");
    await Deno.symlink(`${dir}/other/b`, `${dir}/tests/b`);
    await Deno.symlink("../other", `${dir}/tests/linked`);
    await Deno.symlink("../../tests", `${dir}/other/deep/up`);
    await Deno.symlink("..", `${dir}/tests/in/loop`);
    await Deno.symlink("nowhere", `${dir}/tests/gone`);
    await Deno.symlink("self", `${dir}/tests/self`);
    const closed: string[] = [];
    const found = await files.walk(`${dir}/tests`, (path) => closed.push(path));
    assertEquals(found, ["b", "in/a", "linked/b", "linked/deep/c"]);
    // A link to itself is an error of its own to the system.
    assertEquals(closed, ["self"]);
  },
);

Deno.test({
  name: "walk() leaves out a folder that cannot be read, and says which and why",
  // Whom nothing is closed to cannot see it.
  ignore: Deno.uid() === 0,
  fn: async () => {
    const dir = await Deno.makeTempDir({ prefix: "vx11-files-" });
    try {
      for (const path of ["a", "pgdata", "z"]) await Deno.mkdir(`${dir}/${path}`);
      for (const path of ["a/x", "z/x"]) await Deno.writeTextFile(`${dir}/${path}`, "");
      await Deno.chmod(`${dir}/pgdata`, 0o000);
      const closed: string[][] = [];
      assertEquals(await files.walk(dir, (path, why) => closed.push([path, why])), ["a/x", "z/x"]);
      assertEquals([closed.length, closed[0]?.[0]], [1, "pgdata"]);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

tempTest("readStart() gives a file's first bytes, and whether it has more", async (dir) => {
  await Deno.writeTextFile(`${dir}/f`, "abcdef");
  assertEquals(await files.readStart(`${dir}/f`, 6), { text: "abcdef", cut: false });
  assertEquals(await files.readStart(`${dir}/f`, 4), { text: "abcd", cut: true });
  await assertRejects(() => files.readStart(`${dir}/none`, 4), Deno.errors.NotFound);
});

tempTest("drainTo() ends when it is abandoned, with what came until then", async (dir) => {
  const abandon = new AbortController();
  const endless = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("so far")),
  });
  const drained = files.drainTo(`${dir}/f`, [endless, streamOf("!")], 100, abandon.signal);
  setTimeout(() => abandon.abort(), 50);
  assertEquals(await drained, 7);
  assertEquals((await files.readText(`${dir}/f`)).length, 7);
});

tempTest("isExecutable() is true for a file that may be executed only", async (dir) => {
  await Deno.writeTextFile(`${dir}/yes`, "", { mode: 0o755 });
  await Deno.writeTextFile(`${dir}/no`, "", { mode: 0o644 });
  await Deno.symlink(`${dir}/yes`, `${dir}/link`);
  await Deno.mkdir(`${dir}/folder`);
  const found = await Promise.all(
    ["yes", "no", "link", "folder", "missing", "no/x"].map((name) => files.isExecutable(`${dir}/${name}`)),
  );
  assertEquals(found, [true, false, true, false, false, false]);
});

Deno.test("makeTempDir() makes a new folder each time, named as asked for", async () => {
  const dirs = [await files.makeTempDir("vx11-made-"), await files.makeTempDir("vx11-made-")];
  for (const dir of dirs) {
    assertEquals([await files.kind(dir), dir.split("/").at(-1)?.startsWith("vx11-made-")], ["directory", true]);
    await files.remove(dir);
  }
  assertEquals(new Set(dirs).size, 2);
});

tempTest("openAppend() takes bytes as they are", async (dir) => {
  const file = await files.openAppend(`${dir}/f`);
  await file.append(new Uint8Array([0xff, 0x00]));
  await file.append("é");
  await file.close();
  assertEquals(await Deno.readFile(`${dir}/f`), new Uint8Array([0xff, 0x00, 0xc3, 0xa9]));
});

const modes = async (dir: string) => {
  const seen: Record<string, string> = {};
  for await (const { name } of Deno.readDir(dir)) {
    seen[name] = ((await Deno.stat(`${dir}/${name}`)).mode ?? 0).toString(8).slice(-3);
  }
  return seen;
};

for (const [umask, file, folder] of [[0o077, "600", "700"], [0o027, "640", "750"], [0, "644", "755"]] as const) {
  const name = `masked(0o${
    umask.toString(8)
  }) makes files of ${file} and folders of ${folder}, and leaves what is there`;
  tempTest(name, async (dir) => {
    const own = Deno.umask(0o022);
    try {
      const masked = files.masked(umask);
      await Deno.mkdir(`${dir}/old`, { mode: 0o755 });
      await Deno.writeTextFile(`${dir}/kept`, "", { mode: 0o640 });
      for (const each of ["old", "new"]) await masked.ensureDir(`${dir}/${each}`);
      for (const each of ["kept", "atomic"]) await masked.writeAtomic(`${dir}/${each}`, "x");
      await (await masked.openAppend(`${dir}/appended`)).close();
      await masked.drainTo(`${dir}/drained`, [streamOf("y")], 100, new AbortController().signal);
      const made = { appended: file, atomic: file, drained: file, new: folder };
      assertEquals(await modes(dir), { ...made, kept: "640", old: "755" });
    } finally {
      Deno.umask(own);
    }
  });
}
