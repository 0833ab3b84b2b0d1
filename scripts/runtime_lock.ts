/**
 * The part of deno.lock that the program needs. `deno compile` carries every package of its lockfile, also those that only
 * tests import: 12 MB more, and half as long again to start.
 */

import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import { BuildError } from "./build_error.ts";

/** Where it is written, from the repository's root; given to `deno compile` as its lockfile. */
export const RUNTIME_LOCK = "dist/runtime.lock";

/** As far as it is read here. */
export interface Lock {
  version: string;
  /** Specifier → version, with what the package was resolved beside. */
  specifiers: Record<string, string>;
  /** Name and version → package; a dependency is its name alone where there is one version of it. */
  npm: Record<string, { integrity: string; dependencies?: string[] }>;
}

/** The lock with these specifiers and what they depend on, and nothing else. Throws BuildError for one that it lacks. */
export function runtimeLock({ npm, specifiers, version }: Lock, wanted: readonly string[]): Lock {
  const open = wanted.map((specifier) => {
    const resolved = specifiers[specifier];
    if (resolved === undefined) {
      throw new BuildError(`deno.lock does not know "${specifier}": run \`deno check\` first`);
    }
    return `${specifier.slice("npm:".length, specifier.lastIndexOf("@"))}@${resolved}`;
  });
  const kept = new Set(open);
  // A set hands out what is added to it while it is being walked.
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

/** Packages come in through lib/std alone, as scripts/check_imports.ts sees to. */
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
