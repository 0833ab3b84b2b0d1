import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";

interface Step {
  run?: string;
  uses?: string;
  if?: string;
}

async function steps(name: string): Promise<Step[]> {
  const path = new URL(`../../.github/workflows/${name}`, import.meta.url);
  const workflow = parse(await Deno.readTextFile(path)) as { jobs: Record<string, { steps: Step[] }> };
  return Object.values(workflow.jobs).flatMap((job) => job.steps);
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
  assertEquals(used, ["ok", "build", "test:integration"]);
  for (const task of used) assert(task in tasks, task);
});

Deno.test("vx11-stability.yml checks what it downloads, gates on the exit code, and keeps the evidence always", async () => {
  const all = await steps("vx11-stability.yml");
  const at = (pattern: RegExp) => all.findIndex((step) => pattern.test(`${step.run ?? ""}${step.uses ?? ""}`));
  const [check, gate, upload] = [at(/sha256sum --check/), at(/^vx11-stability /m), at(/upload-artifact/)];
  assert(0 <= check && check < gate && gate < upload, `${check} ${gate} ${upload}`);
  assertEquals(all[gate]?.if, undefined);
  assertEquals(all[upload]?.if, "always()");
  assert(!/env -i/.test(all[gate]?.run ?? ""), "the program is to see that it runs in a job");
  assertEquals(all.filter(({ run }) => run?.includes("GITHUB_STEP_SUMMARY")), [], "the program writes the summary");
});
