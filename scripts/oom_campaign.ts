/**
 * Counts how often a kill for memory is missed, and how often a kill from elsewhere is taken for one, on this host's Docker: containers
 * that the kernel kills at their limit (PID 1, a child that the service outlives, a child whose end ends the service), and
 * containers that this program kills with SIGKILL at half their limit, at every second time while the kernel kills a container of
 * nobody's beside them. Each in a window of its own, judged by the compiled program.
 *
 * scripts/deno run -A scripts/oom_campaign.ts [--binary dist/vx11-stability] [--kills 40] [--busy] [--only main,child] [--out DIR]
 *
 * As root, on Linux, with Docker and a static busybox: the container's processes are killed from this host. `--busy` keeps
 * a process more than there are cores at work. The program itself may be another user's: give a `--binary` that starts it so.
 * To count on cgroup v2, run it on a host that has it. Ends with 1 if any was judged wrong; reports are kept in DIR.
 */

import { parseArgs } from "@std/cli";
import { join, resolve } from "@std/path";
import { burn, killer } from "./oom/kill.ts";
import { type Kind, KINDS, writeProject } from "./oom/project.ts";
import { counted, type Row, tableOf } from "./oom/score.ts";
import { ensureImage } from "./sandbox_image.ts";
import { say } from "./say.ts";

interface Options {
  binary: string;
  kills: number;
  busy: boolean;
  out: string;
}

/** One run of as many cycles as kills are wanted. */
async function countKind(kind: Kind, { binary, kills, out }: Options): Promise<Row> {
  const dir = await Deno.makeTempDir({ prefix: `oom-${kind.name}-`, dir: out });
  // The program may be another user's.
  await Deno.chmod(dir, 0o777);
  const project = `oom-campaign-${Deno.pid}-${kind.name.replaceAll("_", "-")}`;
  await writeProject(dir, project, kind);
  const killing = kind.killed === "elsewhere" ? killer(project) : null;
  try {
    const args = ["--config", "config.yaml", "--cycles", String(kills), "--no-keep-core", "--quiet"];
    const words = [
      ...args,
      "--project-dir",
      dir,
      "--audit-dir",
      join(dir, "audit"),
      "--timeout-sec",
      "30",
      "--soak-sec",
      String(kind.soakSec),
    ];
    const { code, stderr } = await new Deno.Command(binary, { args: words, cwd: dir, stdout: "null" }).output();
    if (code > 1) throw new Error(`the program ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  } finally {
    await killing?.close();
  }
  return counted(kind, JSON.parse(await Deno.readTextFile(join(dir, "audit", "REPORT.json"))));
}

function optionsOf(args: string[]): Options & { only: string[] } {
  const given = parseArgs(args, { boolean: ["busy"], string: ["binary", "kills", "only", "out"] });
  const word = (name: string, standard: string) => String(given[name] ?? standard);
  return {
    binary: resolve(word("binary", "dist/vx11-stability")),
    kills: Number(word("kills", "40")),
    busy: given["busy"] === true,
    out: resolve(word("out", "dist/oom_campaign")),
    only: word("only", "").split(",").filter((name) => name !== ""),
  };
}

if (import.meta.main) {
  const { only, ...options } = optionsOf(Deno.args);
  await Deno.mkdir(options.out, { recursive: true });
  say(await ensureImage());
  const burning = options.busy ? burn() : null;
  const rows: Row[] = [];
  try {
    for (const kind of KINDS.filter(({ name }) => only.length === 0 || only.includes(name))) {
      rows.push(await countKind(kind, options));
      say(tableOf(rows.slice(-1)));
    }
  } finally {
    await burning?.close();
  }
  say(`\n${options.busy ? "Busy" : "Idle"}:\n${tableOf(rows)}`);
  if (rows.some(({ wrong }) => wrong > 0)) Deno.exitCode = 1;
}
