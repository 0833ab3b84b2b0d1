/** How .ci/run counts the tests of a step: one that is ignored fails the run, unless .ci/ignored names it. */

import { assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { join } from "@std/path";

const ROOT = join(import.meta.dirname ?? ".", "../..");
const NAMED = "summaryText() colours only when asked";

const TESTS = `
Deno.test("one", () => console.log("out"));
Deno.test({ name: "${NAMED}", ignore: true, fn() {} });
Deno.test({ name: "${NAMED} [skipped: no colour]", ignore: true, fn() {} });
`;
const HIDDEN = `
Deno.test({ name: "named nowhere", ignore: true, fn() {} });
Deno.test({ name: "${NAMED}, or ... ignored (1s)", ignore: true, fn() {} });
Deno.test({ name: "nor here [skipped: no Docker]", ignore: true, fn() {} });
Deno.test("with a step", (t) => t.step({ name: "inside", ignore: true, fn() {} }).then(() => {}));
`;

/** Runs test files as a step of .ci/run does, and gives what it counts and what it says of ignored tests. */
async function counted(texts: string[], ...options: string[]): Promise<{ counts: string; said: string[] }> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-ci-" });
  try {
    for (const [nr, text] of texts.entries()) await Deno.writeTextFile(`${dir}/${nr}_test.ts`, text);
    const script = 'set -u -o pipefail; WORK=$1; shift; passed=0 failed=0 summary=(); eval "$(sed -n ' +
      '\'/^\\(step\\|tests\\|hidden\\)() {$/,/^}$/p\' .ci/run)"; tests some "$@"; echo "$passed passed, $failed failed"';
    const test = [Deno.execPath(), "test", "--no-config", "--no-lock", "--no-check", ...options, dir];
    const { stderr, stdout } = await new Deno.Command("bash", {
      args: ["-c", script, "bash", dir, ...test],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim().split("\n"));
    const start = "Ignored, and not named in .ci/ignored: ";
    return {
      counts: out?.at(-1) ?? "",
      said: (err ?? []).filter((line) => line.startsWith(start)).map((line) => line.slice(start.length).trim()).sort(),
    };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

for (const options of [[], ["--parallel"]]) {
  const how = options.join("") || "one file after the other";

  Deno.test(`a step of .ci/run passes with ignored tests that .ci/ignored names: ${how}`, async () => {
    assertEquals(await counted([TESTS], ...options), { counts: "1 passed, 0 failed", said: [] });
  });

  Deno.test(`a step of .ci/run fails with each ignored test that .ci/ignored does not name: ${how}`, async () => {
    const { counts, said } = await counted([TESTS, HIDDEN], ...options);
    assertEquals(counts, "2 passed, 4 failed");
    const inside = options.length === 0 ? "inside" : "with a step ... inside";
    assertEquals(said, ["named nowhere", "nor here", `${NAMED}, or ... ignored (1s)`, inside].sort());
  });
}

Deno.test("each name in .ci/ignored is that of a test, and has a reason", async () => {
  let sources = "";
  for await (const { path } of walk(join(ROOT, "tests"), { includeDirs: false })) {
    if (path.endsWith("_test.ts")) sources += (await Deno.readTextFile(path)).replaceAll(/\$\{[^{}]*\}/g, "\0");
  }
  const lines = (await Deno.readTextFile(join(ROOT, ".ci/ignored"))).trim().split("\n");
  for (const line of lines.filter((line) => !line.startsWith("#"))) {
    const [name = "", why = ""] = line.split(" # ");
    // A name may have one word that the test fills in.
    const names = [name, ...name.split(" ").map((word) => name.replace(word, "\0"))];
    assertEquals([names.some((each) => sources.includes(each)), why !== ""], [true, true], line);
  }
});
