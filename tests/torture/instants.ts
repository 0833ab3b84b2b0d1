/**
 * Which of all instants are tried. In the unit suite a few of them, by a seed, so that they are the same each time; all of
 * them with `VX11_TORTURE=all`, every hundredth of each kind with `VX11_TORTURE=1/100`; another few with `VX11_TORTURE=<seed>`;
 * and one alone, by the name that a failure tells, with `VX11_TORTURE_AT=<name>`. Such as:
 *
 *     VX11_TORTURE=all nice -n 19 scripts/deno test --no-prompt -A tests/torture/kill_test.ts
 *
 * All of them take hours: two hundred thousand bytes of a run's disk, three hundred steps of a run that is killed there.
 */

import { complain } from "../../scripts/say.ts";
import { random } from "../fakes/random.ts";

const asked = Deno.env.get("VX11_TORTURE") ?? "1";
const alone = Deno.env.get("VX11_TORTURE_AT");

/** Every so manieth is asked for; null where it is the few. */
const step = asked === "all" ? 1 : Number(/^1\/(\d+)$/.exec(asked)?.[1] ?? NaN) || null;
/** Whether it is a campaign, in which all finds are told. */
export const isWhole = step !== null;

/** Of each kind the few, in their order; a kind is what a name has before its `#`. */
export function chosen(names: readonly string[], fewOfEach: number): string[] {
  if (alone !== undefined) return names.filter((name) => name === alone);
  const kinds = [...Map.groupBy(names, kindOf).values()];
  if (step !== null) return kinds.flatMap((each) => each.filter((_, index) => index % step === 0));
  return kinds.flatMap((each, nr) => sample(each, fewOfEach, Number(asked) + nr));
}

export function kindOf(name: string): string {
  return name.split("#")[0] ?? name;
}

function sample(names: readonly string[], count: number, seed: number): string[] {
  const next = random(seed * 7919);
  const left = names.map((_, index) => index);
  const taken = Array.from(
    { length: Math.min(count, names.length) },
    () => left.splice(Math.floor(next() * left.length), 1)[0] ?? 0,
  );
  return taken.sort((a, b) => a - b).flatMap((index) => names[index] ?? []);
}

/** Tries each; a failure names its instant, and how to have it again. So many are tried at once, if all are asked for. */
export async function tryEach(
  names: readonly string[],
  check: (name: string) => Promise<void>,
  atOnce = 1,
): Promise<void> {
  const finds: Error[] = [];
  const left = [...names];
  const some = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await one(name);
  };
  const one = async (name: string) => {
    try {
      await check(name);
    } catch (error) {
      const again = new Error(`at ${name} (again: VX11_TORTURE_AT='${name}')`, { cause: error });
      if (!isWhole) throw again;
      finds.push(again);
      complain(told(again));
    }
  };
  await Promise.all(Array.from({ length: isWhole ? atOnce : 1 }, some));
  if (isWhole) complain(`${names.length} instants, ${finds.length} finds`);
  // Of a campaign every find was told.
  if (finds.length > 0) throw new AggregateError(finds, `${finds.length} finds`);
}

function told({ cause, message }: Error): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return `${message}: ${text.split("\n").filter((line) => line.trim() !== "").slice(0, 6).join(" ⏎ ").slice(0, 600)}`;
}
