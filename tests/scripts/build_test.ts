import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { parseOptions } from "../../scripts/build.ts";
import { refuseNpm } from "../../scripts/denort.ts";
import { BuildError } from "../../scripts/build_error.ts";
import { sha256 } from "../../scripts/denort_npm.ts";
import { elfLength } from "../../scripts/elf.ts";
import { checksumLine, compileArgs, outputPath, TARGETS } from "../../scripts/targets.ts";

const LINUX = "x86_64-unknown-linux-gnu";
const WINDOWS = "x86_64-pc-windows-msvc";

/** A file of `bytes` zeros behind a 64-bit little-endian ELF header with this section table. */
function elf(bytes: number, table: { offset: number; entrySize: number; entries: number }): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(bytes);
  data.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  const view = new DataView(data.buffer);
  view.setBigUint64(0x28, BigInt(table.offset), true);
  view.setUint16(0x3a, table.entrySize, true);
  view.setUint16(0x3c, table.entries, true);
  return data;
}

Deno.test("elfLength() is the end of the section header table", () => {
  const table = { offset: 640, entrySize: 64, entries: 3 };
  assertEquals(elfLength(elf(2000, table)), 832);
  assertEquals(elfLength(elf(832, table)), 832);
});

Deno.test("elfLength() reads a view that does not begin where its buffer does", () => {
  const file = elf(400, { offset: 100, entrySize: 64, entries: 1 });
  const moved = new Uint8Array(500);
  moved.set(file, 100);
  assertEquals(elfLength(moved.subarray(100)), 164);
});

Deno.test("elfLength() refuses a truncated file and what is no 64-bit ELF", () => {
  assertThrows(
    () => elfLength(elf(831, { offset: 640, entrySize: 64, entries: 3 })),
    RangeError,
    "its sections end at 832, the file already at 831 bytes",
  );
  assertThrows(() => elfLength(new Uint8Array(100)), TypeError, "not a 64-bit little-endian ELF file");
  assertThrows(() => elfLength(elf(64, { offset: 64, entrySize: 0, entries: 0 }).subarray(0, 63)), TypeError);
});

Deno.test("outputPath() names the target only where one was asked for", () => {
  assertEquals(outputPath(undefined, LINUX), "dist/vx11-stability");
  assertEquals(outputPath(undefined, WINDOWS), "dist/vx11-stability.exe");
  assertEquals(TARGETS.map((target) => outputPath(target, LINUX)), [
    "dist/vx11-stability-x86_64-unknown-linux-gnu",
    "dist/vx11-stability-aarch64-unknown-linux-gnu",
    "dist/vx11-stability-x86_64-apple-darwin",
    "dist/vx11-stability-aarch64-apple-darwin",
    "dist/vx11-stability-x86_64-pc-windows-msvc.exe",
  ]);
});

Deno.test("compileArgs() freezes the lock, compiles with what /proc needs, and carries the test files of demo", () => {
  assertEquals(compileArgs(undefined, "dist/x"), [
    "compile",
    "--frozen",
    "--lock",
    "dist/runtime.lock",
    "--no-code-cache",
    "--v8-flags=--max-semi-space-size=2,--heap-growing-percent=20,--expose-gc,--no-opt,--no-maglev",
    "--no-prompt",
    "--allow-all",
    "--include",
    "config/sandbox/pytest.ini",
    "--include",
    "config/sandbox/tests",
    "--exclude",
    "config/sandbox/tests/__pycache__",
    "--output",
    "dist/x",
    "main.ts",
  ]);
  assertEquals(compileArgs(WINDOWS, "x.exe").slice(-5), ["--target", WINDOWS, "--output", "x.exe", "main.ts"]);
});

Deno.test("parseOptions() takes a known target and an output, and names what it does not know", () => {
  assertEquals(parseOptions([]), {});
  assertEquals(parseOptions(["--target", LINUX, "--output=a/b"]), { target: LINUX, output: "a/b" });
  const error = assertThrows(() => parseOptions(["--target", "x86_64-linux"]), BuildError);
  for (const part of ['"x86_64-linux"', ...TARGETS]) assertStringIncludes(error.message, part);
  assertThrows(() => parseOptions(["--target"]), BuildError, 'Unknown --target ""');
  assertThrows(() => parseOptions(["--output="]), BuildError, "it is empty");
  assertThrows(() => parseOptions(["--fast"]), BuildError, 'Unknown argument "--fast"');
  assertThrows(() => parseOptions(["main.ts"]), BuildError, 'Unknown argument "main.ts"');
});

Deno.test("refuseNpm() takes npm's denort for its own release and system only, and says what to do otherwise", () => {
  assertEquals(refuseNpm(LINUX, "2.7.11"), undefined);
  assertMatch(
    refuseNpm(LINUX, "2.9.0") ?? "",
    /is of Deno 2\.7\.11 and this is Deno 2\.9\.0.*npx --yes deno@2\.7\.11 task build.*DENORT_BIN/,
  );
  assertMatch(refuseNpm(WINDOWS, "2.7.11") ?? "", /not for x86_64-pc-windows-msvc\. Next: set DENORT_BIN/);
});

Deno.test("checksumLine() is what sha256sum writes", async () => {
  const hash = await sha256(new TextEncoder().encode("abc"));
  assertEquals(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assertEquals(checksumLine(hash, "/a/dist/vx11-stability"), `${hash}  vx11-stability\n`);
  assertEquals(checksumLine(hash, "C:\\dist\\v.exe"), `${hash}  v.exe\n`);
});
