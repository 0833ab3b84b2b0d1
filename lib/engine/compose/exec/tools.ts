/** How programs that an image may have request a page: their command lines, and the parsing of their output. Pure. */

import type { Captured } from "../../../host/capture.ts";
import { redirectWithin } from "../../../host/redirect.ts";
import { reasonOf } from "../docker.ts";

/** One answer as the program saw it. */
export interface ToolAnswer {
  status: number;
  /** The target of a redirect, if the program did not follow it. */
  location: string | null;
  /** How long the answer itself took, in ms; null if the program does not say. */
  tookMs: number | null;
}

export interface Tool {
  name: string;
  /** The command that shows that it is there. */
  look: readonly string[];
  /** Whether it takes a time limit, by what `look` printed: some builds of busybox crash with one. */
  limits(help: string): boolean;
  /**
   * The program itself ends after `limitSec` whole seconds, or is given no limit if that is null. `agent` is the
   * User-Agent of the request.
   */
  ask(url: string, limitSec: number | null, agent: string): string[];
  /** Throws if the result has no answer. */
  read(result: Captured, url: string): ToolAnswer;
  /** Whether its own limit is for the whole answer, and not for each pause in it. */
  endsItself: boolean;
}

const CURL_SAYS = "%{http_code} %{time_total} %{redirect_url}";

const PYTHON = `import http.client, signal, sys, time, urllib.parse
limit = int(sys.argv[2])
signal.alarm(limit)
u = urllib.parse.urlsplit(sys.argv[1])
began = time.time()
c = http.client.HTTPConnection(u.hostname, u.port, timeout=limit)
c.request("GET", u.path + ("?" + u.query if u.query else ""), headers={"User-Agent": sys.argv[3]})
r = c.getresponse()
while r.read(65536):
    pass
if r.length:
    sys.exit("the body was cut short")
print(r.status, "%.6f" % (time.time() - began), r.getheader("Location") or "")
`;

const CURL = ["curl", "-q", "-s", "-S", "--noproxy", "*", "-o", "/dev/null", "-w", CURL_SAYS];

export const TOOLS: readonly Tool[] = [
  {
    name: "curl",
    look: ["curl", "--version"],
    ask: (url, limitSec, agent) => [...CURL, "-A", agent, "-m", String(limitSec ?? 0), url],
    limits: () => true,
    read: readLine,
    endsItself: true,
  },
  ...[["wget"], ["busybox", "wget"]].map((command): Tool => ({
    name: command.join(" "),
    look: [...command, "--help"],
    // Without `-t 1`, GNU wget would try twenty times.
    ask: (url, limitSec, agent) => [
      ...command,
      ...["-S", "-q", "-Y", "off", "-U", agent, "-t", "1"],
      ...limitSec === null ? [] : ["-T", String(limitSec)],
      ...["-O", "/dev/null", url],
    ],
    limits: (help) => /(?:^|\s|\[)-T[\s,]/.test(help),
    read: readWget,
    endsItself: false,
  })),
  ...["python3", "python"].map((python): Tool => ({
    name: python,
    look: [python, "-c", "import http.client, signal"],
    ask: (url, limitSec, agent) => [python, "-c", PYTHON, url, String(limitSec ?? 0), agent],
    limits: () => true,
    read: readLine,
    endsItself: true,
  })),
];

/** Status, seconds and the target of a redirect, which neither curl nor the Python script follows. */
function readLine(result: Captured): ToolAnswer {
  const [, status = "000", seconds = "", location = ""] =
    /^(\d{3}) (\d{1,9}(?:\.\d*)?)(?: (.*))?$/m.exec(result.stdout) ??
      [];
  if (result.code !== 0 || status === "000") throw new Error(reasonOf(result));
  return { status: Number(status), location: location.trim() || null, tookMs: 1000 * Number(seconds) };
}

/** wget itself follows redirects: its last answer counts, and only if no redirect left the origin. */
function readWget(result: Captured, url: string): ToolAnswer {
  const statuses = [...result.stderr.matchAll(/^[ \t]*HTTP\/\d(?:\.\d)? (\d{3})/gm)].map(([, status]) =>
    Number(status)
  );
  const last = statuses.at(-1);
  let at = new URL(url);
  for (const [, location = ""] of result.stderr.matchAll(/^[ \t]*Location: (\S+)/gim)) {
    at = redirectWithin(at, location);
  }
  // wget reports the status even if the body did not come whole.
  if (last === undefined || (result.code !== 0 && last < 300)) throw new Error(reasonOf(result));
  return { status: last, location: null, tookMs: null };
}
