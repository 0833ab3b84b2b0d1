import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { dataScript, element, fileLink, markup, namesLink, preformatted } from "../../lib/report/html/escape.ts";

Deno.test("markup escapes values, lets pieces stand, and joins lists", () => {
  const items = ["<b>", "&amp;", `"'`].map((text) => markup`<li title="${text}">${text}</li>`);
  assertEquals(
    `${markup`<ul>${items}</ul>${3}`}`,
    '<ul><li title="&lt;b&gt;">&lt;b&gt;</li><li title="&amp;amp;">&amp;amp;</li>' +
      '<li title="&quot;&#39;">&quot;&#39;</li></ul>3',
  );
});

Deno.test("markup shows what is invisible as an escape", () => {
  const hostile = "\0\x1b[31m\u202egnp.exe\u2028\ud800\x85\ufeff\r\n\uffff";
  assertEquals(`${markup`${hostile}`}`, "\\x00\\x1b[31m\\u202egnp.exe\\u2028\\ud800\\x85\\ufeff\\r\\n\\uffff");
});

Deno.test("markup bounds a line of 10 MB, and cuts no character in two", () => {
  const long = `${markup`${"😀".repeat(5e6)}`}`;
  assertEquals(long, "😀".repeat(1999) + "…");
});

Deno.test("preformatted() keeps lines and tabs, and bounds each line", () => {
  const text = `${preformatted(["a\tb", "</pre><script>", "x".repeat(1e7), "one\r\ntwo"])}`;
  assertEquals(text.split("\n"), [
    "a    b",
    "&lt;/pre&gt;&lt;script&gt;",
    "x".repeat(1999) + "…",
    "one",
    "two",
  ]);
});

Deno.test("dataScript() leaves nothing that ends the element, and parses to the same value", () => {
  const value = { a: "</script><!--<script>", b: ["\u2028\0\ud800\uffff", 1.5, null] };
  const text = `${dataScript("id", value)}`;
  const inner = text.slice(text.indexOf(">") + 1, text.lastIndexOf("<"));
  assertEquals(inner.includes("<"), false);
  assertEquals(JSON.parse(inner), value);
});

Deno.test("element() refuses text that would end it", () => {
  assertThrows(() => element("script", "a </script> b"), RangeError, "must not hold");
  assertStringIncludes(`${element("style", "a { b: c }")}`, "<style>a { b: c }</style>");
});

Deno.test("fileLink() leads below the audit dir, or nowhere", () => {
  assertEquals(fileLink("raw/a_b.log"), "raw/a_b.log");
  assertEquals(fileLink('raw/"><script>.log'), "raw/%22%3E%3Cscript%3E.log");
  assertEquals(fileLink("javascript:alert(1)"), "javascript%3Aalert(1)");
  for (const path of ["../x", "/etc/passwd", "raw//x", "./x", "", "raw/\ud800"]) assertEquals(fileLink(path), null);
});

Deno.test("namesLink() stays below its folder, whatever the names are", () => {
  assertEquals(namesLink("a b", "REPORT.md"), "./a%20b/REPORT.md");
  assertEquals(namesLink("javascript:alert(1)", "/../x"), "./javascript%3Aalert(1)/%2F..%2Fx");
  assertEquals(namesLink("\ud800", '"><script>'), "./%EF%BF%BD/%22%3E%3Cscript%3E");
});
