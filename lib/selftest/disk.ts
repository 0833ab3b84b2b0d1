/** Whether a folder is on a disk: files in memory count as memory of the container that writes them. Pure. */

const IN_MEMORY = new Set(["tmpfs", "ramfs"]);

/** The type of the file system that the absolute path is on, by the text of /proc/self/mountinfo; null if it does not say. */
export function fileSystemOf(mountinfo: string, path: string): string | null {
  let found: { point: string; type: string } | null = null;
  for (const line of mountinfo.split("\n")) {
    const [before = "", after] = line.split(" - ");
    const point = before.split(" ")[4]?.replaceAll(/\\(\d{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)));
    const [type] = after?.split(" ") ?? [];
    if (point === undefined || type === undefined || !isBelow(path, point)) continue;
    // A later mount at the same place hides the one before.
    if (found === null || point.length >= found.point.length) found = { point, type };
  }
  return found?.type ?? null;
}

function isBelow(path: string, point: string): boolean {
  return point === "/" || path === point || path.startsWith(`${point}/`);
}

/** Why page cache cannot be tried with files in that folder; null if it can, or if that is not known. */
export function whyNoDisk(mountinfo: string | null, path: string): string | null {
  const type = mountinfo === null ? null : fileSystemOf(mountinfo, path);
  return type === null || !IN_MEMORY.has(type)
    ? null
    : `no folder on a disk: the engine keeps volumes in ${path}, a ${type}`;
}
