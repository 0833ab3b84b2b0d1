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
  const tools = [
    ["dockerd", "--version"],
    ["ip", "-V"],
    ...["unshare", "nsenter", "setsid", "setpriv"].map((name) => [name, "--version"]),
  ];
  for (const [name = "", arg = ""] of tools) {
    if ((await command(name, [arg])).code !== 0) return `there is no ${name}`;
  }
  const made = await command("unshare", ["-m", "-n", "-u", "-p", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/run"]);
  if (made.code !== 0) return "no namespaces can be made";
  // Whose names tell that no other test makes the same at the same moment.
  const [here, there] = [`vx11p${Deno.pid}`, `vx11q${Deno.pid}`];
  const cable = await command("ip", ["link", "add", here, "type", "veth", "peer", "name", there]);
  await command("ip", ["link", "del", here]);
  return cable.code === 0 ? undefined : "no cable between two networks can be made";
}

/**
 * Its first process. It tells its number here, waits for its address, and runs dockerd until the standard input ends, which it does
 * when the test ends, in whatever way. Published ports need no iptables, of which a host has one of two kinds, or none: docker-proxy
 * listens there. Without /run, no socket of this host can be taken for one of that host.
 */
const FIRST = `set -e
read -r pid _ </proc/self/stat; echo "$pid" >"$1/pid"
mount -t proc proc /proc; mount -t tmpfs tmpfs /run
ip link set lo up; hostname ${OTHER_NAME}
read -r address
dockerd --iptables=false --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/dockerd.pid" --tls=false \
  -H unix:///run/docker.sock -H "tcp://$address:2375" >"$1/log" 2>&1 </dev/null &
cat >/dev/null
export DOCKER_HOST=unix:///run/docker.sock
timeout 20 docker ps --all --quiet | timeout 20 xargs -r docker rm --force --volumes >/dev/null 2>&1`;

/** Around it, in a session of its own, so that no signal to the test reaches it. With the first process, all others of the host end. */
const KEEPER = `unshare -m -n -u -p --fork --kill-child sh -c "$2" sh "$1"
ip link del "$3" 2>/dev/null
rm -rf --one-file-system -- "$1"`;

export class OtherHost implements AsyncDisposable {
  readonly #dir: string;
  /** Of its network, and of the cable's two ends. */
  readonly #number: number;
  readonly #keeper: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #init = 0;

  private constructor(dir: string, number: number) {
    this.#dir = dir;
    this.#number = number;
    this.#keeper = new Deno.Command("setsid", {
      args: ["--wait", "sh", "-c", KEEPER, "sh", dir, FIRST, this.#ends[0]],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#input = this.#keeper.stdin.getWriter();
  }

  /** With the image of the stand-in services. */
  static async create(): Promise<OtherHost> {
    await image();
    const number = await freeNumber();
    const host = new OtherHost(await Deno.makeTempDir({ prefix: "vx11-other-" }), number);
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

  /** A file or folder that only this test uses, and that goes with the host. */
  path(name: string): string {
    return join(this.#dir, name);
  }

  async #begin(): Promise<void> {
    this.#init = await until("it has a first process", async () => {
      const pid = Number(await Deno.readTextFile(this.path("pid")).catch(() => ""));
      return pid > 0 && pid;
    });
    await until("it has its name", async () => (await this.inside("hostname")).stdout.trim() === OTHER_NAME);
    const [here, there] = this.#ends;
    await must("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", String(this.#init));
    await must("ip", "addr", "add", `10.77.${this.#number}.1/24`, "dev", here);
    await must("ip", "link", "set", here, "up");
    await this.inside("ip", "addr", "add", `${this.address}/24`, "dev", there);
    await this.link("up");
    await this.#input.write(new TextEncoder().encode(`${this.address}\n`));
    await until(
      "its dockerd answers",
      async () => (await command("docker", ["-H", this.endpoint, "version"])).code === 0,
      60_000,
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

  /** As when the test is killed: the end of its standard input is what ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Broken if the host came to an end by itself.
    await this.#input.close().catch(() => {});
    const { code } = await this.#keeper.status;
    if (code !== 0) throw new Error(`${this.#dir} could not be removed`);
  }
}

/** One that no cable here has: a host that a killed test left may not be gone yet. */
async function freeNumber(): Promise<number> {
  const addresses = await must("ip", "-o", "-4", "addr", "show");
  const free = Array.from({ length: 250 }, (_, at) => at + 1).filter((number) =>
    !addresses.includes(`10.77.${number}.`)
  );
  const number = free[Math.floor(Math.random() * free.length)];
  if (number === undefined) throw new Error("all numbers of networks are taken");
  return number;
}

/** Standard output; throws with what it said if it fails. */
async function must(name: string, ...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await command(name, args);
  if (code !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}
