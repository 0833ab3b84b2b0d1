/**
 * Whether the program of a service's health check is in its image. Docker lists no files of an image, so this is seen in a
 * container that is there already, running or not; none is made for it, and nothing is run in it.
 */

import { capture } from "../../../host/capture.ts";
import { type Host, SpawnError } from "../../../host/host.ts";
import type { Diagnosis } from "../../../model/diagnosis.ts";
import { docker, QUESTION_TIMEOUT_MS } from "../docker.ts";
import { criticism, type Criticized } from "./critic.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const DEFAULT_SHELL = "/bin/sh";
const CHECK = "health_check_program";
const SHELL = "SHELL";

export interface PlaceToAsk {
  cwd: string;
  signal: AbortSignal;
}

/** `containerId`: one of the service; null if there is none. */
export async function programDiagnosis(
  host: Host,
  read: Criticized,
  containerId: string | null,
  place: PlaceToAsk,
): Promise<Diagnosis[]> {
  const test = read.details.healthCheck?.test ?? [];
  if (test.length === 0) return [];
  const unseen = (
    why: string,
  ) => [
    criticism(read, CHECK, "note", `whether the image has the program of the health check was not looked at: ${why}`),
  ];
  const programs = programsOf(test);
  if (programs === null) return unseen("its command is not simple");
  if (containerId === null) return unseen("there is no container yet");
  const { path, shell } = await programsIn(host, containerId, place);
  for (const program of programs.map((each) => each === SHELL ? shell : each)) {
    const candidates = candidatesOf(program, path);
    if (candidates === null) return unseen(`"${program}" is relative to a folder`);
    const found = await areThere(host, containerId, candidates, place);
    if (found === null) return unseen("the daemon does not say which files a container has");
    if (found.includes(true)) continue;
    return [criticism(
      read,
      CHECK,
      "warn",
      `the health check runs "${program}", which the image does not have: it can never pass`,
      "Use a program that the image has, or install it there",
    )];
  }
  return [];
}

/** Words that a shell does itself: what runs after them is not looked at. */
const OF_SHELL = new Set(
  ("[ : . ! { ( alias break case cd command continue echo eval exec exit export false for function getopts hash if kill " +
    "let local printf pwd read return select set shift source test time times trap true type ulimit umask unset until wait while")
    .split(" "),
);

/**
 * The programs without which the check cannot pass, where `SHELL` stands for the container's shell; null if that cannot be
 * told. What comes after the first word is not looked at.
 */
export function programsOf(test: readonly string[]): string[] | null {
  const [form, ...words] = test;
  if (form === "CMD") return words[0] === undefined ? null : [words[0]];
  if (form !== "CMD-SHELL") return null;
  const [first = ""] = (words[0] ?? "").trim().split(/[\s;|&<>]/);
  if (OF_SHELL.has(first)) return [SHELL];
  return /^[\w./+-]+$/.test(first) ? [SHELL, first] : null;
}

/** Where a program may be; null if it depends on the container's working folder. */
function candidatesOf(program: string, path: string): string[] | null {
  if (program.startsWith("/")) return [program];
  if (program.includes("/")) return null;
  return path.split(":").filter((dir) => dir.startsWith("/")).map((dir) => `${dir}/${program}`);
}

/** The container's search path and shell. Nothing else of its configuration leaves the daemon. */
async function programsIn(
  host: Host,
  id: string,
  { cwd, signal }: PlaceToAsk,
): Promise<{ path: string; shell: string }> {
  const path = '{{range .Config.Env}}{{if eq (printf "%.5s" .) "PATH="}}{{.}}{{end}}{{end}}';
  const format = `${path}\n{{with .Config.Shell}}{{index . 0}}{{end}}`;
  const { stdout } = await docker(host, ["container", "inspect", "--format", format, "--", id], { cwd, signal });
  const [own = "", shell = ""] = stdout.split("\n").map((line) => line.trim());
  return { path: own.slice("PATH=".length) || DEFAULT_PATH, shell: shell || DEFAULT_SHELL };
}

/** Whether each path is there; null if the daemon gave not as many answers. */
async function areThere(
  host: Host,
  id: string,
  paths: readonly string[],
  { cwd, signal }: PlaceToAsk,
): Promise<boolean[] | null> {
  const requests = paths.map((path, index) => {
    const last = index === paths.length - 1 ? "Connection: close\r\n" : "";
    return `HEAD /containers/${id}/archive?path=${encodeURIComponent(path)} HTTP/1.1\r\nHost: docker\r\n${last}\r\n`;
  });
  try {
    const typing = { ...host, spawn: spawnTyping(host, requests.join("")) };
    const { stdout } = await capture(typing, ["docker", "system", "dial-stdio"], {
      cwd,
      signal,
      timeoutMs: QUESTION_TIMEOUT_MS,
    });
    const statuses = [...stdout.matchAll(/^HTTP\/1\.\d (\d{3})/gm)].map(([, status]) => status);
    const isTold = statuses.length === paths.length && statuses.every((status) => status === "200" || status === "404");
    return isTold ? statuses.map((status) => status === "200") : null;
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    return null;
  }
}

/** A spawn that types the text into the child's standard input and closes it. */
function spawnTyping(host: Host, text: string): Host["spawn"] {
  return (command, options) => {
    const child = host.spawn(command, { ...options, takesInput: true });
    const writer = child.stdin?.getWriter();
    writer?.write(new TextEncoder().encode(text)).then(() => writer.close()).catch(() => {});
    return child;
  };
}
