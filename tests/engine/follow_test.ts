import { assert, assertEquals, assertRejects } from "@std/assert";
import { logFollower, sinceOf } from "../../lib/engine/compose/follow.ts";
import { SpawnError } from "../../lib/host/host.ts";
import { fakeTools } from "../fakes/docker.ts";
import { until } from "../fakes/wait.ts";

const STATE = { id: "abc", startedAt: "2026-01-01T00:00:10.5Z", finishedAt: null };
const never = new AbortController().signal;

const SINCE: [string, string | null, string | null, string | null][] = [
  ["was never started", null, null, null],
  ["was started once, with a margin", "2026-01-01T00:00:10.5Z", null, "2026-01-01T00:00:09.500Z"],
  [
    "was started again long after its end, with the same margin",
    "2026-01-01T00:00:10.5Z",
    "2026-01-01T00:00:01Z",
    "2026-01-01T00:00:09.500Z",
  ],
  [
    "was started again soon after its end, halfway between",
    "2026-01-01T00:00:10.5Z",
    "2026-01-01T00:00:10.1Z",
    "2026-01-01T00:00:10.300Z",
  ],
  ["has ended since", "2026-01-01T00:00:10.5Z", "2026-01-01T00:00:11Z", "2026-01-01T00:00:10.5Z"],
  ["says it to the nanosecond", "2026-01-01T00:00:10.500000001Z", null, "2026-01-01T00:00:09.500Z"],
];
for (const [what, startedAt, finishedAt, since] of SINCE) {
  Deno.test(`the lines of a start are told apart by their time, of a container that ${what}`, () =>
    assertEquals(sinceOf({ startedAt, finishedAt }), since));
}

/** The lines that were seen, and why it ended. */
async function followed(script: string): Promise<[string[], string, string[]]> {
  await using tools = await fakeTools({ docker: `echo "$*" >>"$LOG"\n${script}` });
  const lines: string[] = [];
  const why = await logFollower(tools.host, tools.dir).follow(STATE, (more) => lines.push(...more), never);
  return [lines, why, await tools.log()];
}

Deno.test("the output of a container is followed on both streams, from its start on, by one command", async () => {
  const [lines, why, log] = await followed(`printf 'one\\r\\ntwo\\n'; echo three >&2`);
  assertEquals([lines.toSorted(), why], [["one", "three", "two"], "it has ended"]);
  assertEquals(log, ["logs --follow --since 2026-01-01T00:00:09.500Z -- abc"]);
});

for (
  const [what, script, reason] of [
    [
      "Docker refuses",
      `echo "Error response from daemon: configured logging driver does not support reading" >&2; exit 1`,
      "configured logging driver does not support reading",
    ],
    ["the container is gone", `echo "Error: No such container: abc" >&2; exit 1`, "No such container: abc"],
    [
      "the stream breaks",
      `echo "error from daemon in stream: Error grabbing logs: EOF" >&2; exit 1`,
      "Error grabbing logs: EOF",
    ],
    [
      "Docker is gone",
      `echo "Cannot connect to the Docker daemon at unix:///x" >&2; exit 1`,
      "Cannot connect to the Docker daemon at unix:///x",
    ],
    ["nothing is said", "exit 7", "docker logs ended with exit code 7"],
  ] as const
) {
  Deno.test(`a follower that ends by itself says why, if ${what}, and takes that for no line of the container`, async () => {
    const [lines, why] = await followed(script);
    assertEquals([lines, why], [[], reason]);
  });
}

Deno.test("a follower ends with the command when nobody wants it any more, or the engine closes", async () => {
  await using tools = await fakeTools({ docker: `echo $$ >>"$LOG"; echo ready; exec sleep 300` });
  const follower = logFollower(tools.host, tools.dir);
  const stop = new AbortController();
  const lines: string[] = [];
  const first = follower.follow(STATE, (more) => lines.push(...more), stop.signal);
  await until("a line came", () => lines.length === 1);
  stop.abort();
  await first;
  const second = follower.follow(STATE, (more) => lines.push(...more), never);
  await until("a line came", () => lines.length === 2);
  await follower.close();
  await second;
  const pids = (await tools.log()).map(Number);
  assertEquals(pids.map((pid) => tools.host.processAlive(pid)), [false, false]);
  assertEquals(await follower.follow(STATE, () => assert(false), never), "it is not followed any more");
  assertEquals((await tools.log()).length, 2, "none is started after that");
});

Deno.test("a follower that cannot be started rejects", async () => {
  await using tools = await fakeTools({});
  await assertRejects(() => logFollower(tools.host, tools.dir).follow(STATE, () => {}, never), SpawnError);
});
