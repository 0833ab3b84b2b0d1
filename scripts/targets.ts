/**
 * What is built for which system, and how `deno compile` is called for it. Pure; build.ts does what is said here.
 */

import { RUNTIME_LOCK } from "./runtime_lock.ts";

export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

export type Target = (typeof TARGETS)[number];

/**
 * All that the program may do. Deno opens files of /proc and /sys, which the metrics are read from, only where everything
 * is allowed; and whoever may start any program, as this one must, may do everything anyway.
 */
export const PERMISSIONS = ["--no-prompt", "--allow-all"] as const;

/**
 * The young generation of the heap stays small, 2 MiB a half: by itself it grows to 32 with the first garbage of each
 * cycle and never shrinks, which takes 70 MiB and looks like a leak. The old one may grow by a fifth before it is looked
 * through, and not to four times its size; and the program may ask for that by itself (lib/host/deno_memory.ts). Nothing is
 * optimized: this program waits most of its time, and its compilers would take 15 MiB, go on growing for hundreds of cycles,
 * and use the cores that the services are tested on. Its own CPU over many short cycles is a seventh more without them.
 */
const V8_FLAGS = "--v8-flags=" + [
  "--max-semi-space-size=2",
  "--heap-growing-percent=20",
  "--expose-gc",
  "--no-opt",
  "--no-maglev",
].join();

/** What the program carries beside its code: the test files that `demo` unpacks. Python's caches are none of it. */
const CARRIED = [
  "--include",
  "config/sandbox/pytest.ini",
  "--include",
  "config/sandbox/tests",
  "--exclude",
  "config/sandbox/tests/__pycache__",
];

export function isTarget(text: string): text is Target {
  return (TARGETS as readonly string[]).includes(text);
}

/** Where the program goes: the plain name for this machine, the target's name in it where one was asked for. */
export function outputPath(asked: Target | undefined, host: string): string {
  const name = asked === undefined ? "vx11-stability" : `vx11-stability-${asked}`;
  return `dist/${name}${(asked ?? host).includes("windows") ? ".exe" : ""}`;
}

/**
 * The arguments of `deno`, to be run in the repository, with the lock that runtime_lock.ts writes. `--frozen` refuses a
 * deno.lock that does not fit the code, so that a build never takes in a package that was not reviewed; the code itself is
 * type-checked. No code cache: denort would keep it under a name that everybody knows in the machine's temp dir, and run
 * what it finds there.
 */
export function compileArgs(target: Target | undefined, output: string, entry = "main.ts"): string[] {
  return [
    "compile",
    "--frozen",
    "--lock",
    RUNTIME_LOCK,
    "--no-code-cache",
    V8_FLAGS,
    ...PERMISSIONS,
    ...CARRIED,
    ...(target === undefined ? [] : ["--target", target]),
    "--output",
    output,
    entry,
  ];
}

/** A line that `sha256sum -c` reads, in the folder of the file. */
export function checksumLine(hash: string, path: string): string {
  return `${hash}  ${path.split(/[\\/]/).at(-1)}\n`;
}
