/** Whether the program of a health check is in the image: seen through a `docker` that has some files. */

import { assertEquals } from "@std/assert";
import { programDiagnosis, programsOf } from "../../lib/engine/compose/examine/programs.ts";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import { fakeTools } from "../fakes/docker.ts";

/** A daemon whose containers have these files, and say this of PATH and shell; anything else is 404. */
function docker(files: readonly string[], told = "PATH=/opt/bin:/bin\n\n"): string {
  const cases = files.map((file) => `"${encodeURIComponent(file)}") echo 200;;`).join(" ");
  return `
echo "$*" >> "$LOG"
case "$1 $2" in
"container inspect") printf '${told.replaceAll("\n", "\\n")}';;
"system dial-stdio")
  while read -r method path version; do
    while read -r header && [ "$header" != "$(printf '\\r')" ]; do :; done
    status="$(case "\${path#*path=}" in ${cases} *) echo 404;; esac)"
    printf 'HTTP/1.1 %s x\\r\\nX-Method: %s\\r\\n\\r\\n' "$status" "$method" 
    echo "$method $path" >> "$LOG"
  done;;
esac`;
}

async function said(test: unknown, script: string, containerId: string | null = "c1"): Promise<string[]> {
  const { services } = parseProject(JSON.stringify({ name: "p", services: { a: { healthcheck: { test } } } }));
  const spec = services.get("a");
  if (spec?.details === undefined) throw new Error("no service a");
  await using tools = await fakeTools({ docker: script });
  const place = { cwd: tools.dir, signal: new AbortController().signal };
  const read = { spec, details: spec.details, services, isCore: false, docker: 27, maker: "docker" as const };
  const found = await programDiagnosis(tools.host, read, containerId, place);
  const asked = await tools.log();
  assertEquals(asked.filter((line) => /exec|create|\brun\b|start|PUT|POST/.test(line)), [], "nothing is run or made");
  return found.map(({ level, seen }) => `${level}: ${seen}`);
}

const LACKS = (name: string) =>
  `warn: the health check runs "${name}", which the image does not have: it can never pass`;
const UNSEEN = "note: whether the image has the program of the health check was not looked at: ";

Deno.test("programsOf() is what a check cannot do without, as far as that can be told", () => {
  const tests: [string[], string[] | null][] = [
    [["CMD", "curl", "-f", "x"], ["curl"]],
    [["CMD", "/a b", "x"], ["/a b"]],
    [["CMD"], null],
    [["NONE"], null],
    [["CMD-SHELL", "curl -f x || exit 1"], ["SHELL", "curl"]],
    [["CMD-SHELL", "  pg_isready;echo"], ["SHELL", "pg_isready"]],
    [["CMD-SHELL", "nc -z localhost 1</dev/null"], ["SHELL", "nc"]],
    [["CMD-SHELL", "test -e /x"], ["SHELL"]],
    [["CMD-SHELL", "if curl x; then exit 0; fi"], ["SHELL"]],
    [["CMD-SHELL", "[ -e /x ]"], ["SHELL"]],
    [["CMD-SHELL", "A=1 curl x"], null],
    [["CMD-SHELL", '"$TOOL" x'], null],
    [["CMD-SHELL", "$(which curl) x"], null],
    [["CMD-SHELL", ""], null],
    [["CMD-SHELL"], null],
    [[], null],
  ];
  for (const [test, programs] of tests) assertEquals(programsOf(test), programs, test.join(" "));
});

Deno.test("a program is looked for where the container's PATH says, or at its own place", async () => {
  assertEquals(await said(["CMD", "curl"], docker(["/opt/bin/curl"])), []);
  assertEquals(await said(["CMD", "curl"], docker(["/usr/bin/curl"])), [LACKS("curl")]);
  assertEquals(await said(["CMD", "curl"], docker(["/usr/bin/curl"], "\n\n")), [], "Docker's own PATH");
  assertEquals(await said(["CMD", "/x/y z"], docker(["/x/y z"])), []);
  assertEquals(await said(["CMD", "/x/y"], docker(["/bin/y"])), [LACKS("/x/y")]);
  assertEquals(await said(["CMD", "./y"], docker([])), [`${UNSEEN}"./y" is relative to a folder`]);
});

Deno.test("a script needs the container's shell and its first program", async () => {
  const script = ["CMD-SHELL", "wget -q x || exit 1"];
  assertEquals(await said(script, docker(["/bin/sh", "/bin/wget"])), []);
  assertEquals(await said(script, docker(["/bin/wget"])), [LACKS("/bin/sh")]);
  assertEquals(await said(script, docker(["/bin/sh"])), [LACKS("wget")]);
  assertEquals(await said(script, docker(["/bin/ash", "/bin/wget"], "PATH=/bin\n/bin/ash\n")), []);
});

Deno.test("what cannot be looked at is said, and is no fault", async () => {
  assertEquals(await said(["CMD", "curl"], docker([]), null), [`${UNSEEN}there is no container yet`]);
  assertEquals(await said(["CMD-SHELL", "A=1 x"], docker([])), [`${UNSEEN}its command is not simple`]);
  const mute = `${UNSEEN}the daemon does not say which files a container has`;
  assertEquals(await said(["CMD", "curl"], "exit 1"), [mute]);
  const refuses =
    `case "$1" in system) printf 'HTTP/1.1 500 x\\r\\n\\r\\nHTTP/1.1 500 x\\r\\n\\r\\n';; *) printf 'PATH=/a:/b';; esac`;
  assertEquals(await said(["CMD", "curl"], refuses), [mute]);
  assertEquals(await said(undefined, docker([])), [], "no health check");
});
