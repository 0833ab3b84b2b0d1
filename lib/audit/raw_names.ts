/** Names of the files below raw/: without path separators, whatever a module or test is called, and each name only once. */

export interface RawNames {
  /** `raw/<parts joined by _><.cycleN from the second cycle on><extension>` */
  next(parts: readonly string[], extension: string, cycle: number): string;
}

/** `there`: names of files that exist already. */
export function newRawNames(there: readonly string[] = []): RawNames {
  const used = new Set(there.map((name) => `raw/${name}`));
  return {
    next(parts, extension, cycle) {
      const clean = parts.join("_").replaceAll(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_").slice(0, 150);
      const base = cycle > 1 ? `${clean}.cycle${cycle}` : clean;
      let name = `raw/${base}${extension}`;
      for (let count = 2; used.has(name); count++) name = `raw/${base}-${count}${extension}`;
      used.add(name);
      return name;
    },
  };
}
