/** What the user asked for: the command line and the config file, checked and with defaults filled in. */

import type { Demonstration } from "./evidence.ts";
import type { Settings, TestsPer } from "./settings.ts";

/** Which images are pulled before the first cycle: those that are neither present nor built, none, or all. */
export const PULL_POLICIES = ["missing", "never", "always"] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

/** What a run leaves up. */
export function leaving({ keepCore, settings }: Pick<RunConfig, "keepCore" | "settings">) {
  return { keepCore, foundation: settings.core.modules };
}

export interface RunConfig {
  /** One of lib/engine/registry.ts. */
  engine: string;
  /** The docker context of the Compose engine; absent: what docker itself takes. */
  context?: string;
  mode: string;
  /** null: as many as begin within `forSec`, which is then given. */
  cycles: number | null;
  /** No cycle begins after this time; missing if only the cycles count. */
  forSec?: number;
  /** How many modules may be at work at once; `auto`: as many as this host's cores allow. */
  jobs: number | "auto";
  /** Names as given, each once, in the order given; undefined: all of the map but the baseline. */
  selected: string[] | undefined;
  /** Absolute; undefined: docs/audit/vx11_stability_<UTC>/ below the project dir. */
  auditDir: string | undefined;
  /** Always false for the process engine, whose services are children of this program. */
  keepCore: boolean;
  timeoutSec: number;
  /** Absolute. */
  projectDir: string;
  /** Absolute; empty: what Compose finds in the project dir. */
  composeFiles: string[];
  /** Absolute. */
  testsDir: string;
  /** The command that runs pytest, as an argument list; never empty. */
  pytest: string[];
  /** Set if the user named that command: otherwise a venv of the project comes first. */
  pytestGiven?: true;
  testsPer: TestsPer;
  /** Added to the environment of pytest. */
  testEnv: Readonly<Record<string, string>>;
  soakSec: number;
  recreate: boolean;
  pull: PullPolicy;
  strict: boolean;
  /** Whether the exit code is 0 whatever the verdict; outcomes other than a verdict keep their own. */
  exitZero: boolean;
  /** Permissions that files in the audit dir do not get, such as 0o077. */
  umask: number;
  quiet: boolean;
  json: boolean;
  color: boolean;
  settings: Settings;
  /** The config file that they are from, as the user or this program named it; absent if there is none. */
  configFile?: string;
  /** An earlier run to compare with: absolute, and as the user gave it. */
  baseline?: { path: string; given: string; acrossHosts: boolean };
  /** Only in a demonstration. */
  demo?: Demonstration;
  /** Shown to the user and recorded, such as a module that was named twice. */
  notices: string[];
}
