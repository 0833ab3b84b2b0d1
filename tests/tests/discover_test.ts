import { assertEquals } from "@std/assert";
import type { ModuleMap, ModuleSpec } from "../../lib/model/module.ts";
import { MODULES } from "../../lib/modules.ts";
import { assignTests, searchesFor, unclaimedText } from "../../lib/tests/pytest/discover.ts";

function mapOf(patterns: Record<string, string[]>): ModuleMap {
  const rest = { description: "", services: [], dependsOn: [], health: [], optional: false };
  return new Map(Object.entries(patterns).map(([name, tests]): [string, ModuleSpec] => [name, { ...rest, tests }]));
}

function assigned(files: string[], map: ModuleMap): Record<string, string[]> {
  return Object.fromEntries([...assignTests(files, map)].filter(([_, own]) => own.length > 0));
}

Deno.test("assignTests() gives a file to the module with the longest pattern that matches", () => {
  const files = ["test_operator_api.py", "test_operator_frontend_page.py", "test_switch_x.py", "test_shub.py"];
  assertEquals(assigned(files, new Map(Object.entries(MODULES))), {
    "operator-backend": ["test_operator_api.py"],
    "operator-frontend": ["test_operator_frontend_page.py"],
    "switch": ["test_switch_x.py"],
    "shubniggurath": ["test_shub.py"],
  });
});

Deno.test("assignTests() decides by length alone, not by the order of the map", () => {
  const files = ["test_ab_c.py"];
  assertEquals(assigned(files, mapOf({ long: ["test_ab_*.py"], short: ["test_*.py"] })), { long: files });
  assertEquals(assigned(files, mapOf({ short: ["test_*.py"], long: ["test_ab_*.py"] })), { long: files });
});

Deno.test("assignTests() gives a tie to the module that comes first", () => {
  assertEquals(assigned(["test_ab.py"], mapOf({ b: ["test_*b.py"], a: ["test_a*.py"] })), { b: ["test_ab.py"] });
});

Deno.test("assignTests() looks at the base name, keeps the order given, and takes each file once", () => {
  const files = ["z/test_a_2.py", "test_a_1.py", "test_a_dir/other.py"];
  const map = mapOf({ a: ["test_a_*.py", "test_a_?.py", "*_1.py"] });
  assertEquals(assigned(files, map), { a: ["z/test_a_2.py", "test_a_1.py"] });
});

Deno.test("assignTests() matches the whole name, and leaves out what nobody's pattern matches", () => {
  const map = mapOf({ a: ["test_a_*.py"] });
  assertEquals(assigned(["my_test_a_1.py", "test_a_1.pyc", "test_a_1.py.bak", "test_b.py", "TEST_A_1.py"], map), {});
});

Deno.test("assignTests() has an entry for every module", () => {
  assertEquals([...assignTests([], mapOf({ a: ["x"], b: [] }))], [["a", []], ["b", []]]);
});

Deno.test("searchesFor() names what went to another module's longer pattern", () => {
  const map = mapOf({ web: ["test_web_*.py"], "web-admin": ["test_web_admin_*.py"] });
  const files = ["sub/test_web_admin_a.py", "x.py"];
  const search = searchesFor(assignTests(files, map), map, { dir: "/t", files }).get("web");
  assertEquals(search?.taken, [{ file: "sub/test_web_admin_a.py", module: "web-admin" }]);
});

Deno.test("unclaimedText() names test files that no module's pattern matches, and not what stands beside them", () => {
  const map = mapOf({ a: ["test_a_*.py"], b: [] });
  const told = (...files: string[]) => unclaimedText(files, assignTests(files, map));
  assertEquals(told("test_a_1.py", "conftest.py", "data/latest.json", "helpers.py"), null);
  const text = "2 test files not run, since no module's pattern matches: test_b.py, sub/c_test.py";
  assertEquals(told("test_a_1.py", "test_b.py", "sub/c_test.py"), text);
  assertEquals(told(...Array.from({ length: 12 }, (_, nr) => `test_${nr}.py`))?.slice(-22), ".py, test_7.py, 4 more");
});
