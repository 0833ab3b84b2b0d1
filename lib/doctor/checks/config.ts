/** What was noticed while options and the config file were read. Whatever is wrong there has ended the command before. */

import type { Check } from "../check.ts";

export const CONFIG: Check = {
  title: "Configuration",
  look: ({ config }) =>
    config.notices.map((notice) => ({ check: "config", subject: "config", level: "note", seen: notice, next: "" })),
};
