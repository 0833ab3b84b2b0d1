/**
 * Another host: network, mounts, name and processes of its own, with a dockerd of its own that listens at its address, and joined to
 * this one by a cable. The kernel is the same, so a program could mistake this host's /proc and cgroups for that one's. Needs root,
 * iproute2 and util-linux.
 */

import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { command, image } from "./environment.ts";
import { until } from "./program.ts";

const IMAGE = "vx11-sandbox:1";
export const OTHER_NAME = "otherhost";

/** Why there can be none here; undefined if there can. */
export const NO_OTHER_HOST = await whyNone();

async function whyNone(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "another host needs root";
  const tools = [["dockerd", "--version"], ["ip", "-V"], ["unshare", "--version"], ["nsenter", "--version"]] as const;
  for (const [name, arg] of tools) if ((await command(name, [arg])).code !== 0) return `there is no ${name}`;
  const made = await command("unshare", ["-m", "-n", "-u", "-p", "--fork", "true"]);
  return made.code === 0 ? undefined : "no namespaces can be made";
}

export class OtherHost implements AsyncDisposable {
  readonly #dir: string;
  /** Of its network, and of the cable's two ends. */
  readonly #number = 1 + Math.floor(Math.random() * 250);
  readonly #unshare: Deno.ChildProcess;
  #init = 0;

  private constructor(dir: string) {
    this.#dir = dir;
    const dockerd = [
      "dockerd",
      ...["--data-root", "--exec-root", "--pidfile"].flatMap((name) => [name, join(dir, name)]),
    ];
    // Without /run, no socket of this host can be taken for one of that host.
    const script = `set -e; ip link set lo up; hostname ${OTHER_NAME}; mount -t tmpfs tmpfs /run
read -r _; exec ${
      dockerd.join(" ")
    } -H unix:///run/docker.sock -H tcp://${this.address}:2375 --tls=false >${dir}/log 2>&1`;
    this.#unshare = new Deno.Command("unshare", {
      args: ["-m", "-n", "-u", "-p", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  /** With the image of the stand-in services. */
  static async create(): Promise<OtherHost> {
    await image();
    const host = new OtherHost(await Deno.makeTempDir({ prefix: "vx11-other-" }));
    try {
      await host.#begin();
      return host;
    } catch (error) {
      const log = await Deno.readTextFile(join(host.#dir, "log")).catch(() => "");
      await host[Symbol.asyncDispose]();
      throw new Error(log.split("\n").slice(-12).join("\n"), { cause: error });
    }
  }

  get address(): string {
    return `10.77.${this.#number}.2`;
  }

  get endpoint(): string {
    return `tcp://${this.address}:2375`;
  }

  /** A folder that only this test uses. */
  path(name: string): string {
    return join(this.#dir, name);
  }

  async #begin(): Promise<void> {
    const { pid } = this.#unshare;
    const children = `/proc/${pid}/task/${pid}/children`;
    this.#init = await until("it has a first process", async () => {
      const child = Number((await Deno.readTextFile(children).catch(() => "")).trim());
      return child > 0 && child;
    });
    await until("it has its name", async () => (await this.inside("hostname")).stdout.trim() === OTHER_NAME);
    const [here, there] = this.#ends;
    await must("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", String(this.#init));
    await must("ip", "addr", "add", `10.77.${this.#number}.1/24`, "dev", here);
    await must("ip", "link", "set", here, "up");
    await this.inside("ip", "addr", "add", `${this.address}/24`, "dev", there);
    await this.link("up");
    const begin = this.#unshare.stdin.getWriter();
    await begin.write(new TextEncoder().encode("begin\n"));
    await begin.close();
    await until(
      "its dockerd answers",
      async () => (await command("docker", ["-H", this.endpoint, "version"])).code === 0,
    );
    const saved = this.path("image.tar");
    await must("docker", "save", "--output", saved, IMAGE);
    await this.docker("load", "--input", saved);
  }

  get #ends(): [here: string, there: string] {
    return [`vx11a${this.#number}`, `vx11b${this.#number}`];
  }

  /** Runs a command there. */
  inside(...words: string[]) {
    return command("nsenter", ["-t", String(this.#init), "-m", "-n", "-u", "-p", "--", ...words]);
  }

  /** Standard output of a docker command on its engine. */
  docker(...args: string[]): Promise<string> {
    return must("docker", "-H", this.endpoint, ...args);
  }

  /** Pulls the cable out there, or puts it in. */
  async link(state: "up" | "down"): Promise<void> {
    await this.inside("ip", "link", "set", this.#ends[1], state);
  }

  /**
   * The environment in which its engine is the docker context `name`, whatever this user's are; and where ssh reaches it as `lab`, a
   * name that only ssh knows. In place of sshd, whose program goes into the host as root would.
   */
  async environment(context: string): Promise<Record<string, string>> {
    const bin = this.path("bin");
    await ensureDir(bin);
    const ssh = `#!/bin/sh
[ "$1" = -G ] && { echo "hostname ${this.address}"; exit; }
while [ "$1" != -- ]; do shift; done
[ "$2" = lab ] || exit 255
shift 2
exec env -u DOCKER_HOST -u DOCKER_CONTEXT nsenter -t ${this.#init} -m -n -u -p -- "$@"
`;
    await Deno.writeTextFile(join(bin, "ssh"), ssh, { mode: 0o755 });
    const env = { DOCKER_CONFIG: this.path("config"), PATH: `${bin}:${Deno.env.get("PATH") ?? ""}` };
    const args = ["context", "create", context, "--docker", `host=${this.endpoint}`];
    const { success } = await new Deno.Command("docker", { args, env, stdout: "null", stderr: "null" }).output();
    if (!success) throw new Error(`docker ${args.join(" ")} failed`);
    return env;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link("up");
    const { stdout } = await command("docker", ["-H", this.endpoint, "ps", "--all", "--quiet"]);
    const ids = stdout.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await command("docker", ["-H", this.endpoint, "rm", "--force", "--volumes", ...ids]);
    // With its first process, all of them end, and with its network the cable goes.
    this.#unshare.kill("SIGKILL");
    await this.#unshare.status;
    await command("ip", ["link", "del", this.#ends[0]]);
    await Deno.remove(this.#dir, { recursive: true });
  }
}

/** Standard output; throws with what it said if it fails. */
async function must(name: string, ...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await command(name, args);
  if (code !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}
