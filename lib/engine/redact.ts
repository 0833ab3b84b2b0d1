/** Blanks what looks like a secret in the text of `docker inspect`, before it is written to an audit dir. */

import { EngineError } from "./engine.ts";

const SECRET_NAME = /token|secret|passw|pwd|key|credential|auth|dsn/i;
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"]+@/gi;

/** An entry of an environment, `NAME=value`. */
function redactEnv(entry: string): string {
  const name = entry.split("=", 1)[0] ?? "";
  return SECRET_NAME.test(name) && entry.includes("=") ? `${name}=***` : entry;
}

/**
 * Pretty JSON with values of secret-looking names (environment, labels, log options) and credentials in URLs blanked. Throws
 * EngineError for what is no JSON: it is not quoted, since it may hold a secret.
 */
export function redactInspect(output: string): string {
  try {
    return `${JSON.stringify(JSON.parse(output, redactItem), null, 2)}\n`;
  } catch (error) {
    if (error instanceof SyntaxError) throw new EngineError("docker inspect printed no JSON");
    // Walking through what was parsed recurses, and the stack ends.
    if (error instanceof RangeError) throw new EngineError("docker inspect printed JSON that is nested too deeply");
    throw error;
  }
}

function redactItem(key: string, item: unknown): unknown {
  if (key === "Env" && Array.isArray(item)) {
    return item.map((each) => typeof each === "string" ? redactEnv(each) : each);
  }
  if (typeof item !== "string" || item === "") return item;
  return SECRET_NAME.test(key) ? "***" : item.replaceAll(URL_CREDENTIALS, "$1***@");
}
