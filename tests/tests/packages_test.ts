/** Which package a test file lacks, and the one hint for all files of a run. */

import { assertEquals } from "@std/assert";
import { missingPackage, MissingPackages } from "../../lib/tests/pytest/packages.ts";

const lacking = (name: string) => ({
  file: `test_${name}.py`,
  lacks: name,
  firstFailure: `tests.test_${name}: ModuleNotFoundError: No module named '${name}'`,
});
const VENVS = [".venv", "venv"];

Deno.test("missingPackage() is the name that Python says, and null for any other failure", () => {
  assertEquals(missingPackage(lacking("fastapi")), "fastapi");
  assertEquals(
    missingPackage({ firstFailure: "x: ModuleNotFoundError: No module named 'config.settings'" }),
    "config.settings",
  );
  assertEquals(missingPackage({ firstFailure: "test_x: assert 500 == 200" }), null);
  assertEquals(missingPackage({ firstFailure: "x: ImportError: cannot import name 'a' from 'b'" }), null);
  assertEquals(missingPackage({ firstFailure: null }), null);
});

Deno.test("the hint stands once for all files, and says what was looked for", () => {
  const packages = new MissingPackages();
  const of = (given: boolean, command = ["python3", "-m", "pytest"]) => packages.hint({ command, given, venvs: VENVS });
  assertEquals(of(false), null);
  packages.note({ file: "test_ok.py" });
  assertEquals(of(false), null);
  const one = new MissingPackages();
  one.note(lacking("httpx"));
  const hint = one.hint({ command: ["python3"], given: true, venvs: VENVS });
  assertEquals(hint?.startsWith("The only test file could not be imported"), true, hint ?? "");
  for (const name of ["httpx", "fastapi", "httpx"]) packages.note(lacking(name));
  assertEquals(
    of(false),
    "2 of 3 test files could not be imported, since the Python of `python3 -m pytest` has no module named fastapi, httpx. " +
      "There is no venv with pytest in the project (.venv, venv). Install what the services need for that Python, or name " +
      "another with --pytest",
  );
  assertEquals(of(true)?.includes("venv"), false);
  assertEquals(of(false, ["/srv/vx11/.venv/bin/python", "-m", "pytest"])?.includes("There is no venv"), false);
});

Deno.test("many names are cut short, and all files are said to be all", () => {
  const packages = new MissingPackages();
  for (let index = 10; index < 20; index++) packages.note(lacking(`p${index}`));
  const hint = packages.hint({ command: ["python3"], given: true, venvs: VENVS });
  assertEquals(hint?.startsWith("All 10 test files could not"), true, hint ?? "");
  assertEquals(hint?.includes("p17, 2 more."), true, hint ?? "");
});
