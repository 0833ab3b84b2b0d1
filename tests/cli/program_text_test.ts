import { assertEquals } from "@std/assert";
import { programText } from "../../lib/cli/program_text.ts";

/** What a person in /home/u types; ~/bin is in the PATH. */
function typed(...self: string[]): string {
  return programText({
    self,
    cwd: () => "/home/u",
    env: (name) => name === "PATH" ? "/usr/bin:/home/u/bin" : undefined,
  });
}

Deno.test("programText() is what a person can type: a name of the PATH, a path from here, or the task", () => {
  assertEquals(typed("/home/u/bin/vx11-stability"), "vx11-stability");
  assertEquals(typed("/home/u/dist/vx11-stability"), "./dist/vx11-stability");
  assertEquals(typed("/home/u/vx11"), "./vx11");
  assertEquals(typed("/opt/vx 11/run"), "'/opt/vx 11/run'");
  assertEquals(typed("/usr/bin/deno", "run", "-A", "main.ts"), "scripts/deno task start");
});
