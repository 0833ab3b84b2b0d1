/** What a person can do about what an engine reports: the ends of messages. Each engine has its own. */

import type { PortOwner } from "./port_owner.ts";

export interface EngineAdvice {
  /** An image could not be pulled. */
  pullFailed(image: string): string;
  /** Containers of this project's name are another checkout's. */
  foreign(project: string): string;
  /** A port that a service needs is taken; `owner`: null if it cannot be seen. */
  portTaken(port: number, owner: PortOwner | null): string;
  /** The engine may still create what it was asked for when nobody waits any longer. */
  stillComing(project: string): string;
}
