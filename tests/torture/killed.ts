/** A short run on the process engine in a folder of its own, which is killed at an instant; and what is left of it then. */

import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Host, Terminal } from "../../lib/host/host.ts";
import { messageOf } from "../../lib/model/failure.ts";
import { readProcess } from "../../lib/proc/proc.ts";
import { isAlive, type ProcId } from "../../lib/proc/tree.ts";
import { PYTHON } from "../fakes/python.ts";

const KILL_MAIN = new URL("./kill_main.ts", import.meta.url).pathname;

/** A page, and a child in a session of its own. Of one without an environment nothing would tell once its parent is gone. */
const SERVICE = `import os, signal, socket, subprocess
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
page = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
subprocess.Popen([os.getcwd(), "600"], executable="sleep", start_new_session=True)
while True:
    asked, _ = page.accept()
    asked.recv(65536)
    asked.sendall(b"HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\nconnection: close\\r\\n\\r\\nok")
    asked.close()
`;

/** What takes the place of pytest, which takes a second to start: it leaves a process in a session of its own. */
const PYTEST = `for each; do
  case $each in
    --version) echo pytest 9.0; exit ;;
    --junit-xml=*) xml=\${each#*=} ;;
  esac
done
setsid sleep 600 > /dev/null 2>&1 &
echo '<testsuites><testsuite tests="1" failures="0" errors="0" skipped="0"><testcase classname="a" name="b"/></testsuite></testsuites>' > "$xml"
echo "collected 1 item"
echo "1 passed in 0.01s"
`;

const CONFIG = `engine: process
thresholds: { min_probes: 3, probe_interval_ms: 10, sample_interval_ms: 1000, probe_idle_interval_ms: 1000 }
rules: { high_latency: off, near_mem_limit: off }
services:
  madre: { command: [${PYTHON}, -IS, service.py], port: auto }
  tentaculo_link: { command: [${PYTHON}, -IS, service.py], port: auto }
  switch: { command: [${PYTHON}, -IS, service.py], port: auto }
`;

const RUN = ["--config", "config.yaml", "--modules", "switch", "--pytest", "sh pytest.sh", "--audit-dir", "audit"];

export interface Called {
  code: number;
  /** On both streams. */
  out: string;
}

export interface Project extends AsyncDisposable {
  readonly dir: string;
  readonly auditDir: string;
  /** Runs to the instant, or to its end; what it told: how many instants there were, or who descended from it. */
  runTo(instant: string): Promise<{ code: number; signal: string | null; told: unknown }>;
  /** Another command of the program on this project, within this process. */
  call(...args: string[]): Promise<Called>;
  /** A run to its end within this process, on a host that is changed. */
  runHere(change: (host: Host) => Host): Promise<Called>;
  /** Processes that carry the project's folder in their environment or their command. */
  marked(): number[];
  /** Whether a run is marked as not ended. */
  isMarked(): Promise<boolean>;
  /** Paths below the project's folder that are the program's, but for its finished runs. */
  leftFiles(): Promise<string[]>;
}

export async function killProject(): Promise<Project> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-torture-" });
  const [auditDir, tmp, told] = [join(dir, "audit"), join(dir, "tmp"), join(dir, "told.json")];
  await Deno.mkdir(tmp);
  await Deno.mkdir(join(dir, "tests"));
  await Deno.writeTextFile(join(dir, "tests/test_switch_a.py"), "");
  await Deno.writeTextFile(join(dir, "service.py"), SERVICE);
  await Deno.writeTextFile(join(dir, "pytest.sh"), PYTEST);
  await Deno.writeTextFile(join(dir, "config.yaml"), CONFIG);
  const real = denoHost();
  /** What descended from killed runs: not all of it carries the folder. */
  const descended: ProcId[] = [];
  const env = (name: string) => name === "TMPDIR" ? tmp : undefined;
  const mainOn = async (change: (host: Host) => Host, args: string[]) => {
    const out = listening();
    const sweepPorts = () => real.sweepPorts(tmp);
    // Several programs are in this process at once, and an orphan without a mark may be anybody's. Nor is anything marked: the
    // mark is a limit of the whole process while a child is made, which a child of another program would have, too.
    const orphans = { ...real.orphans, mayBeOthers: true, adopt: () => "several programs are in this process" };
    const host = { ...real, args, cwd: () => dir, env, sweepPorts, orphans, out, err: out, onSignal: () => () => {} };
    const code = await main(change(host), { name: "vx11-stability", version: "0.1.0" });
    return { code, out: out.text };
  };
  const project: Project = {
    dir,
    auditDir,
    async runTo(instant) {
      const { code, signal, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-prompt", "--no-check", "-A", KILL_MAIN, ...RUN],
        cwd: dir,
        env: { NO_COLOR: "1", TMPDIR: tmp, VX11_KILL_AT: instant, VX11_KILL_TOLD: told },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).output();
      const text = await Deno.readTextFile(told).catch((error) => {
        const how = `code ${code}, signal ${signal}, ${messageOf(error)}`;
        throw new Error(`it told nothing (${how}): ${new TextDecoder().decode(stderr)}`);
      });
      const said = JSON.parse(text);
      if (Array.isArray(said)) descended.push(...said);
      return { code, signal, told: said };
    },
    call: (...args) => mainOn((host) => host, args),
    runHere: (change) => mainOn(change, RUN),
    marked: () =>
      real.kernel.list("/proc").filter((name) =>
        /^\d+$/.test(name) &&
        ["environ", "cmdline"].some((file) => (real.kernel.read(`/proc/${name}/${file}`) ?? "").includes(dir))
      ).map(Number),
    isMarked: async () =>
      (await real.files.list(join(dir, "docs/audit/.running"))).some((name) => name.endsWith(".json")),
    leftFiles: async () => {
      const found: string[] = [];
      for (const place of [".", "tmp", "audit", "audit/raw", "docs/audit", "docs/audit/.running"]) {
        for (const name of await real.files.list(join(dir, place))) {
          const isOwn = place === "tmp" || /\.tmp$|^\.writable|^\.running$/.test(name) || place.endsWith(".running");
          if (isOwn) found.push(join(place, name));
        }
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      for (const pid of [...project.marked(), ...alive(descended)]) real.kill(pid, "SIGKILL");
      await Deno.remove(dir, { recursive: true });
    },
  };
  return project;
}

function listening(): Terminal & { text: string } {
  return {
    text: "",
    isTerminal: false,
    size: () => null,
    trouble: null,
    write(text) {
      this.text += text;
    },
  };
}

/** Those of the processes that are there still. */
export function alive(each: readonly ProcId[]): number[] {
  return each.filter(({ pid, start }) => {
    const now = readProcess(denoHost().kernel, pid);
    return now !== null && now.start === start && isAlive(now);
  }).map(({ pid }) => pid);
}
