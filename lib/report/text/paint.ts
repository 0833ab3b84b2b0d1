/** The colours of statuses on a terminal. */

import { dim, green, red, yellow } from "@std/fmt/colors";
import type { Status } from "../../model/outcome.ts";

export const PAINT: Record<Status, (text: string) => string> = { PASS: green, WARN: yellow, FAIL: red, SKIP: dim };
