/** Wrong usage: exit 2, one clear message on stderr, nothing on stdout, and nothing is touched. */

import { assertEquals, assertMatch } from "@std/assert";
import { exists } from "@std/fs";
import { integrationTest } from "./environment.ts";
import { Sandbox } from "./sandbox.ts";

interface Case {
  args: string[];
  says: RegExp;
  config?: string;
}

const CASES: Case[] = [
  { args: ["--no-such-option"], says: /--no-such-option/ },
  { args: ["--module", "switch"], says: /--modules/ },
  { args: ["no-such-command"], says: /no-such-command/ },
  { args: ["pln"], says: /plan/ },
  { args: ["--modules", "swich"], says: /"swich".*"?switch/s },
  { args: ["--modules", ","], says: /--modules/ },
  { args: ["--modules", "--help-me"], says: /--modules/ },
  { args: ["--modules", "../switch"], says: /\.\.\/switch/ },
  { args: ["--mode", "full_power"], says: /full_power.*low_power/s },
  { args: ["--cycles", "0"], says: /--cycles.*0/ },
  { args: ["--cycles", "-1"], says: /--cycles.*-1/ },
  { args: ["--cycles", "two"], says: /--cycles.*two/ },
  { args: ["--cycles", "99999999999"], says: /--cycles.*10000/ },
  { args: ["--timeout-sec", "0"], says: /--timeout-sec.*0/ },
  { args: ["--timeout-sec"], says: /--timeout-sec/ },
  { args: ["--soak-sec", "-5"], says: /--soak-sec/ },
  { args: ["--audit-dir", "a-file"], says: /a-file/ },
  { args: ["--audit-dir", "a-file/below"], says: /a-file/ },
  { args: ["--config", "missing.yaml"], says: /missing\.yaml/ },
  { args: ["--config", "bad.yaml"], config: "rules: [\n", says: /bad\.yaml.*line \d+, column \d+/s },
  { args: ["--config", "bad.yaml"], config: "threshholds: {}\n", says: /threshholds.*thresholds/s },
  { args: ["--config", "bad.yaml"], config: "thresholds: { min_probes: many }\n", says: /thresholds\.min_probes/ },
  { args: ["--config", "bad.yaml"], config: "rules: { slow_stop: maybe }\n", says: /rules\.slow_stop.*maybe/s },
  {
    args: ["--config", "bad.yaml"],
    config: "modules: { switch: { depends_on: [hermes] } }\n",
    says: /switch → hermes → switch|hermes → switch → hermes/,
  },
  { args: ["--modules", "switch", "--config", "bad.yaml"], config: "modules: { ../evil: {} }\n", says: /evil/ },
];

integrationTest("wrong usage → 2, and nothing is touched", async (t) => {
  await using sandbox = await Sandbox.create();
  await Deno.writeTextFile(sandbox.path("a-file"), "kept");
  for (const { args, says, config } of CASES) {
    await t.step([...args, ...(config === undefined ? [] : [config.trim()])].join(" "), async () => {
      await Deno.writeTextFile(sandbox.path("bad.yaml"), config ?? "");
      const { code, stdout, stderr } = await sandbox.run(args);
      assertEquals(code, 2, stderr);
      assertMatch(stderr, says);
      assertEquals(stdout, "");
    });
  }
  assertEquals(await Deno.readTextFile(sandbox.path("a-file")), "kept");
  assertEquals(await sandbox.containers(), []);
  assertEquals(await sandbox.owned("network"), []);
  assertEquals(await exists(sandbox.path("docs")), false);
});
