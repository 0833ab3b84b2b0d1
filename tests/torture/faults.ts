/** The Nth call of a kind fails, as the system lets it fail; `+` behind the number: and so do all after it. */

import { SpawnError } from "../../lib/host/host.ts";
import { kindOf } from "./instants.ts";
import type { Tap } from "./taps.ts";

type Trouble = readonly [code: string, text: string];

const NO_SPACE: Trouble = ["ENOSPC", "No space left on device (os error 28)"];
const BROKEN: Trouble = ["EIO", "Input/output error (os error 5)"];
const CLOSED: Trouble = ["EACCES", "Permission denied (os error 13)"];
const TOO_MANY: Trouble = ["EMFILE", "Too many open files (os error 24)"];
const RESET: Trouble = ["ECONNRESET", "client error (SendRequest): connection reset by peer (os error 104)"];

const TROUBLES: Readonly<Record<string, readonly Trouble[]>> = {
  "files.append": [NO_SPACE, BROKEN],
  "files.close": [NO_SPACE],
  "files.writeAtomic": [NO_SPACE, TOO_MANY],
  "files.drainTo": [NO_SPACE],
  "files.openAppend": [TOO_MANY, CLOSED],
  "files.makeTempDir": [NO_SPACE],
  "files.ensureDir": [CLOSED],
  "files.list": [TOO_MANY, BROKEN],
  "files.remove": [CLOSED],
  "files.removeIfEmpty": [CLOSED],
  spawn: [TOO_MANY],
  get: [RESET, TOO_MANY],
  post: [RESET],
};
const ELSE: readonly Trouble[] = [BROKEN];

/** How every error of these tests is known in what is told. */
export const TOLD = /\(os error \d+\)|[Cc]onnection reset/;

/** The name of each instant of a run that made so many calls of each kind: by its kind, its number and what happens. */
export function instantsOf(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].flatMap(([kind, count]) =>
    troublesOf(kind).flatMap(([code]) =>
      Array.from({ length: count }, (_, index) => index + 1)
        .flatMap((nr) => [`${kind} ${code}#${nr}`, `${kind} ${code}, and then always#${nr}`])
    )
  );
}

function troublesOf(kind: string): readonly Trouble[] {
  return TROUBLES[kind] ?? ELSE;
}

/** Counts calls by their kind. */
export function counting(counts: Map<string, number>): Tap {
  return (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

/** Fails as the instant's name says; `hit` is told what the call was about. */
export function failingAt(name: string, hit: (of: string) => void): Tap {
  const [, wanted = "", code = "", isForGood, number = ""] = /^(\S+) (\w+)(, and then always)?#(\d+)$/.exec(name) ?? [];
  const trouble = troublesOf(wanted).find(([each]) => each === code);
  if (trouble === undefined) throw new Error(`no such instant: ${name}`);
  let count = 0;
  return (kind, of) => {
    if (kind !== wanted) return;
    count++;
    if (count < Number(number) || (count > Number(number) && isForGood === undefined)) return;
    hit(of);
    throw errorOf(kind, of, trouble);
  };
}

/** As Deno has it. */
function errorOf(kind: string, of: string, [code, text]: Trouble): Error {
  if (kind === "spawn") return new SpawnError("other", `${of}: ${text}`);
  return Object.assign(new Error(kind.startsWith("files.") ? `${text}: '${of}'` : text), { code });
}

export { kindOf };
