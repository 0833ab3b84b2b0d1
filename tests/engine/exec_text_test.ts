import { assertEquals } from "@std/assert";
import { whyNotRun } from "../../lib/engine/compose/exec/text.ts";

const GONE = "OCI runtime attempted to invoke a command that was not found";
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
  [
    "a program that the image lacks, as Podman 5 has it",
    127,
    "",
    `Error: runc: exec failed: unable to start container process: exec: "ready": executable file not found in $PATH: ${GONE}\n` +
    "Error: read unixpacket @->/proc/self/fd/14/attach: read: connection reset by peer\n",
    "the image has no ready: name a program that it has",
  ],
  [
    "a path that the image lacks, as Podman 5 has it",
    127,
    "",
    `Error: runc: exec failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: ${GONE}`,
    "the image has no ready: name a program that it has",
  ],
  [
    "a folder, as Podman 5 has it",
    125,
    "",
    'Error: runc: exec failed: unable to start container process: exec: "/etc": is a directory: OCI runtime error\n' +
    "Error: read unixpacket @->/proc/self/fd/14/attach: read: connection reset by peer\n",
    'ready could not be started: Error: runc: exec failed: unable to start container process: exec: "/etc": is a directory: ' +
    "OCI runtime error",
  ],
  [
    "a file that is no program, as Podman 5 has it",
    126,
    "",
    'Error: runc: exec failed: unable to start container process: exec: "/tmp/f": permission denied: OCI permission denied',
    "the image has a ready that may not be executed",
  ],
  [
    "a working dir that is not there, as Podman 5 has it",
    127,
    "",
    `Error: runc: exec failed: unable to start container process: chdir to cwd ("/none") set in config.json failed: no such file ` +
    `or directory: ${GONE}`,
    "the container has no folder /none that can be entered",
  ],
  [
    "a container that has ended, as Podman 5 has it",
    1,
    "",
    "Error response from daemon: can only create exec sessions on running containers: container state improper",
    "its container is not running",
  ],
  [
    "a container that has ended, as Podman 5 has it for its processes",
    1,
    "",
    "Error response from daemon: top can only be used on running containers",
    "its container is not running",
  ],
  [
    "a container that is gone, as Podman 5 has it",
    1,
    "",
    'Error response from daemon: no container with name or ID "exd" found: no such container',
    "its container is not running",
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
