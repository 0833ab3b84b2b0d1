/** What a person can do about what an engine reports: the ends of messages. Each engine has its own. */

import type { PortOwner } from "./port_owner.ts";

export interface EngineAdvice {
  /** An image could not be pulled. */
  pullFailed(image: string): string;
  /** An image could not be built, and this is what was printed; null if that alone is to be read. */
  buildFailed(output: string): string | null;
  /** Containers of this project's name belong to another checkout. */
  foreign(project: string): string;
  /** A port that a service needs is in use; `owner`: null if it cannot be seen. */
  portTaken(port: number, owner: PortOwner | null): string;
  /** The engine may still create containers after the run stopped waiting for them. */
  stillComing(project: string): string;
}
