/** What is around the daemon that answers. */

import type { MetricsSource } from "../../../model/settings.ts";

export interface Surroundings {
  /** Whether its published ports are ports of this host. */
  isLocal: boolean;
  /** Release of this host's kernel; empty if it does not say. */
  kernel: string;
  metricsSource: MetricsSource;
  /** Why this user cannot read the kernel's log; null if it can. */
  logUnread: string | null;
  /** Whether systemd runs on this host. */
  hasSystemd: boolean;
  /** What the daemon calls its host, and what this one is called; empty if it does not say. */
  names: { engine: string; here: string };
}
