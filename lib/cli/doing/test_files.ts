/** The files below the tests dir, for commands that only look. */

import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/failure.ts";
import { closedText } from "../../tests/pytest/discover.ts";

/** Why nothing was read if there is nothing to read. */
export const NO_FOLDER = "there is no such folder";

export interface TestFiles {
  /** Relative to the tests dir. */
  files: string[];
  /** A sentence for each folder that cannot be read. */
  closed: string[];
  /** Why none could be read; null if they could. */
  why: string | null;
}

export async function testFiles({ files: disk }: Pick<Host, "files">, dir: string): Promise<TestFiles> {
  const closed: string[] = [];
  try {
    if (await disk.kind(dir) !== "directory") return { closed, files: [], why: NO_FOLDER };
    const files = await disk.walk(dir, (path, why) => closed.push(closedText(dir, path, why)));
    return { closed, files, why: null };
  } catch (error) {
    return { closed, files: [], why: messageOf(error) };
  }
}
