/**
 * The pytest files of a demonstration: those of config/sandbox, which are part of the program, as the planted faults change
 * them. Pure; stage.ts unpacks them.
 */

import { assignTests } from "../tests/pytest/discover.ts";
import type { ModuleMap } from "../model/module.ts";
import type { PlantedFault } from "./fault_choice.ts";
import { faultKind, type TestsFault } from "./faults.ts";

/** A request for this page of a stand-in begins its trouble. */
export const TROUBLE_PAGE = "/trouble";

/** Name → text, in place of or beside the sandbox's own. */
export interface TestFiles {
  kept: string[];
  added: Map<string, string>;
}

export function planTestFiles(
  names: readonly string[],
  modules: ModuleMap,
  faults: readonly PlantedFault[],
): TestFiles {
  const owned = assignTests(names, modules);
  // One file for each module: nearly all of a demonstration's time is Python starting for the next file.
  const dropped = new Set([...owned.values()].flatMap((files) => files.slice(1)));
  const added = new Map<string, string>();
  for (const { name, module } of faults) {
    const { tests } = faultKind(name);
    if (tests === undefined) continue;
    if (tests === "none" || tests === "skipped") owned.get(module)?.forEach((file) => dropped.add(file));
    const text = textOf(tests, modules.get(module)?.services[0] ?? module);
    const file = fileName(modules, module);
    if (text !== null && file !== null) added.set(file, text);
  }
  return { kept: names.filter((name) => !dropped.has(name)), added };
}

/** A name that a pattern of the module matches, and that comes after the others. */
function fileName(modules: ModuleMap, module: string): string | null {
  const patterns = modules.get(module)?.tests ?? [];
  return (patterns.find((pattern) => pattern.includes("*")) ?? patterns[0])?.replaceAll("*", "zz_planted") ?? null;
}

function textOf(fault: TestsFault, service: string): string | null {
  switch (fault) {
    case "none":
      return null;
    case "skipped":
      return planted("two tests that are skipped") + SKIPPED;
    case "fails":
      return planted("a test that fails") + FAILING;
    case "hangs":
      return planted("a test that never ends") + HANGING;
    case "last-ends":
      return planted("begins the trouble, and waits until the service has ended") + waiting(service, "over");
    case "last-returns":
      return planted("begins the trouble, and waits until the service came back") + waiting(service, "begun");
    case "last-stays":
      return planted("begins the trouble, and waits until it is over") + waiting(service, "begun");
  }
}

function planted(what: string): string {
  return `"""Planted by \`vx11-stability demo --fault\`: ${what}."""\n\n`;
}

const SKIPPED = `import pytest

pytestmark = pytest.mark.skip(reason="planted")


def test_skipped():
    pass


def test_skipped_too():
    pass
`;

const FAILING = `
def test_planted_failure():
    status = 500
    assert status == 200
`;

const HANGING = `import time


def test_planted_hang():
    while True:
        time.sleep(1)
`;

/** `gone`: the state to assume while the service does not answer. */
function waiting(service: string, gone: "over" | "begun"): string {
  return `import http.client
import time


def test_trouble_is_over(read):
    deadline = time.monotonic() + 60
    state = "not begun"
    while state != "over" and time.monotonic() < deadline:
        try:
            _, state = read("${service}", "${TROUBLE_PAGE}")
        except (OSError, http.client.HTTPException):
            state = "${gone}"
        time.sleep(0.05)
    assert state == "over"
`;
}
