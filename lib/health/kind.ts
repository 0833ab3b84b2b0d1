/** What a kind of check is: how a config file declares it, and how it is made. Each has a file in kinds/ and a line in registry.ts. */

import type { Engine, Look } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { CheckSource, Watched, Way } from "../model/evidence.ts";
import type { HealthCheck } from "../model/module.ts";
import type { ConfigValue } from "../values/value.ts";

/** What came of one attempt. */
export interface Answer {
  /** HTTP status; null of what has none. */
  status: number | null;
  /** Why it counts as failed; null: it passed. */
  error: string | null;
  /** How long of the wait this program itself could not run, in ms. */
  lateMs?: number;
}

/** Makes a check once. Rejects if nothing came. `limitMs`: after that, what was started elsewhere for it ends by itself. */
export type Ask = (signal: AbortSignal, limitMs: number) => Promise<Answer>;

/** How a check of one container is made as it is now: at its next start that may be different. */
export interface CheckPlace {
  /** What is asked, as sentences name it: a URL, or words. */
  what: string;
  /** null for what has none. */
  url: string | null;
  way: Way | null;
  source: CheckSource;
  /** If it is not what the kind says. */
  watched?: Watched;
  /** How the service is reached from this host, for the environment of tests; null if it is not. */
  baseUrl: string | null;
  ask: Ask;
  /** What is seen now that explains why nothing answers; null if there is nothing of the kind. */
  refusedBecause?(): string | null;
  /** How the requests stand in the server's own log. */
  logged?: LoggedRequest;
  /** Ends what it has running. */
  close?(): void;
}

export interface LoggedRequest {
  /** With its query. */
  path: string;
  /** Where requests come from, as the server sees it: its own loopback, or from without. */
  from: "loopback" | "gateway";
}

export interface CheckTools {
  engine: Engine;
  host: Host;
  /** The service's container as it is now; undefined if it is gone. */
  lookAgain(signal: AbortSignal): Promise<Look | undefined>;
}

/** What the kind's own keys say. */
export type Own<Check extends HealthCheck> = Omit<Check, "service" | "kind" | "declared">;

// Methods, so that a kind that knows its own checks is one of all kinds.
export interface CheckKind<Check extends HealthCheck = HealthCheck> {
  /** What of it is watched once the service is ready. */
  readonly watched: Watched;
  /** The shortest pause between two attempts, for what costs much; in ms. */
  readonly pauseMs?: number;
  /** Its keys in a config file, besides `service` and `kind`, and which of them must be there. */
  readonly keys: readonly string[];
  readonly required: readonly string[];
  /** Usage Failure on any mistake. */
  read(keys: ReadonlyMap<string, ConfigValue>): Own<Check>;
  /** As a plan shows it: `:8001/health`. */
  text(check: Check): string;
  /** Why it cannot be made is the end of a search, and no error. Throws EngineError. */
  locate(tools: CheckTools, look: Look, check: Check, signal: AbortSignal): Promise<CheckPlace | { why: string }>;
}
