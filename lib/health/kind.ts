/**
 * What a kind of check is: how a config file declares it, and how it is made. Each kind has a file in kinds/ and a line
 * in registry.ts.
 */

import type { Engine, Look } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { CheckSource, Watched, Way } from "../model/evidence.ts";
import type { HealthCheck } from "../model/module.ts";
import type { JsonSchema } from "../values/json_schema.ts";
import type { ConfigValue } from "../values/value.ts";

/** The result of one attempt. */
export interface Answer {
  /** HTTP status; null if the kind has none. */
  status: number | null;
  /** Why it counts as failed; null: it passed. */
  error: string | null;
  /** How long of the wait this program itself could not run, in ms. */
  lateMs?: number;
}

/**
 * Makes a check once. Rejects if no answer came. `limitMs`: after that time, a program that was started elsewhere for
 * it ends by itself.
 */
export type Ask = (signal: AbortSignal, limitMs: number) => Promise<Answer>;

/** How a check of one container is made now; that may change with its next start. */
export interface CheckPlace {
  /** The target of the check, as sentences name it: a URL, or words. */
  what: string;
  /** null if the kind has none. */
  url: string | null;
  way: Way | null;
  source: CheckSource;
  /** If it differs from the kind's own. */
  watched?: Watched;
  /** How the service is reached from this host, for the environment of tests; null if it is not. */
  baseUrl: string | null;
  ask: Ask;
  /** What is seen now that explains why nothing answers; null if nothing does. */
  refusedBecause?(): string | null;
  /** How the requests appear in the server's own log. */
  logged?: LoggedRequest;
  /** Ends what it has running. */
  close?(): void;
}

export interface LoggedRequest {
  /** GET if absent. */
  method?: string;
  /** With its query. */
  path: string;
  /** Statuses of answers that need nobody's attention, and classes of them: those from 100 to 399 if absent. */
  wanted?: readonly string[];
  /** Where requests come from, as the server sees it: its own loopback, or from outside. */
  from: "loopback" | "gateway";
}

export interface CheckTools {
  engine: Engine;
  host: Host;
  /** The service's container as it is now; undefined if it is gone. */
  lookAgain(signal: AbortSignal): Promise<Look | undefined>;
}

/** Why a check cannot be made, seen before anything is started. */
export interface Flaw {
  /** Path of the key within the check: `headers.Authorization`. */
  key: string;
  /** What the value of the key is or does, to follow its path. */
  why: string;
  next: string;
}

/** The values of the kind's own keys. */
export type Own<Check extends HealthCheck> = Omit<Check, "service" | "kind" | "declared">;

// Methods, so that a kind with its own type of check counts as a `CheckKind` of all checks.
export interface CheckKind<Check extends HealthCheck = HealthCheck> {
  /** What is watched of it once the service is ready. */
  readonly watched: Watched;
  /** The shortest pause between two attempts, for a check that costs much; in ms. */
  readonly pauseMs?: number;
  /** It passes when the service has ended with 0, which is the service's purpose: it is asked of one that has ended, too. */
  readonly completes?: true;
  /** Its keys in a config file, besides `service` and `kind`, each with what it may be as a JSON Schema. */
  readonly keys: Readonly<Record<string, JsonSchema>>;
  /** Those of them that must be there: all of one of these sets, of which the last is the usual one. */
  readonly required: readonly (readonly string[])[];
  /** What a JSON Schema can say of several keys together, which `read` verifies. */
  readonly together?: readonly JsonSchema[];
  /** Usage Failure on any mistake. */
  read(keys: ReadonlyMap<string, ConfigValue>): Own<Check>;
  /** As a plan shows it: `:8001/health`. */
  text(check: Check): string;
  /** Looks for what the check needs of this host. `dir`: the project's. */
  flaws?(check: Check, host: Pick<Host, "env" | "files">, dir: string): Promise<Flaw[]>;
  /** A reason why it cannot be made is a result, and no error. Throws EngineError. */
  locate(tools: CheckTools, look: Look, check: Check, signal: AbortSignal): Promise<CheckPlace | { why: string }>;
}
