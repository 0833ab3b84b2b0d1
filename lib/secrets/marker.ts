/** What stands in the place of a secret. Pure. */

/** The form of it; found first, so that it is never taken for text. */
export const MARKER = /\[secret [\w.-]{1,60}\]/y;

export function marker(name: string): string {
  return `[secret ${name.replaceAll(/[^\w.-]/g, "_").slice(0, 60)}]`;
}

/** The scheme of a URL, and its credentials between `://` and `@`. */
export const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/@"'<>]+)@/gi;

/** URLs keep their place: credentials in them may be ones that no environment has. */
export function withoutCredentials(text: string): string {
  return text.includes("://") ? text.replaceAll(URL_CREDENTIALS, "$1***@") : text;
}
