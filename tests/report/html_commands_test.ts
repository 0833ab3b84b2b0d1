import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { commandsOf } from "../../lib/report/html/commands.ts";
import { quote } from "../../lib/text/shell_word.ts";
import { reportOf } from "../../lib/report/json/json.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import { baselineOf } from "../fakes/baseline.ts";
import { PROCESS_INFO, runStarted } from "../fakes/evidence.ts";
import { failingRun } from "../fakes/records.ts";

function commands(run: JudgedRun, name: string): string[] {
  const module = reportOf(run).modules.get(name);
  const cycles = run.evidence.modules.find((module) => module.name === name)?.cycles ?? [];
  assert(module !== undefined && run.evidence.run !== null);
  return commandsOf(module, cycles, run.evidence.run);
}

Deno.test("commandsOf() repeats the module alone, then by hand what its reasons are about", () => {
  assertEquals(commands(failingRun(), "hermes"), [
    "# the module alone, judged by the same rules",
    "vx11-stability --project-dir /srv/vx11 --compose-file /srv/vx11/docker-compose.yml --mode low_power " +
    "--modules hermes --timeout-sec 20",
    "# add the --config, --tests-dir and --pytest of this run, if it had them",
    "# by hand: up, a look, the log",
    "dc() { VX11_MODE=low_power docker compose --project-name vx11 --file /srv/vx11/docker-compose.yml " +
    '"$@"; }',
    "dc up --detach --no-recreate -- hermes",
    "dc ps --all -- hermes",
    "dc logs --timestamps --tail 100 -- hermes",
    "docker inspect --format '{{.State.Status}} exit={{.State.ExitCode}} oom={{.State.OOMKilled}} " +
    "restarts={{.RestartCount}} limit={{.HostConfig.Memory}}' -- vx11-hermes",
    "docker stats --no-stream -- vx11-hermes",
    "# the tests that failed, while the module is up",
    "cd /srv/vx11",
    "VX11_MODE=low_power VX11_HERMES_URL=http://127.0.0.1:8002 python3 -m pytest tests/test_hermes_health.py",
    "VX11_MODE=low_power VX11_HERMES_URL=http://127.0.0.1:8002 python3 -m pytest tests/test_hermes_slow.py",
  ]);
});

Deno.test("commandsOf() of the process engine names no docker", () => {
  const run = failingRun();
  run.evidence.run = runStarted({ engine: PROCESS_INFO, cycles: 3, soakSec: 5 });
  const lines = commands(run, "hermes");
  assert(!lines.some((line) => line.includes("docker")));
  assertStringIncludes(lines[1] ?? "", "vx11-stability --project-dir /srv/vx11 --engine process --mode low_power");
  assertStringIncludes(lines[1] ?? "", "--soak-sec 5 --cycles 3");
});

Deno.test("commandsOf() of a demonstration repeat that, with the faults that reach the module and nothing that is gone", () => {
  const run = failingRun();
  const fault = (name: string, module: string, culprit = module) => ({ name, module, culprit });
  run.evidence.run = runStarted({
    engine: PROCESS_INFO,
    selected: ["switch", "hermes", "spawner", "mcp"],
    dependsOn: {
      baseline: [],
      switch: ["baseline"],
      hermes: ["baseline", "switch"],
      spawner: ["hermes"],
      mcp: ["hermes"],
    },
    demo: { faults: [fault("oom", "switch"), fault("slow", "mcp"), fault("dependency-down", "spawner", "hermes")] },
  });
  const end = "# add the --config and --pytest of this run, if it had them";
  const head = "# the module alone, judged by the same rules";
  assertEquals(commands(run, "hermes"), [
    head,
    "vx11-stability demo --mode low_power --modules switch,hermes,spawner --timeout-sec 20 " +
    "--fault oom:switch --fault dependency-down:spawner",
    end,
  ]);
  run.evidence.run = runStarted({ ...run.evidence.run, demo: { faults: [] } });
  assertEquals(commands(run, "hermes")[1], "vx11-stability demo --mode low_power --modules hermes --timeout-sec 20");
});

Deno.test("commandsOf() name the baseline that the run was given, without which nothing is regressed", () => {
  const run = failingRun();
  const baseline = baselineOf("hermes", {});
  run.evidence.run = runStarted({ baseline });
  assertMatch(commands(run, "hermes")[1] ?? "", / --timeout-sec 20 --baseline docs\/audit\/before$/);
  run.evidence.run = runStarted({ baseline: { ...baseline, from: "my runs/old", acrossHosts: true } });
  assertMatch(commands(run, "hermes")[1] ?? "", / --baseline 'my runs\/old' --across-hosts$/);
});

Deno.test("quote() gives a shell back the same word", async () => {
  const words = ["a", "", "it's", "$(id) `id` \\", "a b\tc\nd", "--x=*", "\x1b[31m'\\", "é😀"];
  const script = `printf '%s\\0' ${words.map(quote).join(" ")}`;
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script], stdin: "null" }).output();
  assertEquals(new TextDecoder().decode(stdout).split("\0").slice(0, -1), words);
});
