/** A project of processes in which every service, page and test says every form of every canary. */

import { join } from "@std/path";
import { piecesFor, textsFor } from "./channels.ts";
import type { Planting } from "./forms.ts";
import type { Canary } from "./values.ts";

const TALKER = new URL("talker.py", import.meta.url).pathname;
/** Of what a name of a file or of a test may have. */
const MOST_NAME = 180;

/** The modules that do not come up. */
export const FAILING = ["hermes", "hormiguero", "manifestator", "mcp", "spawner"] as const;

/** Which canaries are variables of the services; the rest are the program's own. */
export function isOfService({ nr }: Canary): boolean {
  return nr % 2 === 0;
}

export function variablesOf(canaries: readonly Canary[]): Record<string, string> {
  return Object.fromEntries(canaries.map(({ name, variable }) => [name, variable]));
}

export async function processProject(
  dir: string,
  canaries: readonly Canary[],
  plantings: readonly Planting[],
  python: string,
): Promise<void> {
  const talks: Record<string, unknown> = {
    madre: {},
    tentaculo_link: {},
    switch: {
      out: piecesFor("a service's stdout", plantings),
      err: piecesFor("a service's stderr", plantings),
      page: textsFor("the body of a healthy page", plantings),
    },
    hermes: { status: 500, page: textsFor("the body of a page that fails", plantings) },
    hormiguero: { status: 503, where: "reason", page: textsFor("the status line of a page that fails", plantings) },
    manifestator: {
      status: 302,
      where: "location",
      page: textsFor("the address that a page sends elsewhere to", plantings),
    },
    mcp: { end: true, out: piecesFor("the last words of a service that ends as it starts", plantings) },
  };
  const env = variablesOf(canaries.filter(isOfService));
  const services: Record<string, unknown> = {
    spawner: { command: [absent(plantings)], port: "auto" },
  };
  for (const [name, talk] of Object.entries(talks)) {
    await Deno.writeTextFile(join(dir, `${name}.json`), JSON.stringify(talk));
    services[name] = { command: [python, "-IS", TALKER, `${name}.json`], port: "auto", env };
  }
  const thresholds = { min_probes: 3, probe_interval_ms: 10, probe_idle_interval_ms: 10, latency_p95_ms: 60_000 };
  const modules = Object.fromEntries(FAILING.map((name) => [name, { depends_on: ["baseline"] }]));
  const config = { engine: "process", thresholds, services, modules };
  await Deno.writeTextFile(join(dir, "stability.yaml"), JSON.stringify(config));
  await writeTests(join(dir, "tests"), plantings);
}

function absent(plantings: readonly Planting[]): string {
  const texts = textsFor("the path of a program that is not there", plantings.filter(({ pieces }) => fits(pieces)));
  let path = "/absent";
  for (const text of texts) if (path.length + text.length < 3800) path += `/${text.replaceAll("\0", "")}`;
  return path;
}

function fits(pieces: readonly string[]): boolean {
  return pieces.join("").length < MOST_NAME;
}

/** `texts.json` beside the tests has what each says. */
async function writeTests(dir: string, plantings: readonly Planting[]): Promise<void> {
  await Deno.mkdir(dir);
  const short = plantings.filter(({ pieces }) => fits(pieces));
  const texts = {
    out: textsFor("what a test prints", plantings),
    err: textsFor("what a test prints to stderr", plantings),
    compares: textsFor("what an assertion compares", plantings),
    names: textsFor("the name of a test", short),
    skips: textsFor("the reason of a skipped test", plantings),
    warns: textsFor("a warning of a test", plantings),
    properties: textsFor("a property of a test", plantings),
    raises: textsFor("what a test file raises as it is collected", plantings),
    after: textsFor("what a fixture raises after its test", plantings),
  };
  await Deno.writeTextFile(join(dir, "texts.json"), JSON.stringify(texts));
  const head = "import json, os, sys, warnings, pytest\n" +
    "T = json.load(open(os.path.join(os.path.dirname(__file__), 'texts.json'), encoding='utf-8'))\n" +
    "def parts(name, count=200):\n    all = T[name]\n    return ['\\n'.join(all[at:at + count]) for at in range(0, len(all), count)]\n";
  const each = (name: string) =>
    `@pytest.mark.parametrize('part', parts('${name}'), ids=lambda part: 'p')\ndef test_${name}(part`;
  const files: Record<string, string> = {
    prints:
      "def test_prints():\n    print('\\n'.join(T['out']))\n    print('\\n'.join(T['err']), file=sys.stderr)\n    assert False\n",
    compares: `${each("compares")}):\n    assert part == ''\n`,
    names:
      "@pytest.mark.parametrize('name', T['names'], ids=lambda name: name)\ndef test_names(name):\n    assert False\n",
    skips: `${each("skips")}):\n    pytest.skip(part)\n`,
    warns: `${each("warns")}):\n    warnings.warn(part)\n`,
    properties: `${each("properties")}, record_property):\n    record_property('seen', part)\n    assert False\n`,
    raises: "raise RuntimeError('\\n'.join(T['raises']))\n",
    after:
      "@pytest.fixture(params=parts('after'), ids=lambda part: 'p')\ndef used(request):\n    yield request.param\n    raise RuntimeError(request.param)\ndef test_after(used):\n    pass\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(dir, `test_switch_${name}.py`), head + text);
  }
}

/** What takes the place of pytest, and says all before it ends. */
export async function talkingPytest(dir: string, plantings: readonly Planting[], python: string): Promise<string> {
  const texts = textsFor("what the command that runs pytest prints before it ends", plantings);
  await Deno.writeTextFile(join(dir, "pytest.txt"), texts.join("\n"));
  await Deno.writeTextFile(
    join(dir, "pytest.py"),
    "import shutil, sys\nfor to in (sys.stderr, sys.stdout):\n    shutil.copyfileobj(open('pytest.txt', encoding='utf-8'), to)\nsys.exit(3)\n",
  );
  return `${python} -IS pytest.py`;
}
