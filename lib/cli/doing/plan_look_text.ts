/** What `plan` found in the project and among the test files, as text for people and as a value for `--json`. Pure. */

import type { NearMiss } from "../../tests/pytest/near_tests.ts";
import { plain } from "../../report/escape.ts";
import type { PlanLook } from "./plan_look.ts";
import { firstOf } from "../../text/first_of.ts";

/** How many names are listed; the others are counted. */
const MOST = 10;

export interface PlanLookJson {
  /** Where the engine of a run would be reached; null for one that is always on this host. */
  engine: EnginePlaceJson | null;
  /** The Compose project's name; null if it could not be read, or if the engine is not Compose. */
  compose_project: string | null;
  /** Why the project could not be read. */
  compose_unread: string | null;
  missing_services: { module: string; service: string; follows: string; nearest: string | null }[];
  tests_unread: string | null;
  /** Module → its test files, relative to the tests dir. */
  test_files: Record<string, string[]>;
  /** Kind of the tests that the config file declares, such as `commands` → module → their names; only if it has any. */
  declared_tests: Record<string, Record<string, string[]>>;
  /** Module → test → the service in which it runs; only tests that run in one. */
  test_services: Record<string, Record<string, string>>;
  /** Module → test → the image of its container; only tests that have one. */
  test_images: Record<string, Record<string, string>>;
  /** Tests that are to run in a service which is not up with their module: that is FAIL, start_failed. */
  misplaced_tests: { module: string; why: string }[];
  near_misses: NearMiss[];
  /** Relative to the project dir. */
  outside_tests_dir: NearMiss[];
  unclaimed_tests: string[];
}

export interface EnginePlaceJson {
  /** The docker context; null if it is the default one, or unknown. */
  context: string | null;
  /** As docker has it, such as `tcp://lab.example:2375`; null if it is unknown. */
  address: string | null;
  /** Why it is unknown; null if it is known. */
  unknown: string | null;
}

export function lookJson(look: PlanLook): PlanLookJson {
  return {
    engine: placeJson(look),
    compose_project: look.project,
    compose_unread: look.unread,
    missing_services: look.missing,
    tests_unread: look.testsUnread,
    test_files: namesByModule(look.tests),
    declared_tests: Object.fromEntries(
      [...look.declared].map(([key, { tests }]) => [
        key,
        namesByModule(new Map([...tests].filter(([, names]) => names.length > 0))),
      ]),
    ),
    test_services: placesIn(look, "services"),
    test_images: placesIn(look, "images"),
    misplaced_tests: look.misplaced,
    near_misses: look.near,
    outside_tests_dir: look.elsewhere,
    unclaimed_tests: look.unclaimed,
  };
}

function placeJson({ place }: PlanLook): EnginePlaceJson | null {
  return place === null ? null : { context: place.context, address: place.address, unknown: place.why };
}

/** A line on where the engine is, if that has been chosen; empty otherwise. */
export function placeLines({ place }: Pick<PlanLook, "place">): string[] {
  const { address = null, by = null, why = null } = place ?? {};
  if (by === null) return [];
  return [why === null ? `Engine: ${plain(`${address} (${by})`)}` : `Engine: unknown (${plain(`${by}: ${why}`)})`];
}

/** Of all kinds of declared tests. */
function placesIn({ declared }: PlanLook, key: "images" | "services"): Record<string, Record<string, string>> {
  const modules = [...declared.values()].flatMap(({ [key]: places = new Map() }) => [...places]);
  return Object.fromEntries(
    modules.filter(([, { size }]) => size > 0).map(([module, names]) => [module, Object.fromEntries(names)]),
  );
}

function namesByModule(tests: ReadonlyMap<string, readonly string[]>): Record<string, string[]> {
  return Object.fromEntries([...tests].map(([module, names]) => [module, [...names]]));
}

/** Lines about what is wrong or odd; empty if nothing is. */
export function lookLines(look: PlanLook): string[] {
  const near = [
    ...look.near.map((miss) => nearLine(miss, "near")),
    ...look.elsewhere.map((miss) => nearLine(miss, "outside")),
  ];
  const unclaimed = look.unclaimed.length === 0
    ? []
    : [`Test files that no module's pattern matches: ${listed(look.unclaimed)}`];
  return [
    ...(look.unread === null ? [] : [`The Compose project was not read: ${plain(look.unread)}`]),
    ...look.missing.map(({ follows, module, nearest, service }) =>
      `${module}: the project has no service "${service}": ${follows}` +
      (nearest === null ? "" : `. Did you mean "${nearest}"?`)
    ),
    ...look.misplaced.map(({ module, why }) => `${module}: ${why}: the module is FAIL, start_failed`),
    ...(look.testsUnread === null ? [] : [`No test file was read: ${plain(look.testsUnread)}`]),
    ...bounded(near),
    ...unclaimed,
  ];
}

function nearLine({ file, module, pattern }: NearMiss, how: "near" | "outside"): string {
  const why = how === "near"
    ? `no pattern matches it; ${pattern} comes close`
    : `${pattern} matches it, but it is not below the tests dir`;
  return `${module}: ${plain(file)} is not run: ${why}`;
}

/** `2 files (test_switch_a.py, test_switch_b.py)`. */
export function filesText(files: readonly string[]): string {
  if (files.length === 0) return "no file matches";
  return `${files.length} file${files.length === 1 ? "" : "s"} (${listed(files, 3)})`;
}

function listed(names: readonly string[], most = MOST): string {
  return firstOf(names, most).map(plain).join(", ");
}

function bounded(lines: readonly string[]): string[] {
  const more = lines.length - MOST;
  return more > 0 ? [...lines.slice(0, MOST), `${more} more such files: --json names them all`] : [...lines];
}
