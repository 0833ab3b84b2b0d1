/** Kills from elsewhere, and work that keeps the machine busy. Everything ends by itself. */

import { IMAGE } from "../sandbox_image.ts";
import { HOLDING } from "./project.ts";

export interface Closable {
  close(): Promise<void>;
}

/** How long a container is left alone before it is killed: the run has to see it run. */
const LEAD_MS = 1500;
const LOOK_MS = 50;
const LOOKS = 400;
const BURN_SEC = 3600;

/** Kills PID 1 of each container of the project once it holds what it is to hold. */
export function killer(project: string): Closable {
  const args = ["events", "--filter", "event=start", "--filter", `label=com.docker.compose.project=${project}`];
  const child = new Deno.Command("docker", { args: [...args, "--format", "{{.ID}}"], stdout: "piped" }).spawn();
  let nth = 0;
  const reading = (async () => {
    const lines = child.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of lines) {
      for (const id of text.split("\n").filter((line) => line !== "")) await killOne(id, nth++);
    }
  })();
  return {
    async close() {
      child.kill("SIGKILL");
      await Promise.all([child.status, reading]);
    },
  };
}

async function killOne(id: string, nth: number): Promise<void> {
  const pid = Number(await docker("container", "inspect", "--format", "{{.State.Pid}}", id));
  for (let look = 0; look < LOOKS && !await isVictim(pid); look++) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  await new Promise((done) => setTimeout(done, LEAD_MS));
  if (!await isVictim(pid)) throw new Error(`process ${pid} of container ${id} is not the one to be killed`);
  // Somebody else's container that the kernel kills at the same moment must not be taken for this one.
  const limit = ["--memory", "16m", "--memory-swap", "16m"];
  const beside = nth % 2 === 0
    ? null
    : docker("run", "--rm", "--network", "none", ...limit, IMAGE, "tail", "/dev/zero");
  if (beside !== null) await untilKilled(await countOfKills());
  Deno.kill(pid, "SIGKILL");
  await beside?.catch(() => {});
}

async function untilKilled(before: number): Promise<void> {
  for (let look = 0; look < LOOKS * 10; look++) {
    if (await countOfKills() > before) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error("the container beside was not killed for memory");
}

/** Of the whole host. */
async function countOfKills(): Promise<number> {
  return Number(/^oom_kill (\d+)$/m.exec(await Deno.readTextFile("/proc/vmstat"))?.[1]);
}

async function isVictim(pid: number): Promise<boolean> {
  return (await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "")) === HOLDING;
}

async function docker(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await new Deno.Command("docker", { args }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(`docker ${args[0]} ended with ${code}: ${text.decode(stderr)}`);
  return text.decode(stdout).trim();
}

/** A process more than there are cores, each of which ends by itself after an hour. */
export function burn(): Closable {
  const code = `const end = Date.now() + ${BURN_SEC * 1000}; while (Date.now() < end);`;
  const start = () => new Deno.Command(Deno.execPath(), { args: ["eval", "--no-lock", code] }).spawn();
  const children = Array.from({ length: navigator.hardwareConcurrency + 1 }, start);
  return {
    async close() {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(children.map(({ status }) => status));
    },
  };
}
