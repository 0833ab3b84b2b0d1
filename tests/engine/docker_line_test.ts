import { assert, assertEquals, assertRejects } from "@std/assert";
import { dockerLine } from "../../lib/engine/compose/api/docker_line.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { apiScript, fakeTools } from "../fakes/docker.ts";

/** Answers each request with its own path. */
const ECHO = (most: number) => `echo "$*" >>"$LOG"\n${apiScript(`answer '200 OK' "$path"`, most)}`;

const texts = (answers: { text: string }[] | null) => answers?.map(({ text }) => text) ?? null;

Deno.test("get() asks all over one process, and each question has its own answers", async () => {
  await using tools = await fakeTools({ docker: ECHO(100) });
  const line = dockerLine(tools.host, tools.dir);
  const both = await Promise.all([line.get(["/a", "/b"]), line.get([]), line.get(["/c"])]);
  assertEquals(both.map(texts), [["/a", "/b"], [], ["/c"]]);
  await line.close();
  assertEquals(await tools.log(), ["system dial-stdio"]);
});

Deno.test("get() asks more at once than the pipes hold", async () => {
  await using tools = await fakeTools({ docker: ECHO(3000) });
  // A shell that reads byte by byte answers some hundred requests a second on a slow machine.
  const line = dockerLine(tools.host, tools.dir, 120_000);
  const paths = Array.from({ length: 3000 }, (_, nth) => `/${nth}/${"x".repeat(60)}`);
  assertEquals(texts(await line.get(paths)), paths);
  await line.close();
});

Deno.test("get() says null where a line that worked broke, and has a new one for the next question", async () => {
  await using tools = await fakeTools({ docker: ECHO(2) });
  const line = dockerLine(tools.host, tools.dir);
  assertEquals(texts(await line.get(["/a"])), ["/a"]);
  assertEquals(await line.get(["/b", "/c"]), null);
  assertEquals(texts(await line.get(["/d"])), ["/d"]);
  await line.close();
  assertEquals((await tools.log()).length, 2);
});

for (
  const [what, script] of [
    ["does not know it", `echo "$*" >>"$LOG"; echo "unknown command" >&2; exit 125`],
    ["prints something else", `echo "$*" >>"$LOG"; echo "Usage: docker"; exec sleep 60`],
  ] as const
) {
  Deno.test(`get() says null of a docker that ${what}, and does not try it again`, async () => {
    await using tools = await fakeTools({ docker: script });
    const line = dockerLine(tools.host, tools.dir);
    assertEquals([await line.get(["/a"]), await line.get(["/b"])], [null, null]);
    await line.close();
    assertEquals(await tools.log(), ["system dial-stdio"]);
  });
}

Deno.test("get() says null where there is no docker", async () => {
  await using tools = await fakeTools({});
  const line = dockerLine(tools.host, tools.dir);
  assertEquals(await line.get(["/a"]), null);
  await line.close();
});

/** Answers /a, and leaves all other questions open. */
const SILENT = `echo "$*" >>"$LOG"\n${
  apiScript(`if [ "$path" != /a ]; then exec sleep 60; fi; answer '200 OK' "$path"`)
}`;

Deno.test("get() says null of a line that has gone silent, to all who wait by then, and dials anew", async () => {
  await using tools = await fakeTools({ docker: SILENT });
  const line = dockerLine(tools.host, tools.dir, 400);
  assertEquals(texts(await line.get(["/a"])), ["/a"]);
  const began = performance.now();
  assertEquals(await Promise.all([line.get(["/b"]), line.get(["/c"]), line.get(["/a"])]), [null, null, null]);
  const waited = performance.now() - began;
  assert(waited < 800, `one limit for all of them, and not ${waited} ms`);
  assertEquals(texts(await line.get(["/a"])), ["/a"]);
  await line.close();
  assertEquals((await tools.log()).length, 2);
});

Deno.test("get() that is aborted leaves the line to the next question, and asks nothing that waits for its turn", async () => {
  await using tools = await fakeTools({ docker: SILENT });
  const line = dockerLine(tools.host, tools.dir, 20_000);
  const abort = new AbortController();
  const asked = [line.get(["/b"], abort.signal), line.get(["/c"], abort.signal)];
  const other = line.get(["/a"]);
  abort.abort(new Error("Ctrl+C"));
  for (const each of asked) await assertRejects(() => each, Error, "Ctrl+C");
  assertEquals(texts(await other), ["/a"]);
  await line.close();
});

Deno.test("close() ends a question under way, and none is asked after it", async () => {
  await using tools = await fakeTools({ docker: SILENT });
  const line = dockerLine(tools.host, tools.dir, 20_000);
  assertEquals(texts(await line.get(["/a"])), ["/a"]);
  const asked = line.get(["/b"]);
  const refused = assertRejects(() => asked, EngineError, "the run is over");
  await line.close();
  await refused;
  await assertRejects(() => line.get(["/a"]), EngineError, "the run is over");
});

Deno.test("close() does not wait for a stranger that holds the line's output open", async () => {
  await using tools = await fakeTools({ docker: `setsid sleep 8 & ${ECHO(10)}` });
  const line = dockerLine(tools.host, tools.dir);
  assertEquals(texts(await line.get(["/a"])), ["/a"]);
  const began = performance.now();
  await line.close();
  const waited = performance.now() - began;
  assert(waited < 5000, `${waited} ms`);
});
