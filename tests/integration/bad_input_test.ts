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
  {
    args: ["--config", "bad.yaml"],
    config: own("{ services: [web], health: [{ service: web, kind: htpp, port: 80, path: / }] }"),
    says: /modules\.web\.health\[0\]\.kind is "htpp", it must be one of .*\nDid you mean "http"\?/,
  },
  {
    args: ["--config", "bad.yaml"],
    config: own("{ services: [web], health: [{ service: web, kind: tcp, prot: 80 }] }"),
    says: /unknown key modules\.web\.health\[0\]\.prot\nDid you mean "port"\?/,
  },
  {
    args: ["--config", "bad.yaml"],
    config: own("{ services: [web], health: [{ service: wep, kind: running }] }"),
    says: /health\[0\]\.service is "wep", it must be one of the module's services: web\nDid you mean "web"\?/,
  },
  {
    args: ["--config", "bad.yaml"],
    config: own('{ services: [web], health: [{ service: web, kind: log, line: "ready (" }] }'),
    says: /health\[0\]\.line is "ready \(", it must be a regular expression\nCorrect it: unterminated group/,
  },
  {
    args: ["--config", "bad.yaml"],
    config: own("{ services: [web, db] }, other: { services: [db] }"),
    says: /gives service "db" to two modules, web and other\nLeave it to one of them/,
  },
  {
    args: ["--config", "bad.yaml"],
    config: own(
      "{ services: [web], health: [{ service: web, kind: completed }, { service: web, kind: tcp, port: 1 }] }",
    ),
    says: /"web" that it is a job \(kind: completed\), and also checks it by tcp.*\nRemove one of the two/,
  },
];

/** A file that starts from nothing, with the module `web`. */
function own(web: string): string {
  return `extends: none\nmodules: { web: ${web} }\n`;
}

/** What of Compose's own sentence is the same in all its versions. */
const REFUSED: [string, string, RegExp][] = [
  [
    "a key that Compose does not know",
    "services: { web: { image: a, prots: [80] } }",
    // Compose 2.26 has the first form, 2.40 the second.
    /services\.web additional propert(y prots is|ies 'prots') not allowed/i,
  ],
  ["YAML that is none", "services:\n  web: { image: a\n", /yaml: /],
  [
    "a need that is not there",
    "services: { web: { image: a, depends_on: [db] } }",
    /service "web" depends on undefined service "?db"?/,
  ],
  [
    "a variable that is not set",
    'services: { web: { image: "a:${NO_SUCH_TAG:?set the tag}" } }',
    /NO_SUCH_TAG is missing a value: set the tag/,
  ],
  [
    "an included file that is not there",
    "include: [none.yaml]\nservices: { web: { image: a } }",
    /none\.yaml: no such file or directory/,
  ],
];

integrationTest("a project that Compose refuses → 3, with what Compose says of it, once, and what to do", async (t) => {
  await using sandbox = await Sandbox.create();
  for (const [what, text, why] of REFUSED) {
    for (const args of [["init", "--stdout"], ["run"]]) {
      await t.step(`${args[0]}: ${what}`, async () => {
        await Deno.writeTextFile(sandbox.path("docker-compose.yml"), text);
        const { code, stderr, stdout } = await sandbox.run(args);
        assertEquals([code, stdout], [3, ""], stderr);
        const lines = stderr.trim().split("\n");
        assertEquals(lines.length, 2, stderr);
        assertMatch(lines[0] ?? "", why);
        assertEquals(lines[1], "Correct it: `docker compose config --quiet` says nothing if all is well");
      });
    }
  }
  assertEquals([await sandbox.containers(), await exists(sandbox.path("docs"))], [[], false]);
});

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
