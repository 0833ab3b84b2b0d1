/**
 * The part of deno.lock that the program needs. `deno compile` includes every package of its lockfile, even those that only
 * tests import: that would make the program 12 MB larger, and its start half as long again.
 */

import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import { BuildError } from "./build_error.ts";

/** Its path from the repository's root; `deno compile` gets it as its lockfile. */
export const RUNTIME_LOCK = "dist/runtime.lock";

/** The parts of deno.lock that are read here. */
export interface Lock {
  version: string;
  /** Specifier → version, with the peer packages that it was resolved with. */
  specifiers: Record<string, string>;
  /** Name and version → package; a dependency is only a name if there is one version of it. */
  npm: Record<string, { integrity: string; dependencies?: string[] }>;
}

/** The lock with only these specifiers and their dependencies. Throws BuildError for a specifier that it lacks. */
export function runtimeLock({ npm, specifiers, version }: Lock, wanted: readonly string[]): Lock {
  const open = wanted.map((specifier) => {
    const resolved = specifiers[specifier];
    if (resolved === undefined) {
      throw new BuildError(`deno.lock does not know "${specifier}": run \`deno check\` first`);
    }
    return `${specifier.slice("npm:".length, specifier.lastIndexOf("@"))}@${resolved}`;
  });
  const kept = new Set(open);
  // A loop over a set also visits items that are added meanwhile.
  for (const id of kept) {
    for (const dependency of npm[id]?.dependencies ?? []) {
      for (const found of Object.keys(npm)) {
        if (found === dependency || found.startsWith(`${dependency}@`)) kept.add(found);
      }
    }
  }
  return {
    version,
    specifiers: Object.fromEntries(wanted.toSorted().map((specifier) => [specifier, specifiers[specifier] ?? ""])),
    npm: Object.fromEntries(Object.entries(npm).filter(([id]) => kept.has(id))),
  };
}

const IMPORTED = / from "(npm:(?:@[^/"]+\/)?[^/@"]+@[^/"]+)/g;

/** Packages are imported only in lib/std, which scripts/check_imports.ts ensures. */
export async function writeRuntimeLock(root: string): Promise<void> {
  const wanted = new Set<string>();
  for await (const { name } of Deno.readDir(join(root, "lib/std"))) {
    const text = name.endsWith(".ts") ? await Deno.readTextFile(join(root, "lib/std", name)) : "";
    for (const [, specifier = ""] of text.matchAll(IMPORTED)) wanted.add(specifier);
  }
  const lock: Lock = JSON.parse(await Deno.readTextFile(join(root, "deno.lock")));
  const path = join(root, RUNTIME_LOCK);
  await ensureDir(dirname(path));
  await Deno.writeTextFile(path, `${JSON.stringify(runtimeLock(lock, [...wanted]), null, 2)}\n`);
}
