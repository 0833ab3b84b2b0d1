/** Images of the containers that are made for tests: whether the engine can make some, and which of them have to be pulled. */

import type { Engine } from "../../engine/engine.ts";
import type { RunConfig } from "../../model/config.ts";
import { environmentFailure } from "../../model/failure.ts";
import type { ModuleMap } from "../../model/module.ts";
import type { Plan } from "../../model/plan.ts";
import { shown } from "../../text/shown.ts";

export interface TestImages {
  /** To be pulled first → the modules whose tests need it. */
  testImages: Map<string, string[]>;
  /** A sentence for each that is not there and is not pulled. */
  absent: string[];
}

type Tested = { modules: ModuleMap; plan: Pick<Plan, "steps"> };

/** Throws a Failure if tests have images, and the engine can make no container for them. Touches nothing. */
export function refuseTestImages({ apart, isLocal }: Pick<Engine, "apart" | "isLocal">, tested: Tested): void {
  const [first] = imagesOf(tested);
  if (first === undefined) return;
  const [image, [module = ""]] = first;
  const what = `A test of "${module}" is to run in a container of the image ${shown(image)}`;
  if (apart === undefined) {
    throw environmentFailure(
      `${what}, which needs the Compose engine`,
      "Leave out `image` in the config file: then the command runs on this host",
    );
  }
  if (!isLocal) {
    throw environmentFailure(
      `${what}, and the engine is on another host, which does not have the project dir`,
      "Run this where the engine is, or give the command `in` with a service instead of `image`",
    );
  }
}

/** Throws EngineError. */
export async function imagesOfTests(
  { config: { pull }, engine: { apart }, ...tested }: Tested & {
    config: Pick<RunConfig, "pull">;
    engine: Pick<Engine, "apart">;
  },
): Promise<TestImages> {
  const wanted = imagesOf(tested);
  if (apart === undefined || wanted.size === 0) return { testImages: new Map(), absent: [] };
  if (pull === "always") return { testImages: wanted, absent: [] };
  const present = await apart.present([...wanted.keys()]);
  const missing = [...wanted].filter(([image]) => !present.has(image));
  if (pull === "missing") return { testImages: new Map(missing), absent: [] };
  return {
    testImages: new Map(),
    absent: missing.map(([image, modules]) =>
      `Tests of ${modules.map((module) => `"${module}"`).join(", ")} will not be run: the image "${image}" is not there`
    ),
  };
}

/** Image → the modules whose tests need it. */
function imagesOf({ modules, plan }: Tested): Map<string, string[]> {
  const images = new Map<string, string[]>();
  for (const { module, tested } of plan.steps) {
    if (!tested) continue;
    const tests = Object.values(modules.get(module)?.moreTests ?? {}).flat();
    const own = tests.flatMap((test) => typeof test === "string" ? [] : test.image ?? []);
    for (const image of new Set(own)) images.set(image, [...images.get(image) ?? [], module]);
  }
  return images;
}
