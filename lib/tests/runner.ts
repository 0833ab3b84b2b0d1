/** What a runner of tests is: how a config file declares its tests, how they are listed, and how a test is run. */

import type { Files, Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import type { TestCases, TestRun, TestSearch } from "../model/evidence.ts";
import type { DeclaredTest, ModuleMap } from "../model/module.ts";
import type { ApartCommand, ApartRun, ServiceCommand, ServiceFile, ServiceRun } from "../model/service_run.ts";
import type { JsonSchema } from "../values/json_schema.ts";
import type { ConfigValue } from "../values/value.ts";
import type { SingleTest } from "./single.ts";

/** What the registry knows of a runner; the rest is loaded when there are tests to run. */
export interface RunnerKind {
  /** The key of a module's entry in a config file. */
  readonly key: string;
  /** What the value under that key may be. */
  readonly schema: JsonSchema;
  /** The value under that key. Throws a usage Failure on any mistake. */
  read(at: ConfigValue): readonly (string | DeclaredTest)[];
  load(): Promise<Runner>;
}

export interface Runner {
  /** Lists the tests. Starts nothing. */
  list(host: Pick<Host, "files">, asked: AskedTests): Promise<ListedTests>;
  /** Finds the program that runs them; called only if there are any to run. */
  prepare(host: Host, config: RunConfig, signal: AbortSignal): Promise<PreparedRunner>;
}

export interface AskedTests {
  /** Absolute. */
  projectDir: string;
  testsDir: string;
  modules: ModuleMap;
}

export interface ListedTests {
  /** Module → the names of its tests, in the order in which they are run. */
  tests: ReadonlyMap<string, readonly string[]>;
  /** Module → test → the service in which it runs; missing for tests that run on this host. */
  services?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Module → test → the image of the container that is made for it; missing for tests that run elsewhere. */
  images?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Module without tests → how they were looked for. */
  searches: ReadonlyMap<string, TestSearch>;
  notices: readonly string[];
  /** Files that the tests depend on: a run does not go on with changed ones. */
  inputs: readonly TestInput[];
}

export interface TestInput {
  name: string;
  /** Absolute. */
  path: string;
  /** The module whose tests depend on it; null: those of all modules. */
  module: string | null;
}

export interface PreparedRunner {
  /** Why it cannot run any; null if it can. */
  unavailable: string | null;
  /** What runs them, if it is one program for all: its words, and how it names itself, if it does. */
  program?: { command: readonly string[]; version: string | null };
  notices: readonly string[];
  /**
   * Runs one to its end or its limit, with all that it started, and keeps its output. Judges nothing. Rejects with the
   * signal's reason on abort, and if the output cannot be written; in both cases after all its processes are gone.
   */
  run(host: Host, name: string, place: TestPlace): Promise<TestRun>;
  /**
   * Runs several of a module in as few processes as possible, one after the other, and yields what `run` gives of each, in
   * the order given; missing if each has a process of its own. `placeOf` is called once for each, when its turn comes. What
   * still runs when the caller returns is ended.
   */
  together?(host: Host, names: readonly string[], placeOf: (name: string) => TestPlace): AsyncGenerator<TestRun>;
  /** Sentences for the end of the run, about all tests that were run. */
  afterwards(runs: readonly TestRun[]): readonly string[];
}

/** A service in which a test's command can be run now. */
export interface ServicePlace {
  /** `VX11_MODE` and the addresses of other services, as they are reached from there. */
  env: Record<string, string>;
  /** How far the clock that its files are written by is ahead of this host's, in ms. */
  clockAheadMs: number;
  run(command: ServiceCommand): ServiceRun;
  /** The beginning of a regular file; null if there is none. Rejects if that is not known. */
  readFile(path: string, maxBytes: number): Promise<ServiceFile | null>;
}

/** What a test's command in a container of its own needs of a run. */
export interface ApartPlace {
  /** As in a ServicePlace, for the module's first service, beside which the container is. */
  env: Record<string, string>;
  run(command: ApartCommand): ApartRun;
}

/** Where the evidence of a test is written. */
export interface EvidenceFiles {
  writeText(path: string, text: string): Promise<void>;
  /** Writes down which single tests there are; null if they cannot be kept. */
  noteTests(tests: readonly SingleTest[]): TestCases | null;
  drainTo: Files["drainTo"];
}

/** The surroundings of a test. */
export interface TestPlace {
  /** The module that it belongs to. */
  module: string;
  /** The project dir. */
  cwd: string;
  env: Record<string, string>;
  /** The service as it is now, or why nothing can be run in it. */
  inService(service: string): Promise<ServicePlace | { why: string }>;
  /** Where a container of its own is made, or why none can be. */
  apart(): Promise<ApartPlace | { why: string }>;
  limitMs: number;
  auditDir: string;
  /** Path of the output below the audit dir. */
  output: string;
  evidence: EvidenceFiles;
  /** Removes secrets from what is recorded. */
  clean: (text: string) => string;
  /** Called while it runs, if its runner can tell: how many of its tests have ended, and how many there are, if known. */
  tell(done: number, of: number | null): void;
  signal: AbortSignal;
}
