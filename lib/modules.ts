/** The module map of VX11: data only. A config file may replace or extend it (config/example.yaml). */

import type { Core, HttpCheck, ModuleMap, ModuleSpec } from "./model/module.ts";

/** Canonical order: the core first, then the order in which ties are broken. */
export const MODULE_NAMES = [
  "baseline",
  "switch",
  "hermes",
  "spawner",
  "hormiguero",
  "mcp",
  "manifestator",
  "operator-backend",
  "operator-frontend",
  "shubniggurath",
] as const;

export type ModuleName = (typeof MODULE_NAMES)[number];

function page(service: string, port: number, path = "/health"): HttpCheck {
  return { service, kind: "http", port, path };
}

/** Keyed by name, so that a missing entry, an unknown one or a misspelt dependency is a compile error. */
export const MODULES: Readonly<Record<ModuleName, ModuleSpec<ModuleName>>> = {
  baseline: {
    description: "The core: madre and tentaculo_link",
    services: ["madre", "tentaculo_link"],
    dependsOn: [],
    health: [page("madre", 8001), page("tentaculo_link", 8000)],
    tests: ["test_madre.py", "test_madre_*.py", "test_tentaculo*.py"],
    optional: false,
  },
  switch: {
    description: "Routes requests to models and tools",
    services: ["switch"],
    dependsOn: ["baseline"],
    health: [page("switch", 8002)],
    tests: ["test_switch.py", "test_switch_*.py"],
    optional: false,
  },
  hermes: {
    description: "Resources and command-line tools for the other modules",
    services: ["hermes"],
    dependsOn: ["baseline", "switch"],
    health: [page("hermes", 8003)],
    tests: ["test_hermes.py", "test_hermes_*.py"],
    optional: false,
  },
  spawner: {
    description: "Starts short-lived workers",
    services: ["spawner"],
    dependsOn: ["baseline", "hermes"],
    health: [page("spawner", 8008)],
    tests: ["test_spawner.py", "test_spawner_*.py"],
    optional: false,
  },
  hormiguero: {
    description: "The ant colony: distributed scanning and repair",
    services: ["hormiguero"],
    dependsOn: ["baseline", "hermes", "spawner"],
    health: [page("hormiguero", 8004)],
    tests: ["test_hormiguero.py", "test_hormiguero_*.py"],
    optional: false,
  },
  mcp: {
    description: "Model context protocol gateway",
    services: ["mcp"],
    dependsOn: ["baseline", "hermes"],
    health: [page("mcp", 8006)],
    tests: ["test_mcp.py", "test_mcp_*.py"],
    optional: false,
  },
  manifestator: {
    description: "Turns manifests into patches",
    services: ["manifestator"],
    dependsOn: ["baseline", "hermes"],
    health: [page("manifestator", 8005)],
    tests: ["test_manifestator.py", "test_manifestator_*.py"],
    optional: false,
  },
  "operator-backend": {
    description: "Operator interface, server side",
    services: ["operator-backend"],
    dependsOn: ["baseline", "switch"],
    health: [page("operator-backend", 8011)],
    tests: ["test_operator.py", "test_operator_*.py"],
    optional: false,
  },
  "operator-frontend": {
    description: "Operator interface, browser side (optional)",
    services: ["operator-frontend"],
    dependsOn: ["baseline", "operator-backend"],
    health: [page("operator-frontend", 8020, "/")],
    tests: ["test_operator_frontend.py", "test_operator_frontend_*.py"],
    optional: true,
  },
  shubniggurath: {
    description: "Audio processing (optional)",
    services: ["shubniggurath"],
    dependsOn: ["baseline"],
    health: [page("shubniggurath", 8007)],
    tests: ["test_shub*.py"],
    optional: true,
  },
};

/** VX11's own core. */
const FOUNDATION: ModuleName = "baseline";

/** The modules that each mode keeps up for the whole run; their dependencies stay up with them. */
export const CORE_OF_MODE = {
  low_power: [FOUNDATION],
  operative_core: [FOUNDATION, "switch", "spawner", "mcp"],
} as const satisfies Record<string, readonly ModuleName[]>;

/** In the form that plan and config work on. */
export function builtinCore(): Core {
  return { modules: [FOUNDATION], modes: new Map<string, readonly string[]>(Object.entries(CORE_OF_MODE)) };
}

/** The built-in map in canonical order, in the form that plan and config work on. */
export function builtinModules(): ModuleMap {
  return new Map(MODULE_NAMES.map((name) => [name, MODULES[name]]));
}
