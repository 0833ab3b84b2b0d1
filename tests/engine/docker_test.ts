import type { Captured } from "../../lib/host/capture.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { composeWords, dockerText, PLUGIN, readLines, reasonOf, STANDALONE } from "../../lib/engine/compose/docker.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { fakeTools } from "../fakes/docker.ts";

const LIMIT = { limitMs: 29_600, starvedMs: 0 };

function failed(stderr: string, over: Partial<Captured> = {}) {
  return { code: 1, signal: null, stdout: "", stderr, timedOut: false, durationMs: 29_600, ...LIMIT, ...over };
}

/** Texts of Docker 20.10 and 28 with Compose 2.26, and what of them says why. */
const REASONS: [string, string, string][] = [
  [
    "a port that is taken",
    ` Container p-p-1  Starting
Error response from daemon: driver failed programming external connectivity on endpoint p-p-1 (16fc): Error starting userland proxy: listen tcp4 127.0.0.1:18377: bind: address already in use
`,
    "driver failed programming external connectivity on endpoint p-p-1 (16fc): Error starting userland proxy: " +
    "listen tcp4 127.0.0.1:18377: bind: address already in use",
  ],
  [
    "a port that another container has",
    "Error response from daemon: driver failed programming external connectivity on endpoint a (1): " +
    "Bind for 127.0.0.1:8001 failed: port is already allocated\n",
    "driver failed programming external connectivity on endpoint a (1): " +
    "Bind for 127.0.0.1:8001 failed: port is already allocated",
  ],
  [
    "an image that is not there",
    " Container p-absent-1  Creating\nError response from daemon: no such image: nope:1: No such image: nope:1\n",
    "no such image: nope:1: No such image: nope:1",
  ],
  [
    "an unhealthy dependency",
    " Container p-a-1  Waiting\n Container p-a-1  Error\n" +
    "dependency failed to start: container p-a-1 is unhealthy\n",
    "dependency failed to start: container p-a-1 is unhealthy",
  ],
  [
    "a one-shot that failed",
    ` Container p-x-1  Error\n Container p-m-1  service "m" didn't complete successfully: exit 3
service "m" didn't complete successfully: exit 3\n`,
    `service "m" didn't complete successfully: exit 3`,
  ],
  [
    "a program that is not in the image",
    " Container p-b-1  Starting\nError response from daemon: failed to create shim task: OCI runtime create failed: " +
    'runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown\n',
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: " +
    'exec: "nope": executable file not found in $PATH: unknown',
  ],
  ["what inspect says", "Error: No such container: abc\n", "No such container: abc"],
  [
    "the error, not the advice below it",
    "docker: Error response from daemon: No such image: x.\n\nRun 'docker run --help' for more information\n",
    "docker: Error response from daemon: No such image: x.",
  ],
  [
    "the error, not the warning above it",
    `time="2026" level=warning msg="version is obsolete"\nyaml: line 1: did not find expected node content\n`,
    "yaml: line 1: did not find expected node content",
  ],
];
for (const [what, stderr, reason] of REASONS) {
  Deno.test(`reasonOf() gives ${what}`, () => assertEquals(reasonOf(failed(stderr)), reason));
}

Deno.test("reasonOf() says how it ended where nothing was said", () => {
  assertEquals(reasonOf(failed("  \n")), "exit code 1");
  assertEquals(reasonOf(failed("", { code: null, signal: "SIGKILL" })), "ended by SIGKILL");
  assertEquals(reasonOf(failed("error: x", { code: null, timedOut: true })), "no answer within 30 s");
  assertEquals(
    reasonOf(failed("", { code: null, timedOut: true, durationMs: 90_000, limitMs: 30_000, starvedMs: 60_000 })),
    "no answer within 90 s (the host was busy: the limit was extended from 30 s to 90 s)",
  );
});

Deno.test("composeWords() names project and files in their order, and the profiles that are given", () => {
  assertEquals(composeWords(PLUGIN, [], null), ["docker", "compose"]);
  assertEquals(composeWords(STANDALONE, ["/b.yml", "/a.yml"], "vx11", ["*"]), [
    "docker-compose",
    "--project-name",
    "vx11",
    "--file",
    "/b.yml",
    "--file",
    "/a.yml",
    "--profile",
    "*",
  ]);
});

Deno.test("dockerText() gives the output, or throws what Docker said with the command's first words", async () => {
  await using tools = await fakeTools({
    docker: `case "$*" in "ps -a") echo "$PWD";; *) echo "Error: no luck" >&2; exit 1;; esac`,
  });
  assertEquals(await dockerText(tools.host, ["ps", "-a"], { cwd: tools.dir }), `${tools.dir}\n`);
  const failing = () => dockerText(tools.host, ["container", "inspect", "--", "x"], { cwd: tools.dir });
  await assertRejects(failing, EngineError, "docker container inspect: no luck");
});

Deno.test("readLines() gives whole lines however they arrive, without empty and unfinished ones", async () => {
  const child = denoHost().spawn([
    "sh",
    "-c",
    `printf 'a'; sleep 0.1; printf 'b\\n\\n  \\nc\\303'; sleep 0.1; printf '\\251\\nrest'`,
  ]);
  const lines: string[] = [];
  await Promise.all([readLines(child, (line) => lines.push(line)), child.stderr.cancel(), child.exit]);
  assertEquals(lines, ["ab", "cé"]);
});
