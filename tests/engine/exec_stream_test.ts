import { assertEquals, assertThrows } from "@std/assert";
import { NoStream } from "../../lib/engine/compose/exec/frames.ts";
import { ExecStream } from "../../lib/engine/compose/exec/stream.ts";
import { joinBytes } from "../../lib/text/bytes.ts";
import { piece } from "../fakes/engine_socket.ts";

Deno.test("both streams come apart, wherever the bytes are cut", () => {
  const bytes = joinBytes([piece(1, "out ✓\n"), piece(2, ""), piece(2, "err\n"), piece(1, "more\n")]);
  for (let size = 1; size <= bytes.length; size++) {
    const stream = new ExecStream();
    for (let at = 0; at < bytes.length; at += size) stream.add(bytes.subarray(at, at + size));
    assertEquals([stream.stdout, stream.stderr], ["out ✓\nmore\n", "err\n"]);
  }
});

Deno.test("of a long output the first and the last is kept, and the cut is said", () => {
  const stream = new ExecStream();
  const lines = piece(1, "0123456789\n".repeat(1000));
  for (let times = 0; times < 300; times++) stream.add(lines);
  stream.add(piece(1, "the end\n"));
  assertEquals(stream.stdout.length < 1.2 * 2 ** 20, true);
  assertEquals(stream.stdout.startsWith("0123456789\n0123456789\n"), true);
  assertEquals(stream.stdout.endsWith("0123456789\nthe end\n"), true);
  assertEquals(/\[cut here: of 3300008 bytes the first 1048576 are kept/.test(stream.stdout), true);
});

Deno.test("bytes of anything else are refused", () => {
  assertThrows(() => new ExecStream().add(new TextEncoder().encode("plain text")), NoStream);
  assertThrows(() => new ExecStream().add(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 1)), NoStream);
  assertThrows(() => new ExecStream().add(Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 1)), NoStream);
});
