/** An engine's description of a container, before it is written to an audit dir. */

import { withoutSecrets } from "../secrets/described.ts";
import { EngineError } from "./engine.ts";

/**
 * Pretty JSON without secrets in environment, labels and options. Throws EngineError if the output is no JSON; the
 * output is not quoted, since it may hold a secret.
 */
export function redactInspect(output: string): string {
  try {
    return `${JSON.stringify(withoutSecrets(JSON.parse(output)), null, 2)}\n`;
  } catch (error) {
    if (error instanceof SyntaxError) throw new EngineError("docker inspect printed no JSON");
    // The walk through the parsed value is recursive, and the stack is limited.
    if (error instanceof RangeError) throw new EngineError("docker inspect printed JSON that is nested too deeply");
    throw error;
  }
}
