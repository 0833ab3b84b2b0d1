/** What the user asked for: the command line and the config file, checked and with defaults filled in. */

import type { Demonstration } from "./evidence.ts";
import type { Mode } from "./module.ts";
import type { EngineName, Settings } from "./settings.ts";

export interface RunConfig {
  engine: EngineName;
  mode: Mode;
  cycles: number;
  /** How many modules may be at work at once; `auto`: as many as this host's cores are good for. */
  jobs: number | "auto";
  /** Names as given, each once, in the order given; undefined: all of the map but the baseline. */
  modules: string[] | undefined;
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
  /** Added to the environment of pytest. */
  testEnv: Readonly<Record<string, string>>;
  soakSec: number;
  recreate: boolean;
  strict: boolean;
  quiet: boolean;
  json: boolean;
  color: boolean;
  settings: Settings;
  /** An earlier run to compare with: absolute, and as the user gave it. */
  baseline?: { path: string; given: string; acrossHosts: boolean };
  /** Of a demonstration alone. */
  demo?: Demonstration;
  /** Told to the user and recorded, such as a module that was named twice. */
  notices: string[];
}
