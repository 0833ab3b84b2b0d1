/** Whether the user's locale shows more than ASCII. */

import type { Host } from "../host/host.ts";

export function isUtf8({ env }: Pick<Host, "env">): boolean {
  return /utf-?8/i.test(env("LC_ALL") || env("LC_CTYPE") || env("LANG") || "");
}
