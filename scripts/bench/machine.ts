/** Where and with what it was measured: a line of each, for the head of the results. */

import config from "../../deno.json" with { type: "json" };

export interface Machine {
  date: string;
  hardware: string;
  software: string[];
}

export async function describeMachine(withDocker: boolean): Promise<Machine> {
  const cpu = (await text("/proc/cpuinfo")).match(/^model name\s*:\s*(.*)$/m)?.[1] ?? "unknown CPU";
  const load = (await text("/proc/loadavg")).split(" ")[0];
  const gib = (Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0);
  const before = load === undefined || load === "" ? "" : `, load ${load} at the start`;
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
    hardware: `${cpu}, ${navigator.hardwareConcurrency} cores, ${gib} GiB${before}`,
    software: [
      `${config.name} ${config.version}${await commit()}`,
      `Deno ${Deno.version.deno}`,
      `${Deno.build.os} ${Deno.osRelease()}`,
      ...withDocker
        ? [
          `Docker ${await answer("docker", ["version", "--format", "{{.Server.Version}}"])}`,
          `Compose ${await answer("docker", ["compose", "version", "--short"])}`,
          await answer("python3", ["-m", "pytest", "--version"]),
        ]
        : [],
    ],
  };
}

async function commit(): Promise<string> {
  const hash = await answer("git", ["describe", "--always", "--dirty"]);
  return hash === "unknown" ? "" : ` (${hash})`;
}

/** The first line that a command prints; "unknown" where it fails. */
async function answer(program: string, args: string[]): Promise<string> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" }).output();
    const [line = ""] = new TextDecoder().decode(stdout).trim().split("\n");
    return success && line !== "" ? line : "unknown";
  } catch {
    return "unknown";
  }
}

async function text(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}
