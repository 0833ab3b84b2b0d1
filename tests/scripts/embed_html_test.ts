import { assertEquals } from "@std/assert";
import { PAGE_CSS, PAGE_JS, UPLOT_CSS, UPLOT_JS } from "../../lib/report/html/embedded.ts";
import { EMBEDDED, embedded } from "../../scripts/embed_html.ts";

Deno.test("embedded.ts is what the pinned uPlot and lib/report/html/page make", async () => {
  const text = await Deno.readTextFile(EMBEDDED);
  assertEquals(text === await embedded(), true, "run scripts/deno run -A scripts/embed_html.ts");
});

Deno.test("each embedded text has its own hash", async () => {
  for (const { hash, text } of [PAGE_CSS, PAGE_JS, UPLOT_CSS, UPLOT_JS]) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    assertEquals(hash, `sha256-${new Uint8Array(digest).toBase64()}`);
  }
});

Deno.test("nothing in the page's own script and style asks for anything from elsewhere", () => {
  const asking = /\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|@import|url\(|\bimport\(|localStorage|document\.cookie/;
  for (const { text } of [PAGE_CSS, PAGE_JS]) assertEquals(asking.exec(text), null);
});
