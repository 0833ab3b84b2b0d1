import { assertEquals, assertRejects } from "@std/assert";
import { dockerLine } from "../../lib/engine/docker_line.ts";
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
  assertEquals(await line.get(["/d"]), null, "it is closed");
});

Deno.test("get() asks more at once than the pipes hold", async () => {
  await using tools = await fakeTools({ docker: ECHO(3000) });
  const line = dockerLine(tools.host, tools.dir);
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

Deno.test("get() gives up on an engine that does not answer, for all who wait by then at once", async () => {
  await using tools = await fakeTools({ docker: `echo "$*" >>"$LOG"; exec sleep 60` });
  const line = dockerLine(tools.host, tools.dir, 50);
  const asked = [line.get(["/a"]), line.get(["/b"])];
  for (const each of asked) {
    await assertRejects(() => each, EngineError, "docker system dial-stdio: no answer within 0 s");
  }
  await line.close();
});

Deno.test("get() and close() do not wait for an answer after an abort", async () => {
  await using tools = await fakeTools({ docker: "exec sleep 60" });
  const line = dockerLine(tools.host, tools.dir);
  const abort = new AbortController();
  const asked = line.get(["/a"], abort.signal);
  abort.abort(new Error("Ctrl+C"));
  await assertRejects(() => asked, Error, "Ctrl+C");
  await line.close();
});
