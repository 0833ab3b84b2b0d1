/** A dockerd of the test's own, beside whichever runs on this machine, so that it may be stopped and killed. Needs root. */

import { join } from "@std/path";
import { command, ROOT } from "./environment.ts";
import { until } from "./program.ts";

/** Why none can be started here; undefined if one can. */
export const NO_OWN_DOCKERD = Deno.uid() !== 0
  ? "a dockerd of its own needs root"
  : (await command("dockerd", ["--version"])).code !== 0
  ? "there is no dockerd"
  : undefined;

export class OwnDockerd implements AsyncDisposable {
  readonly #dir: string;
  #child: Deno.ChildProcess | null = null;
  #logged: Promise<void> = Promise.resolve();

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** With the image of the stand-in services. */
  static async create(): Promise<OwnDockerd> {
    const own = new OwnDockerd(await Deno.makeTempDir({ prefix: "vx11-dockerd-" }));
    await own.start();
    const args = ["run", "--no-prompt", "-A", "scripts/sandbox_image.ts"];
    const made = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: own.env, stdout: "null" }).output();
    if (!made.success) throw new Error(new TextDecoder().decode(made.stderr));
    return own;
  }

  /** For programs that are to talk to it. */
  get env(): Record<string, string> {
    return { DOCKER_HOST: `unix://${join(this.#dir, "docker.sock")}` };
  }

  /** Waits until it answers. */
  async start(): Promise<void> {
    const [data, exec, pid] = ["data", "exec", "pid"].map((name) => join(this.#dir, name));
    this.#child = new Deno.Command("dockerd", {
      args: [
        ...[
          "--data-root",
          data ?? "",
          "--exec-root",
          exec ?? "",
          "--pidfile",
          pid ?? "",
          "-H",
          this.env["DOCKER_HOST"] ?? "",
        ],
        // The rules and addresses are another dockerd's.
        ...[
          "--iptables=false",
          "--ip6tables=false",
          "--bridge=none",
          "--default-address-pool",
          "base=10.213.0.0/16,size=24",
        ],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const log = join(this.#dir, "log");
    const file = await Deno.open(log, { create: true, append: true });
    // Read to its end: a dockerd whose stderr nobody reads stands still.
    this.#logged = this.#child.stderr.pipeTo(file.writable);
    try {
      await until("dockerd answers", async () => await this.#docker("version") !== null, 60_000);
    } catch (cause) {
      throw new Error((await Deno.readTextFile(log)).split("\n").slice(-12).join("\n"), { cause });
    }
  }

  /** Resolves when it has ended. Killed, it leaves its containers running, as one does that crashes. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    child.kill(signal);
    await child.status;
    // Its containerd dies with it, holds the log open until then, and where nobody takes its end is taken for one that runs.
    await this.#logged;
    await Deno.remove(join(this.#dir, "exec/containerd/containerd.pid")).catch(() => {});
  }

  /** Lines of a docker command; null if it failed. */
  async lines(...args: string[]): Promise<string[]> {
    const text = await this.#docker(...args);
    if (text === null) throw new Error(`docker ${args.join(" ")} failed`);
    return text.split("\n").filter((line) => line !== "");
  }

  async #docker(...args: string[]): Promise<string | null> {
    const { stdout, success } = await new Deno.Command("docker", { args, env: this.env, stdin: "null", stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout) : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child === null) await this.start();
    const containers = await this.lines("ps", "--all", "--quiet");
    if (containers.length > 0) await this.lines("rm", "--force", "--volumes", ...containers);
    await this.end("SIGTERM");
    // One that was killed leaves its mounts.
    const mounts = (await Deno.readTextFile("/proc/mounts")).split("\n").map((line) => line.split(" ")[1] ?? "")
      .filter((path) => path.startsWith(`${this.#dir}/`)).reverse();
    if (mounts.length > 0) await command("umount", ["--lazy", ...mounts]);
    await Deno.remove(this.#dir, { recursive: true });
  }
}
