/** Whether two names belong to one file or folder. */

type Place = Pick<Deno.FileInfo, "dev" | "ino">;

/** false if the system does not number its files. */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.ino !== null && one.ino === other.ino && one.dev === other.dev;
}
