/** What the calibration plants, how it pairs its runs, and what it counts. The runs themselves are made up here. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { limitsOf } from "../../lib/figures/against_baseline.ts";
import type { FigureSeries, RunFigures } from "../../lib/model/baseline.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { NOTHING, type Plant, type Subject, SUBJECTS } from "../../scripts/calibrate/one_run.ts";
import { nextPlant, type PoolRun, poolRun } from "../../scripts/calibrate/pool.ts";
import { score } from "../../scripts/calibrate/score.ts";
import { scoreText } from "../../scripts/calibrate/table.ts";
import { figuresOf, NO_SERIES } from "../fakes/baseline.ts";

const LIMITS = limitsOf(defaultThresholds());
const PLANT: Plant = { ready: 200, p95: 10, memory: 16 };

function figures(plant: Plant = NOTHING, factor = 1): RunFigures {
  const six = (value: number) => Array.from({ length: 6 }, (_, i) => (value + (i % 3) * value / 100) * factor);
  const series = (subject: Subject): FigureSeries => {
    const added = (each: Subject) => each === subject ? plant[each] : 0;
    return {
      ...NO_SERIES,
      ready_ms: six(1000 + added("ready")),
      p95_ms: six(50 + added("p95")),
      mem_peak_mib: six(80 + added("memory")),
    };
  };
  const modules = SUBJECTS.flatMap((subject) => figuresOf(subject, series(subject)).modules);
  return figuresOf("ready", {}, { modules });
}

const alike = (factor = 1) => poolRun(null, figures(NOTHING, factor));
const planted = (plant = PLANT) => poolRun(plant, figures(plant));

Deno.test("nextPlant() plants a share of the figures as they are, in every fifth run", () => {
  const pool: PoolRun[] = [];
  for (let run = 0; run < 4; run++) {
    assertEquals(nextPlant(pool, 0.2), null);
    pool.push(alike());
  }
  const plant = nextPlant(pool, 0.2);
  assert(plant !== null);
  assertAlmostEquals(plant.ready, 202, 1e-9);
  assertAlmostEquals(plant.p95, 10.1, 1e-9);
  assertAlmostEquals(plant.memory, 16.16, 1e-9);
  pool.push(poolRun(plant, figures(plant)));
  assertEquals(nextPlant(pool, 0.2), null, "what is planted is no model for what comes next");
});

Deno.test("score() finds what was planted, by the equal run before it, and raises no alarm", () => {
  const pool = [alike(), alike(), alike(), alike(), planted(), alike(), alike(), alike(), alike(), planted()];
  const { apart, cycles, neighbours, planted: found } = score([pool], LIMITS);
  assertEquals([cycles, neighbours.pairs, apart.pairs], [6, 4, 4]);
  assertEquals([neighbours.worse, neighbours.better, apart.worse, apart.better], [0, 0, 0, 0]);
  assertEquals(found, {
    pairs: 2,
    found: { ready: 2, p95: 2, memory: 2 },
    missed: { ready: {}, p95: {}, memory: {} },
    others: 0,
  });
});

Deno.test("score() counts false alarms by pair, and each run in one pair alone", () => {
  const { neighbours } = score([[alike(), alike(1.5), alike(1.5), alike()], [alike()]], LIMITS);
  assertEquals([neighbours.pairs, neighbours.worse, neighbours.better], [2, 1, 1]);
  assertEquals(
    Object.values(neighbours.by).reduce((sum, many) => sum + many, 0),
    18,
    "three figures of three modules, twice",
  );
});

Deno.test("score() says what became of what was not found", () => {
  const little: Plant = { ready: 60, p95: 2, memory: 3 };
  const { planted: found } = score([[alike(), alike(), alike(), alike(), planted(little)]], LIMITS);
  assertEquals(found.found, { ready: 0, p95: 0, memory: 0 });
  assertEquals(found.missed, { ready: { same: 1 }, p95: { same: 1 }, memory: { same: 1 } });
});

Deno.test("scoreText() has the counts beside the promise", () => {
  const pool = [alike(), alike(1.5), alike(), alike(), planted()];
  const text = scoreText(score([pool], LIMITS), { falseAlarmPct: 5, share: 0.2 });
  assertStringIncludes(text, "| each and the next | 2 | 1 | 0 | at most 5 % (0.1) |");
  assertStringIncludes(text, "| memory | 1 | 1 | 100.0 % | – |");
  assertStringIncludes(text, "| Time to ready (ready_ms) | ");
});
