/** A service of the process engine as declared: a child process of this program that plays the part of a container. */

export const RESTART_POLICIES = ["no", "on-failure", "always"] as const;
export type RestartPolicy = (typeof RESTART_POLICIES)[number];

export const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

export interface ProcessSpec {
  /** Program and arguments; no shell reads them. Never empty. */
  command: readonly string[];
  /** Added to this program's environment. */
  env: Readonly<Record<string, string>>;
  /** Relative to the project dir. */
  cwd: string;
  /**
   * The port on 127.0.0.1 that it listens on, passed in the environment variable PORT. `auto`: a free one, chosen when
   * the run begins. null: it listens nowhere.
   */
  port: number | "auto" | null;
  restart: RestartPolicy;
  /** For the whole process tree; null: no limit. */
  memLimitBytes: number | null;
  stopSignal: StopSignal;
  /** Seconds between the stop signal and SIGKILL. */
  stopGraceSec: number;
  /** Its work is done when it ends with 0, as with Compose's `service_completed_successfully`. */
  completes: boolean;
  /** Services that are started before it. The run waits only for the end of those that complete. */
  dependsOn: readonly string[];
}

/** Service name → how it is run, in the order of the config file. */
export type ProcessMap = ReadonlyMap<string, ProcessSpec>;
