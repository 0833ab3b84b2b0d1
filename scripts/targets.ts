/**
 * The systems that the program is built for, and the call of `deno compile` for each. Pure; build.ts carries it out.
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
 * The permissions of the program. Deno opens files of /proc and /sys, which the metrics are read from, only if everything is
 * allowed; and a program that may start any other program, as this one must, can do everything anyway.
 */
export const PERMISSIONS = ["--no-prompt", "--allow-all"] as const;

/**
 * The young generation of the heap stays small, 2 MiB for each half: by default it grows to 32 MiB with the first garbage of
 * each cycle and never shrinks, which takes 70 MiB and looks like a leak. The old generation is collected when it has grown by
 * a fifth, not to four times its size; and the program may request that itself (lib/host/deno_memory.ts). No code is optimized:
 * this program waits most of its time, and V8's optimizing compilers would take 15 MiB, grow for hundreds of cycles, and use
 * the cores that the services are tested on. Without them, the program's own CPU over many short cycles is a seventh higher.
 */
const V8_FLAGS = "--v8-flags=" + [
  "--max-semi-space-size=2",
  "--heap-growing-percent=20",
  "--expose-gc",
  "--no-opt",
  "--no-maglev",
].join();

/** The files in the program besides its code: the test files that `demo` unpacks, without Python's caches. */
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

/** The path of the program: a plain name for this machine, with the target's name if a target was given. */
export function outputPath(asked: Target | undefined, host: string): string {
  const name = asked === undefined ? "vx11-stability" : `vx11-stability-${asked}`;
  return `dist/${name}${(asked ?? host).includes("windows") ? ".exe" : ""}`;
}

/**
 * The arguments of `deno`, to be run in the repository, with the lock that runtime_lock.ts writes. `--frozen` refuses a
 * deno.lock that does not fit the code, so that a build never includes a package that was not reviewed; the code itself is
 * type-checked. There is no code cache: denort would keep it under a well-known name in the machine's temp dir, and run
 * whatever it finds there.
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
