/** Every parser of foreign data, but the journal's. */

import { ENGINE_PARSERS } from "./engine_parsers.ts";
import { KERNEL_PARSERS } from "./kernel_parsers.ts";
import type { Parser } from "./parser.ts";
import { REPORT_PARSERS } from "./report_parsers.ts";
import { STREAM_PARSERS } from "./stream_parsers.ts";
import { USER_PARSERS } from "./user_parsers.ts";

export const PARSERS: readonly Parser[] = [
  ...ENGINE_PARSERS,
  ...STREAM_PARSERS,
  ...KERNEL_PARSERS,
  ...REPORT_PARSERS,
  ...USER_PARSERS,
];
