/**
 * Plants secrets in every way in which they can come into a run, in every form, and searches for them in everything that the
 * program writes, prints and sends: a line for each channel, and exit code 1 if one was found. Needs the compiled program, and
 * for Compose an engine with the sandbox image.
 *
 * scripts/deno task canaries [--canaries 200] [--seed 1] [--engine process|compose|both] [--program dist/vx11-stability] [--keep]
 */

import { parseArgs } from "@std/cli";
import { resolve } from "@std/path";
import { random } from "../tests/fakes/random.ts";
import { onCompose, onProcesses } from "./canaries/campaign.ts";
import { CHANNELS } from "./canaries/channels.ts";
import { Finder, type Leak, readings, tagsIn } from "./canaries/find.ts";
import { plantings } from "./canaries/forms.ts";
import { canaries } from "./canaries/values.ts";
import { complain, say } from "./say.ts";

const args = parseArgs(Deno.args, {
  string: ["canaries", "seed", "engine", "program", "python"],
  boolean: ["keep"],
  default: { canaries: "200", seed: "1", engine: "both", program: "dist/vx11-stability", python: "python3" },
});
const python = String(args.python);
const MOST_SHOWN = 40;

const all = canaries(Number(args.canaries), random(Number(args.seed)));
const planted = await plantings(all, python);
const forms = new Map(planted.map(({ form, name }) => [form, name]));
const finder = new Finder(planted);
const leaks: Leak[] = [];
/** `channel F form I canary` of plantings that came out at all: for the others, nothing is proven. */
const arrived = new Set<string>();
let [texts, bytes] = [0, 0];

function see(where: string, text: string): void {
  texts++;
  bytes += text.length;
  for (const reading of readings(text)) {
    for (const tag of tagsIn(reading)) arrived.add(tag);
    leaks.push(...finder.leaks(where, reading));
  }
}

const setting = {
  program: resolve(String(args.program)),
  python,
  canaries: all,
  plantings: planted,
  see,
  progress: complain,
  keep: args.keep === true,
};
if (args.engine !== "compose") await onProcesses(setting);
if (args.engine !== "process") await onCompose(setting);

for (const { name, nr } of CHANNELS) {
  const here = [...arrived].filter((tag) => tag.startsWith(`${nr}F`));
  if (here.length === 0 && !leaks.some(({ channel }) => channel === nr)) continue;
  const who = new Set(here.map((tag) => tag.split("I")[1]));
  const found = leaks.filter(({ channel }) => channel === nr).length;
  say(`${name}: ${here.length} plantings of ${who.size} canaries came through, ${found} found`);
}
// One find for each form in each channel.
const shown = [...Map.groupBy(leaks, ({ channel, form }) => `${channel} ${form}`).values()].flatMap(([first]) =>
  first ?? []
);
for (const { canary, channel, form, text, where } of shown.slice(0, MOST_SHOWN)) {
  complain(
    `FOUND in ${where}: ${all[canary]?.kind} (${all[canary]?.name}), ${forms.get(form)}, ${
      CHANNELS[channel ?? -1]?.name ?? "no tag"
    }: ${JSON.stringify(text)}`,
  );
}
say(
  `${all.length} canaries, ${forms.size} forms, ${planted.length} plantings a channel, seed ${args.seed}: ` +
    `${leaks.length} found in ${texts} files, streams and requests of ${bytes} characters`,
);
Deno.exit(leaks.length > 0 ? 1 : 0);
