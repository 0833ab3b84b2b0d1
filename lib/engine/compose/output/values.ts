/** Values in what docker prints: of the wanted kind, or nothing. Pure. */

import { EngineError } from "../../engine.ts";

export type Json = Record<string, unknown>;

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A whole number of 0 or more. */
export function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null;
}

/** A port from its text, such as `8000`; null if it is no port that can be listened on. */
export function port(digits: string): number | null {
  const value = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return value >= 1 && value <= 65_535 ? value : null;
}

export function parseJson(what: string, output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw new EngineError(`${what} printed no JSON but "${output.slice(0, 200)}"`);
  }
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** Compose prints a published port as text, in its first versions as a number; a range ("8000-8010") is no port. */
export function portIn(value: unknown): number | null {
  return port(typeof value === "number" ? String(value) : text(value));
}

export function numberIn(value: unknown): number | null {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** The ports in keys such as `8000` and `8000/tcp`. */
export function exposedPorts(keys: readonly string[]): number[] {
  return keys.flatMap((key) => {
    const [own = "", protocol = "tcp"] = key.split("/");
    return protocol === "tcp" ? port(own) ?? [] : [];
  }).sort((a, b) => a - b);
}
