import { assertEquals } from "@std/assert";
import { builtinCore, builtinModules } from "../../lib/modules.ts";
import { dependencyGraph } from "../../lib/plan/graph.ts";
import { makePlan } from "../../lib/plan/plan.ts";
import { turnsOf } from "../../lib/plan/turns.ts";

const MAP = builtinModules();
const turns = (modules: string[] | undefined, mode: "low_power" | "operative_core" = "low_power") =>
  turnsOf(makePlan({ modules: MAP, core: builtinCore() }, modules, mode), dependencyGraph(MAP));

Deno.test("turnsOf() gives every tested module in the order of the plan, and none of the core", () => {
  assertEquals(turns(undefined), [...MAP.keys()].filter((name) => name !== "baseline"));
  assertEquals(turns(["baseline"]), []);
});

Deno.test("turnsOf() puts what is only needed right before the first that needs it", () => {
  assertEquals(turns(["operator-backend", "hermes"]), ["switch", "hermes", "operator-backend"]);
  assertEquals(turns(["switch", "manifestator", "operator-frontend"]), [
    "switch",
    "hermes",
    "manifestator",
    "operator-backend",
    "operator-frontend",
  ]);
});

Deno.test("turnsOf() leaves out what the core of the mode has", () => {
  assertEquals(turns(["hormiguero", "mcp"], "operative_core"), ["hormiguero"]);
});
