/** A project whose engine is another host's: its files, and runs of it. */

import { join } from "@std/path";
import { OTHER_NAME, type OtherHost } from "./other_host.ts";
import { type Finished, readJournal, readReport, type Report, type Running, start, until } from "./program.ts";

const SERVICE = { image: "vx11-sandbox:1", pull_policy: "never", mem_limit: "64m", stop_grace_period: "2s" };
const service = (name: string, more: Record<string, unknown>) => ({
  ...SERVICE,
  environment: { VX11_SERVICE: name, PORT: "8001" },
  ...more,
});

const COMPOSE = {
  services: {
    open: service("open", { ports: ["18461:8001"] }),
    loop: service("loop", { ports: ["127.0.0.1:18462:8001"] }),
    inner: service("inner", { expose: ["8001"], volumes: ["./conf:/conf"] }),
  },
};

const health = (service: string) => ({ service, port: 8001, path: "/health" });
const CONFIG = {
  extends: "none",
  // By ssh, on a busy machine, the usual number takes longer than a run waits for it.
  thresholds: { min_probes: 5, latency_p95_ms: 2000 },
  core: ["open"],
  modules: {
    open: { services: ["open"], health: [health("open")] },
    loop: {
      services: ["loop"],
      depends_on: ["open"],
      health: [health("loop")],
      commands: [
        // Docker commands of tests are asked of the same engine, and pages at its host.
        { name: "there", run: ["sh", "-c", `test "$(docker info --format '{{.Name}}')" = ${OTHER_NAME}`] },
        { name: "told", run: ["sh", "-c", 'echo "$VX11_ENGINE_HOST $VX11_OPEN_URL ${VX11_LOOP_URL-none}"'] },
        { name: "inside", in: "loop", run: ["test", "-e", "/bin/vx11-service"] },
      ],
    },
    inner: {
      services: ["inner"],
      depends_on: ["open"],
      health: [
        health("inner"),
        { service: "inner", kind: "exec", command: ["/bin/vx11-service", "check"] },
        { service: "inner", kind: "tcp", port: 8001 },
      ],
      commands: [{ name: "none", run: ["true"] }],
    },
  },
};

/** By ssh a run takes minutes. */
const LIMIT_MS = 600_000;

/** How long a run that is waited for at its window goes on watching. */
export const SOAK_SEC = 20;

export class RemoteProject {
  readonly dir: string;
  readonly env: Record<string, string>;

  private constructor(dir: string, env: Record<string, string>) {
    this.dir = dir;
    this.env = env;
  }

  /**
   * It goes with the host. Its name is its own: two hosts of such tests have the id of this one (/etc/docker/key.json), and a run
   * would wait for that of the other. There is the docker context `lab`, and for ssh the host `lab`.
   */
  static async create(host: OtherHost): Promise<RemoteProject> {
    const dir = host.path(`vx11-remote-${crypto.randomUUID().slice(0, 8)}`);
    await Deno.mkdir(join(dir, "conf"), { recursive: true });
    // JSON is YAML.
    await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify(COMPOSE));
    await Deno.writeTextFile(join(dir, "vx11-stability.yaml"), JSON.stringify(CONFIG));
    return new RemoteProject(dir, await host.environment("lab"));
  }

  /** A run ends with the test, however that ends. */
  #start(args: readonly string[], env: Record<string, string>): Promise<Running> {
    const prefix = ["setpriv", "--pdeathsig", "TERM"];
    return start(args, { cwd: this.dir, env: { ...this.env, ...env }, prefix, limitMs: LIMIT_MS });
  }

  async run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return await (await this.#start(args, env)).finished;
  }

  async report(args: readonly string[], env: Record<string, string> = {}): Promise<Report> {
    const audit = join(this.dir, "audit");
    // On a calm machine the rest is over before `docker stats` has its first figure, after two seconds or more.
    const all = ["--no-keep-core", "--soak-sec", "6", "--audit-dir", audit];
    const { stderr, stdout } = await this.run([...all, ...args], env);
    return await readReport(audit).catch((cause) => {
      throw new Error(stdout + stderr, { cause });
    });
  }

  /** A run that is over as soon as the module's window is open. */
  async atWindow(args: readonly string[], env: Record<string, string>, then: () => Promise<void>) {
    const audit = join(this.dir, `audit-${crypto.randomUUID().slice(0, 8)}`);
    const all = [
      "--modules",
      "inner",
      "--soak-sec",
      String(SOAK_SEC),
      "--timeout-sec",
      "20",
      "--no-keep-core",
      "--audit-dir",
      audit,
    ];
    const running = await this.#start([...all, ...args], env);
    await until(
      "it soaks",
      async () =>
        (await readJournal(audit)).some(({ phase, module, type }) =>
          type === "phase" && phase === "probes" && module === "inner"
        ),
      120_000,
    );
    await then();
    return { running, audit };
  }
}
