import { assertEquals } from "@std/assert";
import { choosePytest } from "../../lib/tests/pytest/choose.ts";
import { host } from "./test_file.ts";

/** A project with scripts that stand in for the Python of a venv: folder → what `--version` ends with. */
async function chosen(venvs: Record<string, number>, given?: string[]) {
  const dir = await Deno.makeTempDir({ prefix: "vx11-venv-" });
  try {
    for (const [name, code] of Object.entries(venvs)) {
      await Deno.mkdir(`${dir}/${name}/bin`, { recursive: true });
      await Deno.writeTextFile(`${dir}/${name}/bin/python`, `#!/bin/sh\necho No module named pytest\nexit ${code}\n`);
      await Deno.chmod(`${dir}/${name}/bin/python`, 0o755);
    }
    const config = {
      projectDir: dir,
      pytest: given ?? ["true"],
      ...(given === undefined ? {} : { pytestGiven: true as const }),
    };
    const { command, notice, problem } = await choosePytest(host, config);
    return [
      command.join(" ").replace(dir, ""),
      notice?.replaceAll(dir, "") ?? null,
      problem?.replaceAll(dir, "") ?? null,
    ];
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const LACKS = "has no pytest that runs (`/.venv/bin/python -m pytest --version` ended with 1: No module named pytest)";

Deno.test("choosePytest() takes a venv of the project, and says so", async () => {
  const own = (name: string) => `Tests run with the project's own Python, ${name}/bin/python`;
  assertEquals(await chosen({ ".venv": 0, venv: 0 }), ["/.venv/bin/python -m pytest", own(".venv"), null]);
  assertEquals(await chosen({ venv: 0 }), ["/venv/bin/python -m pytest", own("venv"), null]);
  assertEquals(await chosen({ ".venv": 1, venv: 0 }), ["/venv/bin/python -m pytest", own("venv"), null]);
});

Deno.test("choosePytest() says that a venv has no pytest, and takes what --pytest names without a look at any", async () => {
  assertEquals(await chosen({ ".venv": 1 }), ["true", `The project's venv .venv ${LACKS}: tests run with true`, null]);
  assertEquals(await chosen({}), ["true", null, null]);
  assertEquals(await chosen({ ".venv": 0 }, ["true", "-q"]), ["true -q", null, null]);
});
