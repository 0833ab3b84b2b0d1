import { assertEquals } from "@std/assert";
import { whyNotRun } from "../../lib/engine/compose/exec_text.ts";

const OCI = "OCI runtime exec failed: exec failed: unable to start container process: exec: ";

const CASES: [string, number, string, string, string | null][] = [
  ["a success", 0, "", "", null],
  ["a failure of its own", 2, "no response", "", null],
  [
    "a program that the image lacks, as Docker 20 has it",
    126,
    `${OCI}"ready": executable file not found in $PATH: unknown`,
    "",
    "the image has no ready: name a program that it has",
  ],
  [
    "a program that the image lacks, as Docker 28 has it",
    127,
    "",
    `${OCI}"ready": executable file not found in $PATH: unknown`,
    "the image has no ready: name a program that it has",
  ],
  [
    "a path that the image lacks",
    126,
    `${OCI}"/x/ready": stat /x/ready: no such file or directory: unknown`,
    "",
    "the image has no ready: name a program that it has",
  ],
  [
    "a program that timeout does not find",
    127,
    "",
    "timeout: failed to run command ‘ready’: No such file or directory",
    "the image has no ready: name a program that it has",
  ],
  [
    "a file that is no program",
    126,
    `${OCI}"ready": permission denied: unknown`,
    "",
    "the image has a ready that may not be executed",
  ],
  [
    "a folder that is gone",
    126,
    "OCI runtime exec failed: chdir to cwd: no such file or directory",
    "",
    "ready could not be started: OCI runtime exec failed: chdir to cwd: no such file or directory",
  ],
  ["a shell that does not find what it is to run", 127, "", "sh: ready: not found", null],
  [
    "a container that has ended",
    1,
    "",
    "Error response from daemon: Container 1a2b is not running",
    "its container is not running",
  ],
  ["a container that is gone", 1, "", "Error: No such container: 1a2b", "its container is not running"],
  [
    "a container that is paused",
    1,
    "",
    "Error response from daemon: Container x is paused, unpause the container before exec",
    "its container is not running",
  ],
  [
    "an engine that is gone",
    1,
    "",
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
  ],
  ["a program that says that it is not running", 1, "", "the server is not running", null],
];
for (const [what, code, stdout, stderr, expected] of CASES) {
  Deno.test(`docker exec is understood of ${what}`, () => {
    const rest = { signal: null, timedOut: false, durationMs: 1, limitMs: 1, starvedMs: 0 };
    assertEquals(whyNotRun({ code, stdout, stderr, ...rest }, "ready"), expected);
  });
}
