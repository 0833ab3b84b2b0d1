/** The shape of a module and of the module map; the map itself is lib/modules.ts. */

/** What shows that a service is ready, and that it stays so. Its kind, one of lib/health/registry.ts, may have further keys. */
export interface HealthCheck {
  service: string;
  kind: string;
  /** The port within the container, of a kind that has one. */
  port?: number;
  /** Whether a config file declares it: then it is the truth. */
  declared?: true;
  /** Where its requests go, if that is declared itself. */
  url?: string;
  /**
   * Headers of its requests, name → value. `${NAME}` in a value stands for a variable of this program's environment, whose value is
   * a secret, and is nowhere but in the request.
   */
  headers?: Readonly<Record<string, string>>;
}

/** A page that answers 2xx when the service is healthy. */
export interface HttpCheck extends HealthCheck {
  /** Of the built-in map it is a guess: what is known of the container comes first. */
  port: number;
  /** Path on that port, with its leading slash. */
  path: string;
}

/** A test that a config file declares, as its runner reads it, which may add keys. */
export interface DeclaredTest {
  /** Variables that it gets beside those of all tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** The service in which it runs; missing for one that runs on this host. */
  readonly service?: string;
  /** The image of the container that is made for it, beside the module's first service; missing for one that runs elsewhere. */
  readonly image?: string;
}

/** One entry of the module map. `Name` is the union of module names, so that a misspelt dependency does not compile. */
export interface ModuleSpec<Name extends string = string> {
  description: string;
  /** Compose services that make up the module. */
  services: readonly string[];
  dependsOn: readonly Name[];
  health: readonly HealthCheck[];
  /** Globs over the base names of test files, such as `test_switch_*.py`. */
  tests: readonly string[];
  /** Key of a further runner → what its tests are, as that runner reads it; missing if there are none. */
  moreTests?: Readonly<Record<string, readonly (string | DeclaredTest)[]>>;
  /** Skipped, with the reason stated, if the Compose project has none of its services. */
  optional: boolean;
}

/** Module name → entry, in canonical order. */
export type ModuleMap = ReadonlyMap<string, ModuleSpec>;

/** The modules that are kept up around all others. */
export interface Core {
  /** Without these nothing can be tested: if one does not start, the run ends. --keep-core leaves them up. */
  modules: readonly string[];
  /** Mode → the modules that it keeps up, those of `modules` among them; the first mode is the default. */
  modes: ReadonlyMap<string, readonly string[]>;
}
