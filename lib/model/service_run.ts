/**
 * A test's command that runs for a service, in its container or on this host as the service's own programs run, or beside a
 * service in a container of its own.
 */

/** What is left of it: process ids of the system that the service runs on, or that they could not be seen. */
export type Survivors = { pids: number[] } | "unseen";

/** What is to be run. */
export interface ServiceCommand {
  /** The program, then its arguments; no shell reads them. */
  words: readonly string[];
  /** Added to what the service's own programs have. */
  env: Readonly<Record<string, string>>;
  /** A folder as the service sees it; a relative path begins in the service's own working dir, which is `.`. */
  cwd: string;
  /** The mark that identifies all its descendants: unique to this one run. */
  family: string;
}

/** What is to be run in a container of its own, with the project dir at `/work`. */
export interface ApartCommand {
  /** As `docker run` takes it. */
  image: string;
  /** The program, then its arguments, instead of the image's own. */
  words: readonly string[];
  /** Added to what the image's own programs have. */
  env: Readonly<Record<string, string>>;
  /** The project dir; absolute. */
  projectDir: string;
  /** A folder relative to the project dir, which is `.`. */
  cwd: string;
  /** The mark that its container carries: unique to this one run. */
  family: string;
}

/**
 * How it ended: by itself, or since its container ended before that was seen. Or why it was never started; `code` is that of
 * shells if the reason is the command itself, and null if it is its surroundings. Or why its end is unknown.
 * `meaning`: what the exit code says beyond that it failed; `cut`: why not everything in it ran to its end.
 */
export type ServiceEnd =
  | { how: "ended"; code: number | null; signal: string | null; meaning?: string; cut?: string }
  | { how: "container ended" }
  | { how: "not started"; why: string; code: number | null }
  | { how: "unknown"; why: string };

/** A command that was started, or is being started. */
export interface ServiceRun {
  /** What it prints. */
  readonly output: ReadableStream<Uint8Array>[];
  /** Resolves when it has ended, whatever it left running. Never rejects. */
  readonly end: Promise<ServiceEnd>;
  /** Ends it and all that it has started. Resolves to what is left; null if nothing is. To be called in any case. */
  endAll(): Promise<Survivors | null>;
}

/** A command in a container of its own. `endAll` removes that, and resolves to its name if it cannot be removed. */
export interface ApartRun extends Pick<ServiceRun, "end" | "output"> {
  endAll(): Promise<{ container: string } | null>;
}

/** A file as the service sees it. */
export interface ServiceFile {
  /** When its content last changed, by the clock of the service's host, in milliseconds since 1970. */
  modifiedMs: number;
  /** Its beginning, and whether there is more. */
  text: string;
  cut: boolean;
}
