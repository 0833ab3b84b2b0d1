/** Carries the runs out, and every command that reads their audit dirs; all that is written or said comes to `see`. */

import { walk } from "@std/fs";
import { basename, join } from "@std/path";
import { textsFor } from "./channels.ts";
import { COMPOSE_MODULES, composeProject, CYCLES } from "./compose_project.ts";
import type { Planting } from "./forms.ts";
import { FAILING, isOfService, processProject, talkingPytest, variablesOf } from "./process_project.ts";
import type { Canary } from "./values.ts";

export interface Setting {
  /** The compiled program. */
  program: string;
  python: string;
  canaries: readonly Canary[];
  plantings: readonly Planting[];
  /** Takes a text, and the file or stream that it is of. */
  see: (where: string, text: string) => void;
  progress: (line: string) => void;
  /** Leaves the project where it is. */
  keep: boolean;
}

/** At most so many calls for what is said once a call. */
const MOST_CALLS = 60;

type Call = (label: string, args: readonly string[]) => Promise<void>;

function caller({ program, progress, see }: Setting, cwd: string, env: Record<string, string>): Call {
  return async (label, args) => {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      cwd,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    progress(`${label}: exit code ${code}${code < 2 ? "" : `, ${text(stderr).slice(0, 300)}`}`);
    if (label.startsWith("run")) progress(text(stderr).replaceAll(/[^\n]{200,}/g, (line) => `${line.slice(0, 200)}…`));
    see(`stdout of ${label}`, text(stdout));
    see(`stderr of ${label}`, text(stderr));
  };
}

async function seeFiles({ see }: Setting, dir: string): Promise<void> {
  for await (const { name, path } of walk(dir, { includeDirs: false })) {
    see(path.slice(dir.length + 1), `${name}\n${await Deno.readTextFile(path)}`);
  }
}

/** All commands that read an audit dir. `review` is asked of an endpoint that answers with plantings. */
async function readAgain(call: Call, setting: Setting, auditDir: string, other: string): Promise<void> {
  await call("judge", ["judge", auditDir, "--out", join(other, "judged", basename(auditDir))]);
  for (const format of ["json", "md", "html", "junit", "tap"]) {
    await call(`report ${format}`, ["report", auditDir, "--format", format]);
  }
  await call("compare", ["compare", auditDir, auditDir]);
  await call("history", ["history", join(auditDir, "..")]);
  await call("review --dry-run", ["review", auditDir, "--dry-run"]);
  // What the services have alone was never sent, so that no answer has it.
  const answer = textsFor("the answer to a review", setting.plantings.filter(({ canary }) => isOwn(setting, canary)))
    .join("\n").slice(0, 900_000);
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    setting.see("request of review", `${[...request.headers].join("\n")}\n${await request.text()}`);
    return Response.json({ choices: [{ message: { content: answer } }], model: "m" });
  });
  await call("review", ["review", auditDir, "--endpoint", `http://127.0.0.1:${server.addr.port}/v1`, "--model", "m"]);
  await server.shutdown();
}

export async function onProcesses(setting: Setting): Promise<void> {
  const { canaries, plantings, python } = setting;
  const dir = await Deno.makeTempDir({ prefix: "vx11-canaries-" });
  const env = variablesOf(canaries.filter((canary) => !isOfService(canary)));
  const call = caller(setting, dir, env);
  try {
    await processProject(dir, canaries, plantings, python);
    const audit = join(dir, "audits");
    const common = ["--config", "stability.yaml", "--no-color"];
    const well = ["--modules", "switch,baseline", "--timeout-sec", "120"];
    await call("run", [...common, ...well, "--audit-dir", join(audit, "a")]);
    const failing = ["--modules", FAILING.join(","), "--timeout-sec", "6"];
    await call("run of what fails", [...common, ...failing, "--audit-dir", join(audit, "b")]);
    const pytest = await talkingPytest(dir, plantings, python);
    const talking = ["--modules", "switch", "--json", "--pytest", pytest];
    await call("run --json", [...common, ...talking, "--audit-dir", join(audit, "c")]);
    await wrongWords(call, setting, dir);
    for (const name of ["a", "b", "c"]) await readAgain(call, setting, join(audit, name), dir);
    await seeFiles(setting, audit);
    await seeFiles(setting, join(dir, "judged"));
  } finally {
    if (!setting.keep) await Deno.remove(dir, { recursive: true });
    else setting.progress(`kept ${dir}`);
  }
}

function isOwn({ canaries }: Setting, nr: number): boolean {
  return canaries.some((canary) => canary.nr === nr && !isOfService(canary));
}

/** Values that the program refuses, of the canaries that are in its own environment. */
async function wrongWords(call: Call, setting: Setting, dir: string): Promise<void> {
  const short = setting.plantings.filter(({ canary, pieces }) =>
    isOwn(setting, canary) && pieces.join("").length < 3000
  );
  const step = Math.ceil(short.length / MOST_CALLS) + 1;
  const few = short.filter((_, nr) => nr % step === 0);
  const values = textsFor("a wrong value in the config file", few);
  const keys = textsFor("an unknown key in the config file", few);
  const words = textsFor("a wrong value on the command line", few);
  for (const [nr, value] of values.entries()) {
    await Deno.writeTextFile(join(dir, "wrong.yaml"), JSON.stringify({ thresholds: { min_probes: value } }));
    await call(`wrong value ${nr}`, ["plan", "--config", "wrong.yaml"]);
    await Deno.writeTextFile(join(dir, "wrong.yaml"), JSON.stringify({ thresholds: { [keys[nr] ?? ""]: 1 } }));
    await call(`wrong key ${nr}`, ["plan", "--config", "wrong.yaml"]);
    const word = words[nr]?.replaceAll("\0", "") ?? "";
    await call(`wrong word ${nr}`, nr % 2 === 0 ? ["--modules", word] : ["--cycles", word]);
  }
}

export async function onCompose(setting: Setting): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-canaries-" });
  const project = `canaries${Deno.pid}`;
  const call = caller(setting, dir, variablesOf(setting.canaries.filter((canary) => !isOfService(canary))));
  try {
    await composeProject(dir, project, setting.canaries, setting.plantings);
    const audit = join(dir, "audits");
    const chosen = ["--config", "stability.yaml", "--modules", COMPOSE_MODULES.join(","), "--no-keep-core"];
    const limits = ["--cycles", String(CYCLES), "--timeout-sec", "8"];
    await call("run on Compose", [...chosen, ...limits, "--audit-dir", join(audit, "c")]);
    await readAgain(call, setting, join(audit, "c"), dir);
    await seeFiles(setting, audit);
    await seeFiles(setting, join(dir, "judged"));
  } finally {
    await new Deno.Command("docker", {
      args: ["compose", "down", "-v", "-t", "1"],
      cwd: dir,
      stdout: "null",
      stderr: "null",
    })
      .output();
    if (!setting.keep) await Deno.remove(dir, { recursive: true });
    else setting.progress(`kept ${dir}`);
  }
}
