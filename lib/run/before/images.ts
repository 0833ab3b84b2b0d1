/**
 * Missing images are pulled, then built, before the first cycle and within their own limits. A failure becomes the
 * start_failed of each module that needs the image, in every cycle.
 */

import type { Engine } from "../../engine/engine.ts";
import { duration } from "../../text/units.ts";
import { writeRaw } from "../../audit/audit_dir.ts";
import type { Problem, RunContext } from "../context.ts";
import { notify } from "../context.ts";
import type { Preflight } from "./preflight.ts";

/** Throws the signal's reason. */
export async function prepareImages(context: RunContext, found: Preflight): Promise<void> {
  await pullImages(context, found);
  await buildImages(context, found);
}

export interface Pull {
  image: string;
  platform: string | null;
  services: string[];
  /** Modules with tests in containers of it. */
  tests: readonly string[];
}

/**
 * All at once, and each image once, however many services have it: the run waits only once for a registry that does not
 * answer.
 */
async function pullImages(context: RunContext, found: Preflight): Promise<void> {
  const pulls = pullsOf(context, found);
  const going = new Set(pulls.map(({ image }) => image));
  const tell = () => context.progress({ type: "pulling", images: [...going] });
  if (pulls.length > 0) tell();
  const ends = await Promise.allSettled(pulls.map(async (pull) => {
    try {
      await pullOne(context, found, pull);
    } finally {
      going.delete(pull.image);
      tell();
    }
  }));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Each image once, with all services that have it, and all modules whose tests need it. */
export function pullsOf(
  { engine }: { engine: Pick<Engine, "services"> },
  { testImages, toPull }: Pick<Preflight, "testImages" | "toPull">,
): Pull[] {
  const keyOf = (image: string, platform: string | null) => `${platform} ${image}`;
  const pulls = new Map<string, Pull>(
    [...testImages].map(([image, tests]) => [keyOf(image, null), { image, platform: null, services: [], tests }]),
  );
  for (const service of toPull.keys()) {
    const spec = engine.services.get(service);
    if (spec === undefined) continue;
    const { image, platform = null } = spec;
    const key = keyOf(image, platform);
    const known = pulls.get(key);
    if (known === undefined) pulls.set(key, { image, platform, services: [service], tests: [] });
    else known.services.push(service);
  }
  return [...pulls.values()];
}

async function pullOne(context: RunContext, found: Preflight, pull: Pull): Promise<void> {
  const { image, platform, services, tests } = pull;
  const { config, engine, host, signal } = context;
  const limitMs = config.settings.thresholds.pull_timeout_sec * 1000;
  const began = host.clock.mono();
  const whose = [...services.map((name) => `"${name}"`), ...(tests.length === 0 ? [] : [testsText(tests)])];
  notify(context, `Pulling the image "${image}" for ${whose.join(", ")}`);
  const outcome = await engine.pull({ image, platform }, limitMs, signal);
  const took = duration(host.clock.mono() - began);
  if (outcome.ok) return notify(context, `Pulled the image "${image}" in ${took}`);
  if (tests.length > 0) {
    // Only these tests are not run, and say so, if there is no older one.
    notify(context, `The image "${image}" of ${testsText(tests)} could not be pulled: ${outcome.why}`);
  }
  for (const service of services) {
    if (engine.services.get(service)?.buildable === true) {
      notify(context, `The image "${image}" of "${service}" could not be pulled (${outcome.why}), so it is built`);
      found.toBuild.set(service, found.toPull.get(service) ?? []);
      continue;
    }
    const why = `its image "${image}" could not be pulled: ${outcome.why}`;
    const next = engine.advice.pullFailed(image);
    addProblem(found, found.toPull.get(service) ?? [], { service, why, next });
  }
}

function testsText(modules: readonly string[]): string {
  return `tests of ${modules.map((name) => `"${name}"`).join(", ")}`;
}

async function buildImages(context: RunContext, found: Preflight): Promise<void> {
  const { auditDir, config, engine, rawNames, signal } = context;
  for (const [service, modules] of found.toBuild) {
    const isPolicy = engine.services.get(service)?.pullPolicy === "build";
    notify(
      context,
      `Building the image of "${service}", ${isPolicy ? "as its pull_policy says" : "which is not present"}`,
    );
    const outcome = await engine.build(service, config.settings.thresholds.build_timeout_sec * 1000, signal);
    if (outcome.ok) continue;
    const output = rawNames.next([modules[0] ?? service, "build"], ".txt", 1);
    await writeRaw(context, output, outcome.output);
    const why = `its image could not be built: ${outcome.why}`;
    const advice = engine.advice.buildFailed(outcome.output);
    const read = `Read ${auditDir}/${output}`;
    addProblem(found, modules, { service, why, next: advice === null ? read : `${advice}. ${read}` });
  }
}

function addProblem({ problems }: Preflight, modules: readonly string[], problem: Problem): void {
  for (const module of modules) problems.set(module, [...problems.get(module) ?? [], problem]);
}
