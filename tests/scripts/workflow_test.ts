import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import { readArgv } from "../../lib/cli/argv.ts";

interface Step {
  name?: string;
  run?: string;
  uses?: string;
  if?: string;
  with?: Record<string, string>;
}

interface Job {
  if?: string;
  needs?: string;
  "timeout-minutes"?: number;
  steps: Step[];
}

interface Workflow {
  on: Record<string, unknown>;
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

async function workflow(name: string): Promise<Workflow> {
  const path = new URL(`../../.github/workflows/${name}`, import.meta.url);
  return parse(await Deno.readTextFile(path)) as Workflow;
}

async function steps(name: string): Promise<Step[]> {
  return Object.values((await workflow(name)).jobs).flatMap((job) => job.steps);
}

/** The words of the line that runs the program in a job of vx11-stability.yml, in the form that the command line gets. */
function commandOf(job: Job | undefined, modules = ""): string[] {
  const line = job?.steps.flatMap(({ run }) => run?.split("\n") ?? []).find((line) =>
    line.startsWith("vx11-stability ")
  );
  return (line ?? "").split(" ").slice(1).map((word) => word === '"$MODULES"' ? modules : word);
}

Deno.test("the workflows are YAML whose steps each run or use something", async () => {
  for (const name of ["ci.yml", "vx11-stability.yml"]) {
    for (const step of await steps(name)) assert((step.run === undefined) !== (step.uses === undefined), name);
  }
});

Deno.test("ci.yml runs tasks that deno.json has", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const script = (await steps("ci.yml")).map(({ run }) => run ?? "").join("\n");
  const used = Array.from(script.matchAll(/scripts\/deno task ([\w:]+)/g), ([, task]) => `${task}`);
  assertEquals(used, ["ok", "coverage", "build", "test:integration"]);
  for (const task of used) assert(task in tasks, task);
});

Deno.test("each job checks what it downloads, gates on the exit code, and uploads its report always", async () => {
  const { jobs } = await workflow("vx11-stability.yml");
  const artifacts = new Set<string | undefined>();
  for (const [name, { steps, "timeout-minutes": minutes }] of Object.entries(jobs)) {
    const at = (pattern: RegExp) => steps.findIndex((step) => pattern.test(`${step.run ?? ""}${step.uses ?? ""}`));
    const [check, gate, upload] = [at(/sha256sum --check/), at(/^vx11-stability /m), at(/upload-artifact/)];
    assert(0 <= check && check < gate && gate < upload, `${name}: ${check} ${gate} ${upload}`);
    assertEquals(steps[gate]?.if, undefined, name);
    assertEquals(steps[upload]?.if, "always()", name);
    assertEquals(steps[upload]?.with?.path, "docs/audit/vx11_stability_*/", name);
    artifacts.add(steps[upload]?.with?.name);
    assert(!/env -i/.test(steps[gate]?.run ?? ""), "the program is to see that it runs in a job");
    assert(minutes !== undefined && minutes <= 120, `${name} has no limit of its own`);
    assertEquals(steps.slice(0, gate), jobs["stability-unit"]?.steps.slice(0, gate), `${name} is set up as the others`);
  }
  assertEquals(artifacts.size, 3, "an artifact's name is used once in a run");
  const all = Object.values(jobs).flatMap(({ steps }) => steps);
  assertEquals(all.filter(({ run }) => run?.includes("GITHUB_STEP_SUMMARY")), [], "the program writes the summary");
});

Deno.test("the jobs are the manual's: unit, integration on a push to main, and every night the full run", async () => {
  const { on, env, jobs } = await workflow("vx11-stability.yml");
  assertEquals(Object.keys(jobs), ["stability-unit", "stability-integration", "stability-full"]);
  const { schedule } = on as { schedule?: { cron?: string }[] };
  assertMatch(schedule?.[0]?.cron ?? "", /^\d+ \d+ \* \* \*$/, "once a night");
  const { "stability-unit": unit, "stability-integration": integration, "stability-full": full } = jobs;
  assertEquals(commandOf(unit).slice(0, 3), ["demo", "--modules", "switch,hermes"]);
  assertStringIncludes(integration?.if ?? "", "github.event_name == 'push'");
  assertStringIncludes(integration?.if ?? "", "github.ref == 'refs/heads/main'");
  assertStringIncludes(full?.if ?? "", "github.event_name == 'schedule'");
  assertEquals(commandOf(full).slice(0, 4), ["--cycles", "3", "--timeout-sec", "30"]);
  // Elsewhere than in a run that was started by hand, the input is the empty text: all modules.
  assertEquals(env?.["MODULES"], "${{ inputs.modules }}");
  for (const job of [integration, full]) assertEquals(commandOf(job)[commandOf(job).indexOf("--modules") + 1], "");
});

Deno.test("the program takes the command lines of vx11-stability.yml", async () => {
  const { jobs } = await workflow("vx11-stability.yml");
  for (const [name, job] of Object.entries(jobs)) {
    const { command, values } = readArgv(commandOf(job, "switch,hermes"));
    assertEquals(command, name === "stability-unit" ? "demo" : "run");
    assertEquals(values("modules"), ["switch,hermes"]);
  }
});
