import { assert, assertEquals } from "@std/assert";
import { columns, fit } from "../../lib/report/text/fit.ts";

const WIDTHS: [text: string, width: number][] = [
  ["", 0],
  ["switch", 6],
  ["日本語", 6],
  ["한글", 4],
  ["ＡＢ", 4],
  ["e\u0301", 1],
  ["✅", 2],
  ["⚠️", 2],
  ["🇪🇸", 2],
  ["👍🏽", 2],
  ["🫨", 2],
  ["…", 1],
];

Deno.test("columns() is what a terminal takes", () => {
  for (const [text, width] of WIDTHS) assertEquals(columns(text), width, text);
});

Deno.test("fit() leaves what fits, and cuts the rest with an ellipsis in the last column", () => {
  assertEquals(fit("switch", 6), "switch");
  assertEquals(fit("switch", 5), "swit…");
  assertEquals(fit("switch", 1), "…");
  assertEquals([fit("switch", 0), fit("switch", -3), fit("", 0)], ["", "", ""]);
  assertEquals(fit("ab cdef", 4), "ab…");
});

Deno.test("fit() cuts no wide character, accent or emoji in two", () => {
  assertEquals(fit("日本語", 5), "日本…");
  assertEquals(fit("日本語", 4), "日…");
  assertEquals(fit("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  assertEquals(fit("👍🏽👍🏽👍🏽", 4), "👍🏽…");
});

Deno.test("fit() keeps to the width whatever comes, and shows no control character", () => {
  const hostile = "\x1b[2J\x1b]0;title\x07日本\u202eabc👨\u200d👩\u200d👧\ttext ⚠️";
  for (let width = 0; width < 80; width++) {
    const shown = fit(hostile, width);
    assert(columns(shown) <= width, `${width}: ${shown}`);
    assert(!/[\p{Cc}\p{Cf}]/u.test(shown), shown);
  }
});
