/** What is sent is bounded, failures first, and holds nothing that looks like a secret. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { reportOf } from "../../lib/report/json/json.ts";
import { pack } from "../../lib/review/pack.ts";
import { utf8Length } from "../../lib/text/bytes.ts";
import { MOST_BYTES, requestBody, requestMessages, textBytes } from "../../lib/review/request.ts";
import { scrubbed } from "../../lib/review/scrub.ts";
import type { Report, ReportModule } from "../../lib/report/value/report.ts";
import { random } from "../fakes/random.ts";
import { failingRun } from "../fakes/records.ts";

const failing: Report = reportOf(failingRun());

async function sent(report: Report): Promise<string> {
  const dependsOn = Object.fromEntries(report.modules_tested.map((name) => [name, ["baseline"]]));
  const messages = await requestMessages({ report, dependsOn }, scrubbed);
  assert(textBytes(messages) <= MOST_BYTES, `${textBytes(messages)} bytes`);
  return messages.map(({ content }) => content).join("\n");
}

Deno.test("requestMessages() tells of a record with its failures first", async () => {
  const text = await sent(failing);
  const order = [...text.matchAll(/^Module (\S+): (\w+)/gm)].map(([_, _name, status]) => status);
  assertEquals(
    order,
    order.toSorted((a, b) => "FAIL WARN PASS SKIP".indexOf(a ?? "") - "FAIL WARN PASS SKIP".indexOf(b ?? "")),
  );
  assertEquals(order.length, failing.modules_tested.length);
  assertMatch(text, /^Module \S+: FAIL\n {2}depends on: baseline\n {2}fail \w+: .+\n/m);
});

/** Everything as long and as odd as it may be. */
function huge(module: ReportModule, at: number): ReportModule {
  const long = '\x1b[1m🔥"</script>'.repeat(300);
  const containers = Object.values(module.metrics).map((container, each): [string, typeof container] => [
    `container-${at}-${each}-${long}`,
    { ...container, log: { path: "raw/x", tail: Array.from({ length: 40 }, () => long) } },
  ]);
  const reasons = Array.from(
    { length: 50 },
    () => ({ code: "exited" as const, level: "fail" as const, text: long, service: null }),
  );
  return { ...module, name: `m${at}`, status: "FAIL", reasons, metrics: Object.fromEntries(containers), skipped: long };
}

Deno.test("requestMessages() sends at most 24 KiB, however much there is, and names what it left out", async () => {
  const [one] = [...failing.modules.values()].filter(({ metrics }) => Object.keys(metrics).length > 0);
  assert(one !== undefined);
  const modules = new Map(Array.from({ length: 100 }, (_, at) => [`m${at}`, huge(one, at)]));
  const text = await sent({ ...failing, modules, notices: Array.from({ length: 500 }, () => "n".repeat(5000)) });
  assertMatch(text, /\nLeft out for length: m\d+, .* and \d+ more\n/);
  assertStringIncludes(text, "Module m0: FAIL");
  assert(!text.includes("\x1b"));
});

Deno.test("requestMessages() says of the same record the same, which JSON can carry", async () => {
  const told = { report: failing, dependsOn: null };
  const [first, again] = await Promise.all([requestMessages(told, scrubbed), requestMessages(told, scrubbed)]);
  assertEquals(first, again);
  assertEquals(JSON.parse(requestBody("m", first)).messages, first);
});

Deno.test("pack() keeps to its bytes, whole parts in their order", () => {
  const next = random(5);
  for (let round = 0; round < 500; round++) {
    const parts = Array.from({ length: 12 }, (_, at) => ({
      name: `näme-${at}-${"🔥".repeat(Math.floor(next() * 30))}`,
      text: `${["a", "é", "🔥\n", "line\n"][Math.floor(next() * 4)]}`.repeat(Math.floor(next() * 400)),
    }));
    const max = 400 + Math.floor(next() * 4000);
    const packed = pack(parts, max);
    assert(utf8Length(packed) <= max, `${utf8Length(packed)} of ${max}`);
    assert(packed.isWellFormed());
  }
  assertEquals(
    pack([{ name: "a", text: "one" }, { name: "b", text: "" }, { name: "c", text: "two" }], 1000),
    "one\n\ntwo",
  );
});

const SECRETS: [string, string][] = [
  ["password=hunter2 next", "password=[blanked] next"],
  ['{"db_password": "a b c", "x": 1}', '{"db_password": [blanked], "x": 1}'],
  ["API_KEY='k 1'; x", "API_KEY=[blanked]; x"],
  ["Authorization: Bearer abc.def-ghi", "Authorization: Bearer [blanked]"],
  ["postgres://u:p@db/x", "postgres://***@db/x"],
  ["token ghp_0123456789abcdef is", "token [blanked] is"],
  ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln.", "jwt [blanked]"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nrest", "[blanked]\nrest"],
  ["-----BEGIN PRIVATE KEY-----\nMIIE cut", "[blanked]"],
  ["id AbCdEfGh1234567890AbCdEfGh1234567890", "id [blanked]"],
];
for (const [text, left] of SECRETS) {
  Deno.test(`scrubbed() blanks ${JSON.stringify(text)}`, () => assertEquals(scrubbed(text), left));
}

Deno.test("scrubbed() leaves alone what is no secret", () => {
  const texts = [
    "GET /health 200 in 3 ms",
    "container 4f1c9ad0be7c1d4ae3e4b0b86fe6c9c09f6b4cb6d0ab6be0c4a4de4a8a9f4f1c exited with 137",
    "tests/test_switch_tokens.py::test_keys PASSED",
    "http://127.0.0.1:8001/health answered 503",
    "see docs/audit/vx11_stability_20261124T231417Z/raw/switch_switch.log",
  ];
  assertEquals(texts.map(scrubbed), texts);
});

Deno.test("scrubbed() takes no longer for text that is made to be slow", () => {
  const texts = ["token", "a.", "a://", "=-Aa1", "-----BEGIN PRIVATE KEY-----", "token ", "bearer ", "x@"];
  for (const text of texts) {
    const began = performance.now();
    scrubbed(text.repeat(100_000));
    assert(performance.now() - began < 2000, `${text}: ${performance.now() - began} ms`);
  }
});
