import { assertEquals } from "@std/assert";
import { roff, roffArgument, roffLines } from "../../lib/text/roff.ts";

Deno.test("roff keeps what a terminal or roff itself would show as something else", () => {
  assertEquals(roff("--a-b C:\\n 'x' `y` ~/z ^"), "\\-\\-a\\-b C:\\en \\(aqx\\(aq \\(gay\\(ga \\(ti/z \\(ha");
  assertEquals(roff("a → é 日 😀\n b"), "a \\[u2192] \\[u00E9] \\[u65E5] \\[u1F600] b");
  assertEquals(roffArgument('say "x-y"'), '"say \\(dqx\\-y\\(dq"');
});

Deno.test("roffLines breaks a text into short lines, of which none is a request", () => {
  const text = `.TH first ${"word ".repeat(14)} .SH second 'x`;
  const lines = roffLines(text);
  assertEquals(lines.length, 2);
  for (const line of lines) assertEquals(/^[.']/.test(line) || line.replace("\\&", "").length > 80, false, line);
  assertEquals(lines.join(" ").replaceAll("\\&", ""), roff(text));
  assertEquals(roffLines(""), [""]);
});
