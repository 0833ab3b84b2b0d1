import { assertEquals } from "@std/assert";
import { builtinModules } from "../../lib/modules.ts";
import { assignTests, searchesFor } from "../../lib/tests/pytest/discover.ts";
import { nearMiss } from "../../lib/tests/pytest/near_miss.ts";

const SWITCH = ["test_switch.py", "test_switch_*.py"];

for (
  const [files, near] of [
    [["test_gateway.py", "test_swich_api.py"], "test_swich_api.py"],
    [["api/switch_test.py"], "api/switch_test.py"],
    [["test-switch-api.py"], "test-switch-api.py"],
    [["tests_switch_a.py"], "tests_switch_a.py"],
    [["Test_Swtich_a.py"], "Test_Swtich_a.py"],
    [["test_gateway.py", "conftest.py", "README.md", "test_switch_a.txt"], undefined],
    [[], undefined],
  ] as const
) {
  Deno.test(`nearMiss() of ${files.join(", ") || "no file"}`, () => assertEquals(nearMiss(SWITCH, files), near));
}

Deno.test("searchesFor() says of each module without a file how it was looked for one, and gives away no other's file", () => {
  const modules = builtinModules();
  const files = ["test_hermes_a.py", "test_swich_a.py"];
  const searches = searchesFor(assignTests(files, modules), modules, { dir: "/t", files });
  assertEquals([searches.has("hermes"), searches.get("switch")?.nearest], [false, "test_swich_a.py"]);
  assertEquals(searches.get("mcp"), { patterns: modules.get("mcp")?.tests ?? [], dir: "/t", files: 2, nearest: null });
  assertEquals(searchesFor(new Map(), modules, { dir: "/t", files: null }).get("mcp")?.files, null);
});
