import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { inContainer } from "../../lib/engine/compose/exec/get.ts";
import { type FakeTools, fakeTools } from "../fakes/docker.ts";
import { until } from "../fakes/wait.ts";

const URL_ = "http://127.0.0.1:8000/health";

function asking(limitMs = 3000) {
  return { signal: new AbortController().signal, limitMs };
}

/** An image with nothing but what `cases` says of the words after `docker exec -- ID`. */
function image(cases: string): Promise<FakeTools> {
  return fakeTools({
    docker: `echo "$*" >>"$LOG"\nshift; [ "$1" = --env ] && shift 2; shift 2\ncase "$*" in\n${cases}\n` +
      `*) echo 'OCI runtime exec failed: exec failed: exec: "'$1'": executable file not found in $PATH: unknown' >&2; exit 126;;\nesac`,
  });
}

/** Its answer, or what it rejects with. */
async function answerOf(cases: string): Promise<string> {
  await using tools = await image(cases);
  const get = await inContainer(tools.host, tools.dir).getter("abc");
  if (get === null) return "nothing to ask with";
  try {
    return String((await get(URL_, asking())).status);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const WGET = `"wget --help") echo "	-T SEC		Network read timeout" >&2; exit 1;;`;
/** As of a busybox that was built without. */
const WGET_WITHOUT_LIMIT = `"wget --help") echo "	[-Y on/off] [-U AGENT] URL" >&2; exit 1;;`;
const says = (lines: string, code: number) => `wget*) printf '${lines}' >&2; exit ${code};;`;

const ANSWERS: [string, string, string][] = [
  ["curl's status", `"curl --version") ;;\ncurl*) echo "200 0.010000 ";;`, "200"],
  ["curl's bad status", `"curl --version") ;;\ncurl*) echo "503 0.010000 ";;`, "503"],
  [
    "no answer, as curl says it",
    `"curl --version") ;;\ncurl*) echo "000 0.0 "; echo "curl: (7) Failed to connect" >&2; exit 7;;`,
    "curl: (7) Failed to connect",
  ],
  ["part of a body, as curl says it", `"curl --version") ;;\ncurl*) echo "200 3.0 "; exit 28;;`, "exit code 28"],
  [
    "a redirect within the service, which is followed",
    `"curl --version") ;;\ncurl*/health) echo "307 0.0 http://localhost:8000/health/";;\ncurl*/health/) echo "200 0.0 ";;`,
    "200",
  ],
  [
    "a redirect to another service",
    `"curl --version") ;;\ncurl*) echo "302 0.0 http://core:8000/health";;`,
    "redirects to http://core:8000, whose answer is not this service's",
  ],
  ["redirects without an end", `"curl --version") ;;\ncurl*) echo "302 0.0 /health";;`, "maximum number of redirects"],
  ["wget's status", WGET + says("  HTTP/1.1 200 OK\\n", 0), "200"],
  ["wget's bad status", WGET + says("  HTTP/1.1 404 Not Found\\nwget: server returned error: 404\\n", 1), "404"],
  [
    "no answer, as wget says it",
    WGET + says("wget: can\\047t connect: Connection refused\\n", 1),
    "wget: can't connect",
  ],
  ["a body that did not come whole", WGET + says("  HTTP/1.1 200 OK\\nwget: download timed out\\n", 1), "timed out"],
  [
    "wget's redirect to another service",
    WGET + says("  HTTP/1.1 302 Found\\n  Location: http://core:8000/\\n  HTTP/1.1 200 OK\\n", 0),
    "redirects to http://core:8000",
  ],
  ["busybox without a link", `"busybox wget --help") ;;\n"busybox wget"*) echo "  HTTP/1.0 200 OK" >&2;;`, "200"],
  ["python's status", `"python3 -c import http.client, signal") ;;\npython3*) echo "204 0.003 ";;`, "204"],
  ["nothing where there is no such program", "", "nothing to ask with"],
];
for (const [what, cases, expected] of ANSWERS) {
  Deno.test(`asking within a container gives ${what}`, async () => {
    assertStringIncludes(await answerOf(cases), expected);
  });
}

Deno.test("what asks within the container ends by its limit, whole seconds, also where it has only a limit of pauses", async () => {
  for (
    const [cases, expected] of [
      [`"curl --version") ;;\ncurl*) echo "200 0.0 ";;`, /^exec -- abc curl .* -m 3 /],
      [
        `${WGET}\n"timeout --version") echo "timeout (GNU coreutils)";;\ntimeout*wget*) echo "HTTP/1.1 200 OK" >&2;;`,
        /abc timeout -s KILL 3 wget .* -T 3 /,
      ],
      [`${WGET}\n"timeout --version") echo BusyBox;;\n${says("HTTP/1.1 200 OK", 0)}`, /abc wget .* -t 1 -T 3 /],
      [`${WGET_WITHOUT_LIMIT}\n${says("HTTP/1.1 200 OK", 0)}`, /abc wget .* -t 1 -O /],
    ] as const
  ) {
    await using tools = await image(cases);
    const get = await inContainer(tools.host, tools.dir).getter("abc");
    assertEquals((await get?.(URL_, asking(2001)))?.status, 200);
    assert(expected.test((await tools.log()).at(-1) ?? ""), (await tools.log()).join("\n"));
  }
});

Deno.test("a page that hangs is given up when whoever asks gives up, and what asked is ended", async () => {
  await using tools = await image(`"curl --version") ;;\npkill*) ;;\ncurl*) exec sleep 60;;`);
  const get = await inContainer(tools.host, tools.dir).getter("abc");
  const stop = new AbortController();
  const asked = get?.(URL_, { signal: stop.signal, limitMs: 60_000 });
  stop.abort(new Error("the window closed"));
  await assertRejects(() => asked ?? Promise.resolve(), Error, "the window closed");
  assertEquals((await tools.log()).at(-1), `exec -- abc pkill -KILL -f vx11-stability/exec-${Deno.pid}-1-`);
});

Deno.test("a container that is not up says nothing of its image: it is looked at again", async () => {
  await using tools = await fakeTools({
    docker: `shift 3
if ! [ -e "$DIR/up" ]; then echo "Error response from daemon: Container abc is not running" >&2; exit 1; fi
case "$*" in "curl --version") ;; *) echo "200 0.0 ";; esac`,
  });
  const get = await inContainer(tools.host, tools.dir).getter("abc");
  assert(get !== null);
  await assertRejects(() => get(URL_, asking()), Error, "is not running");
  await Deno.writeTextFile(`${tools.dir}/up`, "");
  assertEquals((await get(URL_, asking())).status, 200);
});

Deno.test("the container's own health check counts as it ends, and is bounded if the image can do that", async () => {
  const shell =
    `"timeout --version") echo coreutils;;\n"timeout -s KILL 3 /bin/sh -c "*) echo no answer; exit 1;;\n"timeout -s KILL 3 ready") ;;`;
  await using tools = await image(shell);
  const inside = inContainer(tools.host, tools.dir);
  assertEquals(await inside.check("abc", ["CMD", "ready"], asking()), { status: 200 });
  const failing = () => inside.check("abc", ["CMD-SHELL", "ready || exit 1"], asking());
  await assertRejects(failing, Error, "the container's health check ended with 1: no answer");
});

/** The container's commands, each with what `docker` is given before them; processes of the host are those of a container. */
function commands(cases: string): Promise<FakeTools> {
  return fakeTools({
    docker: `shift; [ "$1" = --env ] && { export "$2"; shift 2; }; shift 2; echo "$*" >>"$LOG"
case "$*" in "timeout --version") echo BusyBox; exit 1;; esac
case "$*" in\n${cases}\nesac`,
  });
}

Deno.test("a command in a container gives its code and what it printed on both streams", async () => {
  await using tools = await commands(`"a b c") echo out; echo err >&2; exit 3;;`);
  const { code, output } = await inContainer(tools.host, tools.dir).exec("abc", ["a", "b c"], asking());
  assertEquals([code, output.split("\n").filter((line) => line !== "")], [3, ["out", "err"]]);
});

Deno.test("a command in a container that has not ended by its limit is ended there, with what it has started", async () => {
  await using tools = await commands(`hangs) setsid sleep 300 & echo $! >"$DIR/pid"; exec sleep 300;;`);
  const run = () => inContainer(tools.host, tools.dir).exec("abc", ["hangs"], asking(1000));
  await assertRejects(run, Error, "it had not ended after 1000 ms");
  assertEquals(tools.host.processAlive(Number(await Deno.readTextFile(`${tools.dir}/pid`))), false);
});

Deno.test("a command in a container of another host is ended from within, once whoever asks gives up", async () => {
  await using tools = await commands(`find*) echo /proc/17/environ; echo /proc/21/environ;;\nhangs) exec sleep 300;;`);
  const stop = new AbortController();
  const host = { ...tools.host, kernel: { read: () => null, list: () => [], link: () => null } };
  const asked = inContainer(host, tools.dir).exec("abc", ["hangs"], { signal: stop.signal, limitMs: 60_000 });
  asked.catch(() => {});
  await until("it runs", async () => (await tools.log()).includes("hangs"));
  stop.abort(new Error("the window closed"));
  await assertRejects(() => asked, Error, "the window closed");
  const [search = "", kill] = (await tools.log()).slice(-2);
  assert(/^find \/proc -maxdepth 2 -name environ -exec grep -l exec-\d+-\d+-\d+- \{\} \+$/.test(search), search);
  assertEquals(kill, "kill -KILL 17 21");
});

Deno.test("a command in a container says that the container has ended meanwhile", async () => {
  await using tools = await fakeTools({
    docker: `echo "Error response from daemon: Container abc is not running" >&2; exit 1`,
  });
  const run = () => inContainer(tools.host, tools.dir).exec("abc", ["a"], asking());
  await assertRejects(run, Error, "its container is not running");
});

Deno.test("a command in a container that was ended within it, at its limit, has no code", async () => {
  await using tools = await fakeTools({
    docker: `case "$*" in *"timeout --version") echo coreutils;; *"timeout -s KILL 1 hangs") sleep 1; exit 137;; esac`,
  });
  // On a host that is so busy that the limit of this side does not come.
  const { clock } = tools.host;
  const never = (signal?: AbortSignal) =>
    new Promise<void>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  const sleep = (ms: number, signal?: AbortSignal) => ms < 100 ? clock.sleep(ms, signal) : never(signal);
  const host = { ...tools.host, clock: { ...clock, sleep } };
  const run = () => inContainer(host, tools.dir).exec("abc", ["hangs"], asking(400));
  await assertRejects(run, Error, "it had not ended after 400 ms");
});

Deno.test("an image without a program that shows its sockets leaves them unseen, wherever the engine says so", async () => {
  // Docker 28.5 prints it where the table would be.
  const said = `OCI runtime exec failed: exec failed: exec: "cat": executable file not found in $PATH: unknown`;
  await using tools = await image(`"cat "*) echo '${said}'; exit 127;;`);
  const listens = () => inContainer(tools.host, tools.dir).listens("abc", 8000, asking());
  await assertRejects(listens, Error, "its TCP sockets cannot be seen: the image has no cat");
});
