/** Secrets as other languages print them, asked of these themselves if they are at hand. */

import { assertEquals } from "@std/assert";
import { newRedactor } from "../../lib/secrets/redactor.ts";
import { PYTHON } from "../fakes/python.ts";

const VALUES = [
  "pa ss/wö+r%d&<x>\"y'z!*(~)\\",
  "tab\tand $$ line\nend@home:1,2;3=4",
  "plainAlphanumeric123",
  "日本語 🙂 pass",
];

/** Prints each form, in JSON, of the values that it is given. */
const FORMS = `
import base64, binascii, html, json, shlex, sys, urllib.parse
from xml.sax import saxutils
def forms(value):
    yield urllib.parse.quote(value)
    yield urllib.parse.quote(value, safe="")
    yield urllib.parse.quote_plus(value)
    yield urllib.parse.urlencode({"q": value})
    yield json.dumps(value)
    yield json.dumps(value, ensure_ascii=False)
    yield json.dumps(json.dumps(value))
    yield json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False)
    yield repr(value)
    yield ascii(value)
    yield repr(value.encode())
    yield html.escape(value)
    yield html.escape(value, quote=False)
    yield saxutils.escape(value)
    yield saxutils.quoteattr(value)
    yield html.escape(value, quote=False).encode("ascii", "xmlcharrefreplace").decode()
    yield shlex.quote(value)
    yield binascii.hexlify(value.encode()).decode()
    yield base64.b64encode(value.encode()).decode()
    yield base64.urlsafe_b64encode(("user:" + value).encode()).decode()
    yield base64.encodebytes(value.encode() * 1).decode()
print(json.dumps([list(forms(value)) for value in json.load(sys.stdin)]))
`;

/** What may be left: brackets, quotes, and of base64 what others stand for, too. */
const TELLING = 14;

Deno.test("a secret is found as Python prints it, whichever way", async () => {
  const command = new Deno.Command(PYTHON, { args: ["-IS", "-c", FORMS], stdin: "piped", stdout: "piped" }).spawn();
  const writer = command.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(VALUES)));
  await writer.close();
  const { stdout } = await command.output();
  const all: string[][] = JSON.parse(new TextDecoder().decode(stdout));
  for (const [nr, forms] of all.entries()) {
    const redactor = newRedactor([{ name: "PW", values: [VALUES[nr] ?? ""] }]);
    for (const form of forms) {
      const left = redactor.text(`<${form}>.`).replaceAll("[secret PW]", "");
      assertEquals(left.length <= TELLING, true, `of ${form} is left ${left}`);
    }
  }
});

Deno.test("a secret is found as JavaScript, Go, Java and PHP print it", () => {
  const value = "a b/c+d&<e>'f~*!(g)é";
  const redactor = newRedactor([{ name: "PW", values: [value] }]);
  const printed = {
    "encodeURIComponent": encodeURIComponent(value),
    "encodeURIComponent twice": encodeURIComponent(encodeURIComponent(value)),
    "encodeURI": encodeURI(value),
    "URLSearchParams": new URLSearchParams({ q: value }).toString().slice(2),
    "JSON.stringify in JSON.stringify": JSON.stringify(JSON.stringify(value)),
    "Go's url.QueryEscape": "a+b%2Fc%2Bd%26%3Ce%3E%27f~%2A%21%28g%29%C3%A9",
    "Go's url.PathEscape": "a%20b%2Fc+d&%3Ce%3E%27f~%2A%21%28g%29%C3%A9",
    "Go's json.Marshal": "a b/c+d\\u0026\\u003ce\\u003e'f~*!(g)é",
    "Go's html.EscapeString": "a b/c+d&amp;&lt;e&gt;&#39;f~*!(g)é",
    "Java's URLEncoder": "a+b%2Fc%2Bd%26%3Ce%3E%27f%7E*%21%28g%29%C3%A9",
    "PHP's json_encode": "a b\\/c+d&<e>'f~*!(g)\\u00e9",
    "numeric entities": "a b/c+d&#38;&#60;e&#62;&#39;f~*!(g)&#233;",
  };
  for (const [how, form] of Object.entries(printed)) {
    const left = redactor.text(`<${form}>`).replaceAll("[secret PW]", "");
    assertEquals(left.length <= TELLING, true, `${how}: of ${form} is left ${left}`);
  }
});
