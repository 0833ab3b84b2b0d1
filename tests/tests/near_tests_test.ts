import { assertEquals } from "@std/assert";
import { looksLikeTest, nearMiss } from "../../lib/tests/pytest/near_tests.ts";

const PATTERNS = new Map([
  ["switch", ["test_switch_*.py"]],
  ["hermes", ["test_hermes_*.py"]],
  ["mcp", ["test_mcp_*.py"]],
  ["operator-frontend", ["test_operator_frontend_*.py"]],
]);

for (
  const [file, module] of [
    ["test_swich_x.py", "switch"],
    ["test_swithc_x.py", "switch"],
    ["deep/test_switch.py", "switch"],
    ["switch_test.py", "switch"],
    ["switch_x_test.py", "switch"],
    ["test-switch-x.py", "switch"],
    ["Test_Switch_X.py", "switch"],
    ["tests_switch_x.py", "switch"],
    ["test_switchboard_x.py", null],
    ["test_herms_x.py", "hermes"],
    ["mcp_test.py", "mcp"],
    ["test_mpc_x.py", "mcp"],
    ["test_operator-frontend_x.py", "operator-frontend"],
    ["test_api.py", null],
    ["test_.py", null],
    ["test_[a.py", null],
  ] as const
) {
  Deno.test(`nearMiss() of ${file} is ${module}`, () => {
    assertEquals(nearMiss(file, PATTERNS)?.module ?? null, module);
  });
}

Deno.test("nearMiss() names the file, the module and its pattern, and comes near to nothing without patterns", () => {
  const pattern = "test_mcp_*.py";
  assertEquals(nearMiss("a/mcp_test.py", PATTERNS), { file: "a/mcp_test.py", module: "mcp", pattern });
  assertEquals(nearMiss("a/mcp_test.py", new Map([["mcp", []]])), null);
});

Deno.test("looksLikeTest() leaves out what stands beside tests", () => {
  const names = [
    "test_a.py",
    "a_test.py",
    "Test-A.py",
    "tests/conftest.py",
    "tests/helper.py",
    "test_a.txt",
    "latest.py",
  ];
  assertEquals(names.filter(looksLikeTest), ["test_a.py", "a_test.py", "Test-A.py"]);
});
