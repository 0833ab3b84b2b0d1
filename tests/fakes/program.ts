/** The whole program from source, in a process of its own, on a project of processes in a temporary folder. */

import { basename } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";
import { PYTHON } from "./python.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** A page of its own on $PORT; what else it does, its first argument says. */
const SERVICE = `import http.server, os, signal, sys, threading, time
trouble = sys.argv[1] if len(sys.argv) > 1 else ""
signal.signal(signal.SIGTERM, signal.SIG_IGN if trouble == "deaf" else lambda *_: os._exit(0))
seen = 0
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global seen, eaten
        seen += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")
        if seen == 3 and trouble == "crash": os._exit(3)
        if seen == 3 and trouble == "eat": eaten = b"x" * 100_000_000
    def log_message(self, *_): print(self.path, flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
`;

export interface Project extends AsyncDisposable {
  dir: string;
  /** The command that a service runs to have a page. */
  service: (trouble?: string) => string;
  /** Starts the program on this project. */
  start(...args: string[]): Deno.ChildProcess;
  /** As `start`, with more in its environment. */
  startWith(env: Record<string, string>, ...args: string[]): Deno.ChildProcess;
  /** Runs it to its end. */
  run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** As `run`, with more in its environment. */
  runWith(env: Record<string, string>, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The one audit dir of the project. */
  auditDir(): Promise<string>;
  /** Ids of the processes of its services, those that a killed program left included. */
  processes(): number[];
}

/** `config` is the text of its config file, `config.yaml`. */
export async function processProject(config: (service: Project["service"]) => string): Promise<Project> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-project-" });
  const service = (trouble = "") => JSON.stringify([PYTHON, "-IS", "service.py", trouble]);
  await Deno.writeTextFile(`${dir}/service.py`, SERVICE);
  await Deno.writeTextFile(`${dir}/config.yaml`, config(service));
  await Deno.mkdir(`${dir}/tests`);
  const startWith = (env: Record<string, string>, args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "-A", MAIN, ...args],
      cwd: dir,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  const runWith = async (env: Record<string, string>, ...args: string[]) => {
    const { code, stderr, stdout } = await startWith(env, args).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, stdout: out ?? "", stderr: err ?? "" };
  };
  return {
    dir,
    service,
    start: (...args) => startWith({}, args),
    startWith: (env, ...args) => startWith(env, args),
    run: (...args) => runWith({}, ...args),
    runWith,
    async auditDir() {
      const names = await denoHost().files.list(`${dir}/docs/audit`);
      return `${dir}/docs/audit/${names.find((name) => name.startsWith("vx11_"))}`;
    },
    processes() {
      const { kernel } = denoHost();
      const mark = `VX11_PROCESS_PROJECT=${basename(dir)}:${dir}\0`;
      return kernel.list("/proc").filter((name) =>
        /^\d+$/.test(name) && (kernel.read(`/proc/${name}/environ`) ?? "").includes(mark)
      ).map(Number);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(dir, { recursive: true });
    },
  };
}
