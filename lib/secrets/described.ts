/** Takes the secrets out of what an engine says of a container, as JSON: its environment, labels and options. Pure. */

import { marker, withoutCredentials } from "./marker.ts";
import { newRedactor } from "./redactor.ts";
import { isSecret, secretsIn } from "./secrets.ts";

/** The value without the secrets in it. `key`: the key of the value; items of a list have the list's. */
export function withoutSecrets(value: unknown, key = ""): unknown {
  if (typeof value === "string") return key === "Env" ? variable(value) : value === "" ? value : cleaned(key, value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutSecrets(item, name)]));
}

/** An entry of an environment, `NAME=value`. */
function variable(entry: string): string {
  const at = entry.indexOf("=");
  if (at < 0) return entry;
  const [name, value] = [entry.slice(0, at), entry.slice(at + 1)];
  return `${name}=${value === "" ? "" : cleaned(name, value)}`;
}

/** Replaces the whole value if its name says that it is a secret, else only what its form gives away. */
function cleaned(name: string, value: string): string {
  if (isSecret(name, value)) return marker(name);
  const found = secretsIn([[name, value]]);
  return found.length === 0 ? withoutCredentials(value) : newRedactor(found).text(withoutCredentials(value));
}
