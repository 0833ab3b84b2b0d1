/** What looks like a secret in a service's environment is in nothing that a run writes or says, though the service prints it. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import { integrationTest } from "./environment.ts";
import { Sandbox } from "./sandbox.ts";

/** As overlays/prints_secret.yml has them. */
const SECRETS = ["tok-5f2a99d1c0ffee", "pa55-w0rd-x"];

const PRINTING = `def test_that_prints_a_secret():
    assert "${SECRETS[0]}" == ""
`;

integrationTest("a key that a container prints, and that a test compares, is in no file and in no output", async () => {
  await using sandbox = await Sandbox.create({
    overlay: "prints_secret",
    tests: (name) => name.startsWith("test_shub"),
    moreTests: { "test_shub_key.py": PRINTING },
  });
  const { auditDir = "", code, stderr, stdout } = await sandbox.run(["--modules", "switch,shubniggurath"]);
  assertEquals(code, 1);
  const texts = new Map([["stdout", stdout], ["stderr", stderr]]);
  for await (const { path } of walk(auditDir, { includeDirs: false })) texts.set(path, await Deno.readTextFile(path));
  const found = [...texts].filter(([, text]) => SECRETS.some((secret) => text.includes(secret))).map(([name]) => name);
  assertEquals(found, []);
  const all = [...texts.values()].join("\n");
  for (const name of ["API_TOKEN", "DATABASE_URL"]) assertStringIncludes(all, `[secret ${name}]`);
});
