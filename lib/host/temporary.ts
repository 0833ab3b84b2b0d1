/** Names of files that are written beside their place and renamed into it. A kill in between leaves them there. */

/** A name that nobody can guess, so that nobody can put a link there first. */
export function temporaryOf(path: string, pid: number): string {
  return `${path}.${pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/** Whether it is the name of a file that this process was writing. */
export function isWrittenBy(path: string, pid: number): boolean {
  return placeOf(path) !== null && new RegExp(`\\.${pid}-[0-9a-f]{8}\\.tmp$`).test(path);
}

/** The path that it was to be renamed to; null for any other name. */
export function placeOf(path: string): string | null {
  return /^(.+)\.\d+(?:-[0-9a-f]{8})?\.tmp$/s.exec(path)?.[1] ?? null;
}
