/** Real trials on the process engine: right ones are right, a wrong expectation is counted, and nothing is left. */

import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";
import { directClient } from "../../lib/host/deno_get.ts";
import { CATALOGUE } from "../../lib/selftest/catalogue.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import type { CatalogueEntry } from "../../lib/selftest/defect.ts";
import type { Rig } from "../../lib/selftest/rig.ts";
import { processRig } from "../../lib/selftest/rig_process.ts";
import { selftest, type SelftestOptions } from "../../lib/selftest/selftest.ts";
import type { Trial } from "../../lib/selftest/trial.ts";

const host = denoHost();
// The client of all probes is made at the first one, and lives as long as the program: it is no leak of the test that is first.
directClient();

async function inFolder(work: (dir: string, options: SelftestOptions, seen: Trial[]) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-selftest-test-" });
  const seen: Trial[] = [];
  const options = {
    tool: { name: "vx11-stability", version: "0.1.0" },
    signal: new AbortController().signal,
    repeat: 1,
    jobs: 2,
    testsPer: "file" as const,
    keepDir: join(dir, "wrong"),
    onTrial: (trial: Trial) => void seen.push(trial),
  };
  try {
    await work(dir, options, seen);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function entries(...ids: string[]): CatalogueEntry[] {
  return ids.map((id) => {
    const found = CATALOGUE.find((entry) => entry.id === id);
    if (found === undefined) throw new Error(`no ${id} in the catalogue`);
    return found;
  });
}

Deno.test("selftest() judges planted defects right, and keeps no evidence of them", async () => {
  await inFolder(async (dir, options, seen) => {
    const chosen = entries("start/exits-127", "start/port-taken", "start/dependency-broken");
    const trials = await selftest(host, processRig(host), chosen, options);
    assertEquals(
      trials.map(({ id, outcome, why }) => [id, outcome, outcome === "right" ? [] : why]).sort(),
      chosen.map(({ id }) => [id, "right", []]).sort(),
    );
    assertEquals(seen.length, 3);
    assertEquals(await exists(join(dir, "wrong")), false);
  });
});

Deno.test("selftest() judges checks and tests of other kinds right, each declared for real", async () => {
  await inFolder(async (_dir, options) => {
    const ids = [
      "exec/lost",
      "log/never-printed",
      "running/exits-later",
      "tcp/lost",
      "commands/junit-failing",
      "commands/none",
      "inside/ends-the-service",
      "inside/killed",
      "inside/leaves-a-child",
      "inside/service-over",
    ];
    const trials = await selftest(host, processRig(host), entries(...ids), options);
    assertEquals(
      trials.map(({ id, outcome, why }) => [id, outcome, outcome === "right" ? [] : why]).sort(),
      ids.map((id) => [id, "right", []]).sort(),
    );
  });
});

Deno.test("selftest() tests what is beside the subject at the same time, and counts harm that is done to it", async () => {
  await inFolder(async (_dir, options) => {
    const healthy = { bystander: {} };
    const ill = { bystander: { env: { FAULT_EXIT_CODE: "3" } } };
    const chosen = [healthy, ill].map((beside) => ({ ...entries("start/exits-1")[0], beside }) as CatalogueEntry);
    const trials = await selftest(host, processRig(host), chosen, { ...options, jobs: 1 });
    assertEquals(trials.map(({ harmed, outcome, status }) => [status, outcome, harmed]), [
      ["FAIL", "right", []],
      ["FAIL", "false FAIL", ["bystander"]],
    ]);
  });
});

Deno.test("selftest() counts a verdict that is not the expected one, and keeps its evidence", async () => {
  await inFolder(async (_dir, options) => {
    const [entry] = entries("start/exits-1");
    if (entry === undefined) return;
    const trials = await selftest(host, processRig(host), [{ ...entry, status: "PASS", codes: [] }], options);
    assertEquals(trials.map(({ outcome, status, codes }) => [outcome, status, codes]), [["false FAIL", "FAIL", [
      "exited",
    ]]]);
    assert(await exists(join(trials[0]?.dir ?? "", "REPORT.md")), "no evidence");
  });
});

Deno.test("selftest() that is interrupted ends what it started and rejects with the reason", async () => {
  await inFolder(async (_dir, options) => {
    const interrupt = new AbortController();
    const chosen = entries("steadiness/health-lost");
    const real = processRig(host);
    const rig: Rig = {
      ...real,
      async open(...args) {
        const project = await real.open(...args);
        return {
          ...project,
          async findEngine(through) {
            const engine = await project.findEngine(through);
            // In the middle: as soon as the service is up.
            engine.watch(({ action }) => action === "start" && interrupt.abort("SIGINT"), () => {});
            return engine;
          },
        };
      },
    };
    const running = selftest(host, rig, chosen, { ...options, signal: interrupt.signal });
    assertEquals(await running.then(() => "not rejected", (reason) => reason), "SIGINT");
  });
});

Deno.test("a trial in which nothing could be planted is carried out again, and ends no other one", async () => {
  await inFolder(async (_dir, options) => {
    let acts = 0;
    const late = (rig: Rig): Rig => ({
      ...rig,
      open: async (...place) => ({
        ...await rig.open(...place),
        act: () => ++acts < 3 ? Promise.reject(new Error("connection refused")) : Promise.resolve(),
      }),
    });
    const [plain] = entries("healthy/plain");
    if (plain === undefined) throw new Error("no healthy/plain");
    const [trial] = await selftest(host, late(processRig(host)), [{ ...plain, act: "kill" }], options);
    assertEquals([acts, trial?.outcome, trial?.unplanted], [3, "right", undefined]);
    acts = -10;
    const [never] = await selftest(host, late(processRig(host)), [{ ...plain, act: "kill" }], options);
    assertEquals([never?.outcome, never?.why], [
      "no verdict",
      ["The trial itself failed: it could not be planted: connection refused"],
    ]);
  });
});

Deno.test("a defect that is planted when the window is over is planted again, and is no false PASS", async () => {
  await inFolder(async (_dir, options) => {
    const acts: string[] = [];
    const slow = (rig: Rig): Rig => ({
      ...rig,
      open: async (...place) => {
        const project = await rig.open(...place);
        const isUp = async (engine: Engine) =>
          (await engine.look()).some(({ state }) => state.service === "subject" && state.status === "running");
        return {
          ...project,
          async act(act, engine) {
            acts.push(act);
            // As on a host so slow that the whole window is over by then.
            if (acts.length < 2) { while (await isUp(engine)) await host.clock.sleep(20); }
            else await project.act(act, engine);
          },
        };
      },
    });
    const [trial] = await selftest(host, slow(processRig(host)), entries("memory/killed-by-hand"), options);
    assertEquals([acts.length, trial?.outcome], [2, "right"]);
  });
});

Deno.test("a trial that cannot be cleaned up has no verdict, and ends no other one", async () => {
  await inFolder(async (_dir, options) => {
    const stuck = (rig: Rig): Rig => ({
      ...rig,
      open: async (...place) => {
        const project = await rig.open(...place);
        return {
          ...project,
          dispose: async () => {
            await project.dispose();
            throw new Error("network not found");
          },
        };
      },
    });
    const trials = await selftest(host, stuck(processRig(host)), entries("healthy/plain"), { ...options, repeat: 2 });
    const why = "The trial itself failed: what it started could not be removed: network not found";
    assertEquals(trials.map((trial) => [trial.outcome, trial.why]), [["no verdict", [why]], ["no verdict", [why]]]);
  });
});

Deno.test("a trial that fails by itself has no verdict, and says why", async () => {
  await inFolder(async (_dir, options) => {
    const rig = { ...processRig(host), open: () => Promise.reject(new Error("no place for it")) };
    const [trial] = await selftest(host, rig, entries("healthy/plain"), options);
    assertEquals([trial?.outcome, trial?.why], ["no verdict", ["The trial itself failed: no place for it"]]);
  });
});

Deno.test("selftest() without entries tries nothing", async () => {
  await inFolder(async (_dir, options) => {
    assertEquals(await selftest(host, processRig(host), [], options), []);
  });
});
