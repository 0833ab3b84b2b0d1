import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";

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
  assertEquals(await files.walk(dir), kept.toSorted());
  assertEquals(await files.walk(`${dir}/none`), []);
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
  await Deno.symlink("/dev/full", `${dir}/f.${Deno.pid}.tmp`);
  await assertRejects(() => files.writeAtomic(`${dir}/f`, "new"), Error, "No space left");
  assertEquals(await files.list(dir), ["f", "taken"]);
  assertEquals(await files.readText(`${dir}/f`), "old");
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

tempTest("drainTo() keeps the first bytes of all streams together and counts the rest", async (dir) => {
  const never = new AbortController().signal;
  await Deno.writeTextFile(`${dir}/f`, "what was there before, and longer");
  assertEquals(await files.drainTo(`${dir}/f`, [streamOf("abc", "defg", "hi")], 5, never), 9);
  assertEquals(await files.readText(`${dir}/f`), "abcde");
  assertEquals(await files.drainTo(`${dir}/f`, [streamOf(70_000), streamOf(70_000)], 100_000, never), 140_000);
  assertEquals((await Deno.stat(`${dir}/f`)).size, 100_000);
  assertEquals(await files.drainTo(`${dir}/f`, [], 5, never), 0);
  assertEquals(await files.readText(`${dir}/f`), "");
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
