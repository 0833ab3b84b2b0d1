/** What becomes of a test's command in a container if the engine does not do as it should. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dockerLine } from "../../lib/engine/compose/api/docker_line.ts";
import { leftIn } from "../../lib/engine/compose/exec/family.ts";
import { execStateIn } from "../../lib/engine/compose/exec/state.ts";
import { runInContainer, type RunTools } from "../../lib/engine/compose/exec/run.ts";
import type { Look } from "../../lib/engine/engine.ts";
import type { ServiceEnd, Survivors } from "../../lib/model/service_run.ts";
import { apiScript, type FakeTools, fakeTools } from "../fakes/docker.ts";
import { look } from "../fakes/evidence.ts";

const ID = "0123456789ab";
const LOOK: Look = { state: look("web", { id: ID, startedAt: "2025-01-01T00:00:00Z" }), ports: [], hostNetwork: false };
const FAMILY = "/tmp/vx11-junit-77";
const NOBODY = 'echo "PID SID STAT COMMAND"';

interface Engine {
  /** Shell code that answers the request to make the command, to start it, and to say how it is. */
  make?: string;
  start?: string;
  state?: string;
  /** What `docker top` does. */
  top?: string;
}

const MADE = `answer '201 Created' '{"Id":"e1"}'`;
/** Prints, and closes the connection. */
const printing = (text: string) =>
  `printf 'HTTP/1.1 200 OK\\r\\n\\r\\n\\001\\000\\000\\000\\000\\000\\000\\${
    text.length.toString(8).padStart(3, "0")
  }${text}'; exit`;
const state = (running: boolean, code: number | null, pid = 4711) =>
  `answer '200 OK' '{"Running":${running},"ExitCode":${code},"Pid":${pid}}'`;

function docker(
  { make = MADE, start = printing("hello"), state: how = state(false, 0), top = NOBODY }: Engine,
): string {
  const api = apiScript(`
case "$path" in
/containers/*/exec) echo "$body" >>"$LOG"; ${make};;
/exec/*/start) ${start};;
/exec/*/json) ${how};;
*) answer '404 Not Found' '{"message":"page not found"}';;
esac`);
  return `case "$1" in system) ${api}\n;; top) ${top};; *) echo "$*" >>"$LOG";; esac`;
}

/** The limits of waiting are over fifty times as soon. */
function hurried({ host }: FakeTools): RunTools["host"] {
  const { clock } = host;
  const blind = { read: () => null, list: () => [], link: () => null };
  return { ...host, kernel: blind, clock: { ...clock, mono: () => clock.mono() * 50 } };
}

async function run(engine: Engine | null, now: Look | null = LOOK, more: Partial<RunTools> = {}) {
  await using tools = await fakeTools(engine === null ? {} : { docker: docker(engine) });
  const host = hurried(tools);
  const line = dockerLine(host, tools.dir);
  const ended: string[] = [];
  try {
    const command = { words: ["npm", "test"], env: { A: "b" }, cwd: ".", family: FAMILY };
    const started = runInContainer(
      {
        host,
        cwd: tools.dir,
        line,
        inside: { endMarked: (_id, mark) => Promise.resolve(void ended.push(mark)) },
        lookAt: () => Promise.resolve(now),
        workingDir: () => Promise.resolve("/app"),
        ...more,
      },
      LOOK,
      command,
    );
    const printed = new Response(started.output[0]).text();
    const end = await started.end;
    const left = await started.endAll();
    return { end, left, printed: await printed, log: await tools.log(), ended };
  } finally {
    await line.close();
  }
}

const ENDS: [string, Engine | null, Look | null, ServiceEnd][] = [
  ["passes", {}, LOOK, { how: "ended", code: 0, signal: null }],
  ["fails", { state: state(false, 3) }, LOOK, { how: "ended", code: 3, signal: null }],
  [
    "runs on after the connection broke",
    { state: state(true, null) },
    LOOK,
    { how: "unknown", why: "the connection to the engine ended while it ran" },
  ],
  [
    "runs on, though the engine names a code",
    { state: state(true, 0) },
    LOOK,
    { how: "unknown", why: "the connection to the engine ended while it ran" },
  ],
  [
    "ended, which the engine does not tell",
    { state: "exit" },
    LOOK,
    { how: "unknown", why: "the engine does not say how it ended" },
  ],
  [
    "ended, of which the engine tells something else",
    { state: `answer '200 OK' 'no JSON'` },
    LOOK,
    { how: "unknown", why: "the engine does not say how it ended" },
  ],
  ["passes in a container that is gone now", {}, null, { how: "container ended" }],
  [
    "passes in a container that was started again",
    {},
    { ...LOOK, state: { ...LOOK.state, startedAt: "2025-01-02T00:00:00Z" } },
    { how: "container ended" },
  ],
  [
    "was killed in a container that has ended",
    { state: state(false, 137) },
    { ...LOOK, state: { ...LOOK.state, status: "exited" } },
    { how: "container ended" },
  ],
  [
    "is not known any more",
    { state: `answer '404 Not Found' '{"message":"No such exec instance: e1"}'` },
    LOOK,
    { how: "container ended" },
  ],
  [
    "could not be started",
    { start: printing("exec: "), state: state(false, 126, 0) },
    LOOK,
    { how: "not started", why: "npm could not be started: exec:", code: 127 },
  ],
  [
    "is for a paused container",
    { make: `answer '409 Conflict' '{"message":"Container ${ID} is paused, unpause the container before exec"}'` },
    LOOK,
    { how: "not started", why: "its container is paused", code: null },
  ],
  [
    "is for a container that is gone",
    { make: `answer '404 Not Found' '{"message":"No such container: ${ID}"}'` },
    LOOK,
    { how: "not started", why: "its container is not running", code: null },
  ],
  [
    "is refused at its start",
    { start: `answer '409 Conflict' '{"message":"Container ${ID} is not running"}'`, state: state(false, null, 0) },
    LOOK,
    { how: "not started", why: "its container is not running", code: null },
  ],
  [
    "is refused in words that are no JSON",
    { make: `answer '403 Forbidden' 'policy: no exec'` },
    LOOK,
    { how: "not started", why: "policy: no exec", code: null },
  ],
  [
    "gets no id",
    { make: `answer '201 Created' '{"Id":7}'` },
    LOOK,
    { how: "not started", why: "the engine gave the command no id", code: null },
  ],
  [
    "has no engine",
    { make: `echo 'Cannot connect to the Docker daemon at unix:///x' >&2; exit 1` },
    LOOK,
    { how: "not started", why: "Cannot connect to the Docker daemon at unix:///x", code: null },
  ],
];
for (const [what, engine, now, end] of ENDS) {
  Deno.test(`a command that ${what} ends so, and nothing waits for it`, async () => {
    const seen = await run(engine, now);
    assertEquals(seen.end, end);
    // Nothing is left of what was never there.
    if (end.how === "not started") assertEquals(seen.left, null);
  });
}

Deno.test("execStateIn() reads both engines' states of a command that is made, runs, and has ended", () => {
  const states = (texts: string[]) =>
    texts.map((text) => execStateIn(text)).map((
      state,
    ) => [state?.isRunning, state?.code, state?.pid, state?.wasStarted]);
  assertEquals(
    states([
      '{"Running":false,"ExitCode":null,"Pid":0,"CanRemove":false}',
      '{"Running":true,"ExitCode":null,"Pid":77,"CanRemove":false}',
      '{"Running":false,"ExitCode":0,"Pid":77,"CanRemove":false}',
      '{"Running":false,"ExitCode":127,"Pid":0,"CanRemove":false}',
    ]),
    [[false, null, 0, false], [true, null, 77, true], [false, 0, 77, true], [false, 127, 0, false]],
  );
  // Podman 5.4.2
  assertEquals(
    states([
      '{"CanRemove":false,"ExitCode":0,"Running":false,"Pid":0}',
      '{"CanRemove":false,"ExitCode":0,"Running":true,"Pid":3382}',
      '{"CanRemove":true,"ExitCode":7,"Running":false,"Pid":0}',
      '{"CanRemove":true,"ExitCode":0,"Running":false,"Pid":0}',
      '{"CanRemove":true,"ExitCode":127,"Running":false,"Pid":0}',
    ]),
    [
      [false, null, 0, false],
      [true, null, 3382, true],
      [false, 7, 0, null],
      [false, 0, 0, null],
      [false, 127, 0, null],
    ],
  );
});

Deno.test("whether a command whose process id Podman has forgotten was started shows in what it printed", async () => {
  const over = (code: number) => `answer '200 OK' '{"CanRemove":true,"ExitCode":${code},"Running":false,"Pid":0}'`;
  const ends = [
    await run({ state: over(0) }),
    await run({ state: over(127) }),
    await run({ state: over(127), start: printing("Error: runc: no: OCI runtime error") }),
  ].map(({ end }) => end);
  assertEquals(ends[0], { how: "ended", code: 0, signal: null });
  assertEquals(ends[1], { how: "ended", code: 127, signal: null });
  assertEquals(ends[2]?.how, "not started");
});

Deno.test("a command without docker is not started", async () => {
  const { end, left } = await run(null);
  assert(end.how === "not started" && end.code === null, JSON.stringify(end));
  assertEquals(left, null);
});

Deno.test("the engine gets the words, the variables with the mark, and no folder unless one is wanted", async () => {
  const { log, printed } = await run({});
  assertEquals(JSON.parse(log[0] ?? ""), {
    AttachStdout: true,
    AttachStderr: true,
    Cmd: ["npm", "test"],
    Env: ["A=b", `VX11_TEST_RUN=${FAMILY}`],
  });
  assertEquals(printed, "hello");
});

const ROW = (pid: number, sid: number, state: string, words: string) => `${pid}   ${sid}   ${state}   ${words}`;
const OURS = ROW(90, 90, "Ss", `sleep 9 HOME=/ VX11_TEST_RUN=${FAMILY}`);

const LEFT: [string, Engine, Survivors | null][] = [
  ["of which the engine sees nothing more", {}, null],
  ["whose container is gone", { top: `echo "Error response from daemon: No such container: ${ID}" >&2; exit 1` }, null],
  ["that the engine cannot look at", { top: `echo "Error: ps: unknown option" >&2; exit 1` }, "unseen"],
  ["that the engine says runs", { state: state(true, null) }, "unseen"],
  ["of which a process is there", { top: `printf 'PID SID STAT COMMAND\\n${OURS}\\n'` }, { pids: [90] }],
];
for (const [what, engine, left] of LEFT) {
  Deno.test(`what is left of a command ${what} is ${JSON.stringify(left)}`, async () => {
    const seen = await run(engine);
    assertEquals(seen.left, left);
    // From within the container: this host does not show its processes.
    assertEquals(seen.ended.includes(FAMILY), typeof left === "object" && left !== null);
  });
}

Deno.test("the mark, or the session of the command, shows what is left; what is dead is gone", () => {
  const table = [
    "PID SID STAT COMMAND",
    OURS,
    ROW(91, 91, "S", `sh -c x VX11_TEST_RUN=${FAMILY}0 Z=1`),
    ROW(92, 4711, "S+", "sleep 9"),
    ROW(93, 4711, "Z", "[sleep] <defunct>"),
    ROW(1, 1, "Ssl", "node server.js"),
    "",
  ].join("\n");
  const mark = `VX11_TEST_RUN=${FAMILY}`;
  assertEquals(leftIn(table, { mark, session: 4711 }), [90, 92]);
  assertEquals(leftIn(table, { mark, session: null }), [90]);
  assertEquals(leftIn("", { mark, session: 1 }), []);
});

Deno.test("a command whose engine hangs is given up before it began, and no other request follows", async () => {
  await using tools = await fakeTools({ docker: docker({ make: 'echo hangs >>"$LOG"; exec sleep 60' }) });
  const line = dockerLine(tools.host, tools.dir);
  const started = runInContainer(
    {
      host: tools.host,
      cwd: tools.dir,
      line,
      inside: { endMarked: () => Promise.resolve() },
      lookAt: () => Promise.resolve(LOOK),
      workingDir: () => Promise.resolve("/"),
    },
    LOOK,
    { words: ["x"], env: {}, cwd: "sub", family: FAMILY },
  );
  const printed = new Response(started.output[0]).text();
  assertEquals(await started.endAll(), null);
  const end = await started.end;
  assert(end.how === "not started", JSON.stringify(end));
  assertStringIncludes(end.why, "connection");
  assertEquals(await printed, "");
  await line.close();
});
