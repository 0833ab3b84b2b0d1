/** The marker that stands in the place of a secret. Pure. */

/** The form of a marker; searched for first, so that it is never taken for text. */
export const MARKER = /\[secret [\w.-]{1,60}\]/y;

export function marker(name: string): string {
  return `[secret ${name.replaceAll(/[^\w.-]/g, "_").slice(0, 60)}]`;
}

/** The scheme of a URL, and its credentials between `://` and `@`. */
export const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/@"'<>]+)@/gi;

/** Takes the credentials out of URLs, and leaves the URLs: no environment may have these credentials. */
export function withoutCredentials(text: string): string {
  return text.includes("://") ? text.replaceAll(URL_CREDENTIALS, "$1***@") : text;
}
