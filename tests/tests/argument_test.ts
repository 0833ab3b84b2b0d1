import { assertEquals } from "@std/assert";
import { pathArgument } from "../../lib/tests/pytest/argument.ts";

const PATHS: [path: string, cwd: string, root: string, argument: string | null, isFolder: boolean][] = [
  ["/p/tests/test_a.py", "/p", "/p/tests", "/p/tests/test_a.py", false],
  ["/p[2]/tests/test_a.py", "/p[2]", "/p[2]/tests", "./tests/test_a.py", false],
  ["/p::q/test_a.py", "/p::q", "/p::q", "./test_a.py", false],
  ["/p/tests/test_a.py[x].py", "/p", "/p/tests", "/p/tests", true],
  ["/p/tests/d[o]/in/test_a.py", "/p", "/p/tests", "/p/tests", true],
  ["/p/tests/d/d[o]/test_a.py", "/p", "/p/tests", "/p/tests/d", true],
  ["/p[2]/tests/d[o]/test_a.py", "/p[2]", "/p[2]/tests", "./tests", true],
  ["/p[2]/d[o]/test_a.py", "/p[2]", "/p[2]", "./", true],
  ["/t[1]/test_a.py", "/p", "/t[1]", null, false],
  ["/p/t[1]/test_a.py", "/p", "/p/t[1]", null, false],
];
for (const [path, cwd, root, argument, isFolder] of PATHS) {
  Deno.test(`pathArgument() of ${path}, found below ${root}, in ${cwd}`, () => {
    const found = pathArgument({ cwd, path, root });
    assertEquals([found.argument, found.isFolder, found.why === null], [argument, isFolder, argument !== null]);
  });
}

Deno.test("pathArgument() says what cannot be given, and what to do", () => {
  const { why } = pathArgument({ cwd: "/p", path: "/t[1]/a.py", root: "/t[1]" });
  assertEquals(why, 'pytest takes what follows "[" in a path for the name of a test. Rename that part of /t[1]/a.py');
});
