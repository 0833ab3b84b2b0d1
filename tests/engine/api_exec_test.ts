import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { inContainer } from "../../lib/engine/compose/exec/get.ts";
import { execOverApi } from "../../lib/engine/compose/exec/over_api.ts";
import { dialDoor } from "../../lib/engine/compose/dial_door.ts";
import { socketDoor } from "../../lib/engine/compose/api/engine_socket.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { apiScript, fakeTools } from "../fakes/docker.ts";
import { type Answers, engineSocket, piece } from "../fakes/engine_socket.ts";

const CREATE = "POST /containers/abc/exec";
const START = "POST /exec/e1/start";
const STATE = "GET /exec/e1/json";
const json = (value: unknown, status = 200) => Response.json(value, { status });

/** An engine that runs all commands in the same way; `changes`: what it answers otherwise. */
function engine(changes: Record<string, () => Response> = {}): Answers {
  const usual: Record<string, () => Response> = {
    [CREATE]: () => json({ Id: "e1" }, 201),
    [START]: () => new Response(new Blob([piece(1, "out\n"), piece(2, "err\n")])),
    [STATE]: () => json({ Running: false, Pid: 9, ExitCode: 0 }),
    ...changes,
  };
  return (ask) => usual[ask]?.() ?? json({ message: `page not found: ${ask}` }, 404);
}

const command = { containerId: "abc", command: ["ready", "-x"], env: ["A=b c"], timeoutMs: 5000 };

async function ended(changes: Record<string, () => Response> = {}, timeoutMs = 5000) {
  await using there = await engineSocket(engine(changes));
  const result = await execOverApi(denoHost(), { ...command, door: socketDoor(denoHost(), there.socket), timeoutMs });
  return { result, asked: there.asked };
}

Deno.test("a command is run with its arguments and variables, and its output and exit code come back", async () => {
  const { asked, result } = await ended({ [STATE]: () => json({ Running: false, Pid: 9, ExitCode: 3 }) });
  const { code, signal, stderr, stdout, timedOut } = result ?? {};
  assertEquals({ code, signal, stderr, stdout, timedOut }, {
    code: 3,
    signal: null,
    stderr: "err\n",
    stdout: "out\n",
    timedOut: false,
  });
  assertEquals(asked, [
    `${CREATE} {"AttachStdout":true,"AttachStderr":true,"Cmd":["ready","-x"],"Env":["A=b c"]}`,
    `${START} {"Detach":false,"Tty":false}`,
    STATE,
  ]);
});

Deno.test("an exit code that the engine knows a moment after the end of the output is waited for", async () => {
  let asked = 0;
  const { result } = await ended({
    [STATE]: () =>
      ++asked < 4 ? json({ Running: true, ExitCode: null }) : json({ Running: false, Pid: 9, ExitCode: 7 }),
  });
  assertEquals([result?.code, asked], [7, 4]);
});

Deno.test("what the engine refuses is said as its command says it, and no other way is tried", async () => {
  const { result } = await ended({ [CREATE]: () => json({ message: "Container abc is not running" }, 409) });
  assertEquals([result?.code, result?.stderr], [1, "Error response from daemon: Container abc is not running\n"]);
  const program = 'OCI runtime exec failed: exec failed: exec: "ready": executable file not found in $PATH: unknown';
  const start = await ended({
    [START]: () => json({ message: program }, 400),
    [STATE]: () => json({ Running: false, Pid: 9, ExitCode: 127 }),
  });
  assertEquals([start.result?.code, start.result?.stderr], [127, `${program}\n`]);
});

Deno.test("where the socket is of no use, the docker command has its turn", async () => {
  assertEquals((await ended({ [CREATE]: () => json({ message: "forbidden" }, 403) })).result, null);
  assertEquals((await ended({ [CREATE]: () => new Response("no json", { status: 201 }) })).result, null);
  assertEquals((await ended({ [CREATE]: () => new Response("page not found", { status: 404 }) })).result, null);
  assertEquals(
    await execOverApi(denoHost(), { ...command, door: socketDoor(denoHost(), "/nowhere/engine.sock") }),
    null,
  );
});

Deno.test("a command whose end was not seen has no exit code, and says why", async () => {
  for (
    const [changes, why] of [
      [
        { [STATE]: () => json({ message: "No such exec instance: e1" }, 404) },
        /the exit code of the command is not known/,
      ],
      [{ [STATE]: () => json({ Running: false, ExitCode: null }) }, /the exit code of the command is not known/],
      [{ [START]: () => new Response("plain text") }, /no streams of a command/],
      [{ [START]: () => new Response(broken()) }, /Cannot connect to the Docker daemon any more: /],
    ] as const
  ) {
    const { result } = await ended(changes);
    assertEquals([result?.code, result?.timedOut], [null, false]);
    assertMatch(result?.stderr ?? "", why);
  }
});

/** A body that ends before its end. */
function broken(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(piece(1, "out\n"));
      controller.error(new Error("the engine crashed"));
    },
  });
}

/** A body that never ends. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(piece(1, "begun\n")) });
}

Deno.test("past its limit, a command has timed out; what it printed until then is kept", async () => {
  const { result } = await ended({ [START]: () => new Response(endless()) }, 200);
  assertEquals([result?.code, result?.timedOut, result?.stdout], [null, true, "begun\n"]);
  assert((result?.durationMs ?? 0) >= 199);
});

Deno.test("an abort rejects with its reason", async () => {
  await using there = await engineSocket(engine({ [START]: () => new Response(endless()) }));
  const stop = new AbortController();
  const running = execOverApi(denoHost(), {
    ...command,
    door: socketDoor(denoHost(), there.socket),
    signal: stop.signal,
  });
  stop.abort(new Error("the window closed"));
  await assertRejects(() => running, Error, "the window closed");
});

Deno.test("a check over the socket starts no process", async () => {
  await using there = await engineSocket(engine());
  await using tools = await fakeTools({ docker: `echo "$*" >>"$LOG"` });
  const inside = inContainer(tools.host, tools.dir, socketDoor(tools.host, there.socket));
  const asking = { limitMs: 3000, signal: new AbortController().signal };
  assertEquals(await inside.exec("abc", ["ready"], asking), { code: 0, output: "out\n\nerr\n" });
  assertEquals(await inside.check("abc", ["CMD", "ready"], asking), { status: 200 });
  assertEquals(await tools.log(), []);
});

Deno.test("a check whose engine is gone in the middle is not passed, and is said to have no end", async () => {
  await using there = await engineSocket(engine({ [STATE]: () => json({ message: "gone" }, 500) }));
  await using tools = await fakeTools({ docker: "exit 1" });
  const inside = inContainer(tools.host, tools.dir, socketDoor(tools.host, there.socket));
  const asking = { limitMs: 3000, signal: new AbortController().signal };
  await assertRejects(() => inside.exec("abc", ["ready"], asking), Error, "Cannot connect to the Docker daemon");
  await assertRejects(
    () => inside.check("abc", ["CMD", "ready"], asking),
    Error,
    "Cannot connect to the Docker daemon",
  );
});

/** Dials an engine that runs all commands well, until `most` answers on a connection. Each one that it opens is logged. */
function dialled(most = 1000): string {
  return `
case "$*" in
  "system dial-stdio") ;;
  *) echo "$*" >>"$LOG"; exit 1;;
esac
echo dial >>"$LOG"
${
    apiScript(
      `case "$path" in
  /_ping) answer '200 OK' OK;;
  */exec) answer '201 Created' '{"Id":"e1"}';;
  */start) printf 'HTTP/1.1 200 OK\\r\\nContent-Type: application/vnd.docker.raw-stream\\r\\n\\r\\n'
    printf '\\001\\000\\000\\000\\000\\000\\000\\003hi\\n'; exit 0;;
  */json) answer '200 OK' '{"Running":false,"ExitCode":0,"Pid":7}';;
esac`,
      most,
    )
  }`;
}

Deno.test("where the engine has no socket here, a command goes over a connection that was opened before", async () => {
  await using tools = await fakeTools({ docker: dialled() });
  const door = dialDoor(tools.host, tools.dir);
  const inside = inContainer(tools.host, tools.dir, door);
  const asking = { limitMs: 20_000, signal: new AbortController().signal };
  const { code, lateMs, output } = await inside.exec("abc", ["ready"], asking);
  assertEquals([code, output], [0, "hi\n\n"]);
  assert((lateMs ?? 0) > 0, "what it took to connect is no time of the service");
  assertEquals((await inside.exec("abc", ["ready"], asking)).code, 0);
  await door.close();
  // One for each of the two commands and for the look for `timeout`, one for how they ended, and one that was to come next.
  const log = await tools.log();
  assertEquals([new Set(log), log.length <= 5], [new Set(["dial"]), true]);
});

Deno.test("where no connection shows an engine, the docker command has its turn, and no other is tried", async () => {
  await using tools = await fakeTools({ docker: `echo "$1 $2" >>"$LOG"; [ "$1" = exec ] || exit 1` });
  const inside = inContainer(tools.host, tools.dir, dialDoor(tools.host, tools.dir));
  const asking = { limitMs: 20_000, signal: new AbortController().signal };
  assertEquals(await inside.exec("abc", ["ready"], asking), { code: 0, output: "\n" });
  assertEquals((await tools.log()).filter((line) => line === "system dial-stdio").length, 1);
});

Deno.test("who gives up while the engine is not reached does not wait for it", async () => {
  await using tools = await fakeTools({ docker: "exec sleep 60" });
  const door = dialDoor(tools.host, tools.dir);
  const exec = { ...command, door, timeoutMs: 300 };
  const result = await execOverApi(tools.host, exec);
  assertEquals([result?.timedOut, result?.code], [true, null]);
  assert((result?.durationMs ?? Infinity) < 10_000, "and not as long as a connection may take");
  await door.close();
});
