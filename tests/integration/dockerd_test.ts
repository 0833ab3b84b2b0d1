/**
 * The engine stops, crashes or is restarted in every phase of a run: the run comes to its end and says so, nothing that was not
 * seen is PASS, and once the engine is there again `clean` leaves nothing.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { parseJournal } from "../fakes/journal.ts";
import { missingOf } from "../torture/seen.ts";
import { NO_OWN_DOCKERD, OwnDockerd } from "./dockerd.ts";
import { integrationTest } from "./environment.ts";
import { type JournalLine, readJournal, type Running, until } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

/** So long a run may take that lost its engine. */
const LIMIT_MS = 180_000;

/** Phase → what of the journal's line it begins with. */
const PHASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "before the core starts": { type: "run_started" },
  "as the core comes up": { type: "owned", service: "madre" },
  "as the module comes up": { type: "owned", service: "switch" },
  "while a test runs": { type: "window_opened", module: "switch" },
  "as the module is stopped": { type: "window_closed", module: "switch" },
};

const WAYS: Readonly<Record<string, (dockerd: OwnDockerd) => Promise<void>>> = {
  stopped: (dockerd) => dockerd.end("SIGTERM"),
  killed: (dockerd) => dockerd.end("SIGKILL"),
  restarted: async (dockerd) => {
    await dockerd.end("SIGTERM");
    await dockerd.start();
  },
};

/** A test that takes its time. */
const SLOW = "import time\ndef test_it():\n    time.sleep(1)\n";

integrationTest("dockerd stopped, killed and restarted in every phase of a run", async (t) => {
  await using dockerd = await OwnDockerd.create();
  for (const [phase, begins] of Object.entries(PHASES)) {
    for (const [how, end] of Object.entries(WAYS)) {
      await t.step(`${how} ${phase}`, async () => {
        await using sandbox = await Sandbox.create({ tests: () => false, moreTests: { "test_switch_slow.py": SLOW } });
        const audit = sandbox.path("audit");
        const args = ["--modules", "switch", "--no-keep-core", "--audit-dir", audit, "--timeout-sec", "10"];
        const running = await sandbox.start(args, { env: dockerd.env });
        const isIt = (line: JournalLine) => Object.entries(begins).every(([key, value]) => line[key] === value);
        await until(phase, async () => (await readJournal(audit)).some(isIt));
        await end(dockerd);
        await checkEnd(running, audit);
        if (how !== "restarted") await dockerd.start();
        const cleaned = await sandbox.run(["clean"], { env: dockerd.env });
        assertEquals(cleaned.code, 0, cleaned.stderr);
        const label = ["--filter", `label=com.docker.compose.project=${sandbox.project}`, "--quiet"];
        const left = [
          ...await dockerd.lines("ps", "--all", ...label),
          ...await dockerd.lines("network", "ls", ...label),
        ];
        assertEquals(left, []);
      });
    }
  }
}, NO_OWN_DOCKERD);

async function checkEnd(running: Running, audit: string): Promise<void> {
  const ended = await until("the run ends", () => running.finished, LIMIT_MS);
  const said = ended.stdout + ended.stderr;
  assert([0, 1, 3].includes(ended.code), `exit code ${ended.code}: ${said}`);
  const journal = parseJournal(await Deno.readTextFile(join(audit, "journal.ndjson")));
  if (/^switch +PASS/m.test(said)) assertEquals(missingOf(journal, "switch"), [], said);
  else if (ended.code !== 0) assertMatch(said, /docker|engine|container/i);
}
