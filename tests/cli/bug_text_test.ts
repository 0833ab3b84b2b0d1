import { assertEquals, assertStringIncludes } from "@std/assert";
import { bugText } from "../../lib/cli/bug_text.ts";

const VALUE = "s3cr3t-".repeat(8000);

Deno.test("bugText() tells where it happened, and no secret", () => {
  const host = { environment: () => ({ SIGNING_KEY: VALUE }), hostname: () => "lab1" };
  const text = bugText(host, new SyntaxError(`Invalid regular expression: /${VALUE}/`));
  assertEquals(text.includes("s3cr3t-"), false);
  assertStringIncludes(text, "SyntaxError: Invalid regular expression: /[secret SIGNING_KEY]/");
  assertStringIncludes(text, "bug_text_test.ts");
});

Deno.test("bugText() tells no message if the secrets cannot be found", () => {
  const host = {
    environment: () => {
      throw new Error("not to be had");
    },
    hostname: () => "lab1",
  };
  const text = bugText(host, new TypeError(VALUE));
  assertEquals(text.includes("s3cr3t-"), false);
  assertStringIncludes(text, "TypeError\n");
  assertStringIncludes(text, "bug_text_test.ts");
});
