/** Each form of each kind of secret, as the campaign makes them, is found in text and streams, and in what others make of those. */

import { assertEquals } from "@std/assert";
import { newRedactor } from "../../lib/secrets/redactor.ts";
import { secretsIn } from "../../lib/secrets/secrets.ts";
import { Finder, readings, tagOf } from "../../scripts/canaries/find.ts";
import { plantings } from "../../scripts/canaries/forms.ts";
import { canaries, KIND_NAMES } from "../../scripts/canaries/values.ts";
import { PYTHON } from "../fakes/python.ts";
import { random } from "../fakes/random.ts";

const CANARIES = canaries(KIND_NAMES.length, random(5));
const PLANTINGS = await plantings(CANARIES, PYTHON);
const REDACTOR = newRedactor(secretsIn(CANARIES.map(({ name, variable }) => [name, variable])));
const FINDER = new Finder(PLANTINGS);
const LINES = PLANTINGS.map((each) => tagOf(0, each) + each.pieces.join(""));

function leaks(texts: readonly string[]): string[] {
  return texts.flatMap((text) => FINDER.leaks("", text)).map(({ canary, form, text }) =>
    `${CANARIES[canary]?.kind}, ${PLANTINGS.find((each) => each.form === form)?.name}: ${text}`
  );
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** As pytest has a parameter's value in a test's name: Python's `unicode_escape`. */
function pytestId(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")
    .replaceAll(
      /\P{ASCII}/gv,
      (char) => {
        const hex = (char.codePointAt(0) ?? 0).toString(16);
        return hex.length <= 2
          ? `\\x${hex.padStart(2, "0")}`
          : hex.length <= 4
          ? `\\u${hex.padStart(4, "0")}`
          : `\\U${hex.padStart(8, "0")}`;
      },
    );
}

/** What a reader of the name makes of it: the doubled backslashes single. */
function read(text: string): string {
  return text.replaceAll("\\\\", "\\");
}

/** As Docker's log has one before each line. */
const STAMP = "2026-11-30T11:23:00.904149270Z ";

const AROUND: Readonly<Record<string, (line: string) => string>> = {
  "as it is": (line) => line,
  "in the text of XML": xml,
  "in an attribute of XML": (line) => xml(line).replaceAll('"', "&quot;").replaceAll("\n", "&#10;"),
  "in an attribute as Python's ElementTree writes it": (line) =>
    xml(line).replaceAll('"', "&quot;").replaceAll("\r", "&#13;").replaceAll("\n", "&#10;").replaceAll("\t", "&#09;"),
  "in the name of a test": pytestId,
  "in JSON": (line) => JSON.stringify(line),
  "with a time stamp before each line": (line) => STAMP + line.replaceAll("\n", `\n${STAMP}`),
  "with pytest's margin": (line) => `E   ${line.replaceAll("\n", "\nE   ")}\nE`,
};
for (const [where, around] of Object.entries(AROUND)) {
  Deno.test(`a secret is found in every form, ${where}`, () => {
    const cleaned = LINES.map((line) => `${REDACTOR.text(`${around(line)} end`)}`);
    assertEquals(leaks(cleaned.flatMap((line) => [line, read(line), ...readings(line)])), []);
  });
}

Deno.test("a secret is found in every form in a stream that is cut within it", async () => {
  const chunks = PLANTINGS.flatMap((each) => [tagOf(0, each), ...each.pieces, "\n"]).flatMap((piece, nr) =>
    // Docker's log cuts anywhere, also within the time stamps.
    nr % 3 === 0 ? piece.replaceAll("\n", `\n${STAMP}`).split(/(?<=\n2026-1)/) : [piece]
  );
  const stream = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
  const cleaned = REDACTOR.stream(stream as ReadableStream<Uint8Array>);
  assertEquals(leaks([await new Response(cleaned as ReadableStream<Uint8Array<ArrayBuffer>>).text()]), []);
});

Deno.test("without a redactor every form of every secret is found by the finder", () => {
  const isMissed = (line: string | undefined) => FINDER.leaks("", line?.slice(0, 2000) ?? "").length === 0;
  const missed = PLANTINGS.filter((_, nr) => isMissed(LINES[nr])).map(({ canary, name }) =>
    `${CANARIES[canary]?.kind}, ${name}`
  );
  assertEquals(missed, []);
});

Deno.test("what only resembles a secret stays: other signs, other lines, its end without an ellipsis", () => {
  const redactor = newRedactor([{ name: "K", values: ["hunter2-pass word&more"] }]);
  const texts = [
    "hunter2-pass",
    "hunter2-pass\nother",
    "hunter2-pass&amp;more",
    "word&more and hunter2",
    "hunter2-pass wor...",
    "...d&more",
    "\\\\\\&&&%%%+++ ... \\n\\n",
  ];
  assertEquals(texts.map((text) => `${redactor.text(`${text} end`)}`), [
    ...texts.slice(0, 4).map((text) => `${text} end`),
    "[secret K]... end",
    "...[secret K] end",
    `${texts[6]} end`,
  ]);
});
