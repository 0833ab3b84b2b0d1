import { assertEquals, assertThrows } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { fileInTar } from "../../lib/engine/compose/tar.ts";

/** An archive that tar itself made of a file with that name. */
async function tarred(name: string, text: string, ...options: string[]): Promise<Uint8Array> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-tar-" });
  try {
    await Deno.writeTextFile(`${dir}/${name}`, text);
    const args = ["-c", "-f", "-", "-C", dir, ...options, name];
    const { code, stdout } = await new Deno.Command("tar", { args }).output();
    assertEquals(code, 0);
    return stdout;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const textOf = ({ bytes, size }: { bytes: Uint8Array; size: number }) => [new TextDecoder().decode(bytes), size];

Deno.test("fileInTar() finds the file, also behind its further attributes", async () => {
  for (const options of [[], ["--format=pax", "--pax-option=comment:=" + "c".repeat(2000)]]) {
    assertEquals(textOf(fileInTar(await tarred("j.xml", "<testsuite/>", ...options))), ["<testsuite/>", 12]);
  }
  assertEquals(textOf(fileInTar(await tarred("empty", ""))), ["", 0]);
});

Deno.test("fileInTar() gives the beginning of a file that is cut, and its whole size", async () => {
  const archive = await tarred("big", "x".repeat(5000));
  assertEquals(textOf(fileInTar(archive.subarray(0, 512 + 100))), ["x".repeat(100), 5000]);
});

Deno.test("fileInTar() refuses what has no file", async () => {
  assertThrows(() => fileInTar(new Uint8Array()), EngineError, "without the file");
  assertThrows(() => fileInTar(new TextEncoder().encode("x".repeat(2000))), EngineError, "no archive");
  const folder = await tarred("j.xml", "");
  folder[156] = "5".charCodeAt(0);
  assertThrows(() => fileInTar(folder.subarray(0, 512)), EngineError, "without the file");
});
