/** What a person can do about what the process engine reports. Pure. */

import type { EngineAdvice } from "../advice.ts";

export const ADVICE: EngineAdvice = {
  pullFailed: () => "The process engine pulls no images",
  buildFailed: () => null,
  foreign: (project) => `End the processes of "${project}" there, or run this one in another folder`,
  portTaken: (port, owner) =>
    owner === null
      ? `See what listens there with \`ss -ltnp 'sport = :${port}'\``
      : "End that process, or give the service another port",
  stillComing: () => "look for its processes",
};
