import { assertEquals, assertThrows } from "@std/assert";
import { NoHeaders, packed, unpacked } from "../../lib/health/grpc/hpack.ts";
import { huffmanDecoded } from "../../lib/health/grpc/huffman.ts";

function text(hex: string): string | null {
  const bytes = huffmanDecoded(Uint8Array.fromHex(hex));
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

Deno.test("huffmanDecoded() gives the texts of RFC 7541, appendix C", () => {
  assertEquals(text("f1e3c2e5f23a6ba0ab90f4ff"), "www.example.com");
  assertEquals(text("a8eb10649cbf"), "no-cache");
  assertEquals(text("d07abe941054d444a8200595040b8166e082a62d1bff"), "Mon, 21 Oct 2013 20:13:21 GMT");
  const cookie = "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007";
  assertEquals(text(cookie), "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
});

Deno.test("huffmanDecoded() takes no code with a long end, an end of other bits, or EOS", () => {
  assertEquals(text(""), "");
  for (const hex of ["ff", "f1e3c2e5f23a6ba0ab90f4ffff", "1e", "fffffffc", "ffffffff"]) assertEquals(text(hex), null);
});

Deno.test("unpacked() reads an answer of RFC 7541, C.6.1, as far as its names matter here", () => {
  const block =
    "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3";
  assertEquals(unpacked(Uint8Array.fromHex(block)), [
    [":status", "302"],
    ["", "private"],
    ["", "Mon, 21 Oct 2013 20:13:21 GMT"],
    ["", "https://www.example.com"],
  ]);
});

Deno.test("unpacked() reads entries of the static table, and a table that becomes empty first", () => {
  // As after a setting of 0: the size, then `:status: 200`, and a content type of its own.
  assertEquals(unpacked(Uint8Array.fromHex("20885f0361622f0f100161")), [
    [":status", "200"],
    ["content-type", "ab/"],
    ["content-type", "a"],
  ]);
});

Deno.test("unpacked() gives back what packed() was given, also long texts", () => {
  const headers: [string, string][] = [["te", "trailers"], ["x", ""], ["long", "ü".repeat(5000)], [
    "edge",
    "y".repeat(127),
  ]];
  assertEquals(unpacked(packed(headers)), headers);
});

for (
  const [what, hex] of [
    ["an entry of the table that stays empty", "be"],
    ["entry 0", "80"],
    ["a text that is cut short", "00026161"],
    ["a number that is cut short", "00ff"],
    ["a number without an end", "007fffffffffffff"],
    ["a text that is packed wrongly", "0081ff0161"],
  ] as const
) {
  Deno.test(`unpacked() takes ${what} for no headers`, () => {
    assertThrows(() => unpacked(Uint8Array.fromHex(hex)), NoHeaders);
  });
}
