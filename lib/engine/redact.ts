/** Blanks what looks like a secret in the text of `docker inspect`, before it is written to an audit dir. */

const SECRET_NAME = /token|secret|passw|pwd|key|credential|auth|dsn/i;
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"]+@/gi;

/** An entry of an environment, `NAME=value`. */
function redactEnv(entry: string): string {
  const name = entry.split("=", 1)[0] ?? "";
  return SECRET_NAME.test(name) && entry.includes("=") ? `${name}=***` : entry;
}

/** Pretty JSON with values of secret-looking names (environment, labels, log options) and credentials in URLs blanked. */
export function redactInspect(output: string): string {
  const value: unknown = JSON.parse(output, (key, item) => {
    if (key === "Env" && Array.isArray(item)) return item.map((entry) => redactEnv(String(entry)));
    if (typeof item !== "string" || item === "") return item;
    return SECRET_NAME.test(key) ? "***" : item.replaceAll(URL_CREDENTIALS, "$1***@");
  });
  return `${JSON.stringify(value, null, 2)}\n`;
}
