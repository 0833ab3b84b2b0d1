/**
 * Inputs that took minutes once, because a parser looked at all that follows from each place again. Nobody times them: whoever
 * does so again does not come to the end.
 */

import { assertEquals } from "@std/assert";
import { readEndpoint } from "../../lib/review/endpoint.ts";
import { checkPage } from "../../lib/engine/check_page.ts";
import { homesOf } from "../../lib/engine/compose/project.ts";
import { TOOLS } from "../../lib/engine/compose/exec/tools.ts";
import { HttpAnswers } from "../../lib/engine/compose/api/http_answers.ts";
import { redactInspect } from "../../lib/engine/redact.ts";
import { secretsIn } from "../../lib/secrets/secrets.ts";
import { wholeLines } from "../../lib/host/capture.ts";
import { readJunit } from "../../lib/tests/pytest/outcome.ts";
import { readWitness } from "../../lib/tests/pytest/witness.ts";
import { quoted } from "../../lib/review/quoted.ts";
import { fakeHost } from "../fakes/host.ts";

const N = 1_000_000;
const ENDED = { code: 0, signal: null, stdout: "", timedOut: false, durationMs: 1, limitMs: 1, starvedMs: 0 };

Deno.test("a quotation of nothing but brackets, of definitions without end, and of a hundred thousand fences", () => {
  assertEquals(quoted("[".repeat(N)).length, N + 2);
  assertEquals(quoted("[a]:".repeat(N / 4)).length, N + 2 + N / 4);
  assertEquals(quoted("~~~\n" + "`\n".repeat(N / 2)).slice(0, 12), "> ```text\n> ");
});

Deno.test("a health check of one word, of variables without end, and of brackets behind an address", () => {
  const context = { names: [], env: [`A=${"a".repeat(N)}`] };
  for (
    const text of [`${"a".repeat(N)}$`, "${a-".repeat(N / 4), "$A".repeat(N / 2), `http://localhost/${"]".repeat(N)}a`]
  ) {
    checkPage(["CMD-SHELL", text], context);
    checkPage(["CMD", text], context);
  }
  // What is behind an address in reach is not in the way of it.
  assertEquals(checkPage(["CMD-SHELL", `curl localhost:80/a ${"b".repeat(N)}$`], context), { port: 80, path: "/a" });
});

Deno.test("an environment file of empty lines and of white space", async () => {
  const homes = (text: string) =>
    homesOf(fakeHost({ files: { "/p/.env": text } }), { projectDir: "/p", composeFiles: [], env: {} });
  assertEquals(await homes(`${"\n".repeat(N)}COMPOSE_FILE=a/b`), ["/p", "/p/a"]);
  assertEquals((await homes(`COMPOSE_FILE=a/${" ".repeat(N)}b`)).length, 2);
});

Deno.test("what wget prints, of empty lines", () => {
  const wget = TOOLS.find(({ name }) => name === "wget");
  const stderr = `${"\n".repeat(N)}  HTTP/1.1 200 OK\n`;
  assertEquals(wget?.read({ ...ENDED, stderr }, "http://a/").status, 200);
});

Deno.test("tokens and addresses that nearly are some, in an environment and in what is inspected", () => {
  assertEquals(secretsIn([["A", "eyJ-".repeat(N / 4)], ["B", "a".repeat(N)]]), []);
  assertEquals(redactInspect(JSON.stringify("a.".repeat(N / 2))).length, N + 3);
});

Deno.test("an endpoint's address of slashes", () => {
  const { url } = readEndpoint({ env: () => undefined }, `http://localhost/${"/".repeat(N)}a?#`) ?? {};
  assertEquals(url?.slice(-19), "/a/chat/completions");
});

Deno.test("pytest's XML of suites without an end, and of reasons without one", async () => {
  assertEquals((await readJunit("<testsuite ".repeat(N / 11), () => Promise.resolve(), "test_x.py")).counts, null);
  const text = `${", &quot;Skipped: ".repeat(N / 17)}')`;
  const skipped = `<testcase name="a"><skipped message="collection skipped">${text}</skipped></testcase>`;
  assertEquals((await readJunit(skipped, () => Promise.resolve(), "test_x.py")).skipReason, "collection skipped");
});

Deno.test("pytest's witness of as many children as of their ends", () => {
  const went = Array.from({ length: N / 5 }, (_, pid) => `{"kind":"went_on","pid":${pid}}\n`).join("");
  const ended = '{"kind":"ended","collected":1,"ran":1,"left":[],"own":true,"failed":0,"status":0,"pid":';
  const ends = Array.from({ length: N / 5 }, (_, pid) => `${ended}${N / 5 - 1 - pid}}\n`).join("");
  assertEquals(readWitness(`{"kind":"begun","pid":0}\n${went}${ends}`).unfinished, null);
});

/** Small pieces of one that is long, of which none is held beside the others. */
function small(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return ReadableStream.from((function* () {
    for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
  })());
}

Deno.test("a body and a line that come in a hundred thousand pieces", async () => {
  const answers = new HttpAnswers(small(`HTTP/1.1 200 OK\r\nContent-Length: ${10 * N}\r\n\r\n${"a".repeat(10 * N)}`));
  assertEquals((await answers.next()).text.length, 10 * N);
  await answers.close();
  const lines = await Array.fromAsync(wholeLines(small(`${"a".repeat(10 * N)}\nb`)));
  assertEquals(lines.map(({ length }) => length), [10 * N]);
});
