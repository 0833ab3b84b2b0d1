/**
 * Whether a redirect stays with the service that was requested: an answer from elsewhere is another service's. Pure.
 */

/** More are a loop. */
export const MOST_REDIRECTS = 10;
/** Names that a service may give its own host in a redirect. */
const OWN_NAMES = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"];

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** How much of a foreign address a message shows. */
const LONGEST = 200;

/** Where the redirect leads, at the host that was requested; throws if that is another origin, or no address. */
export function redirectWithin(at: URL, location: string): URL {
  const next = URL.parse(location, at);
  if (next === null) throw new Error(`redirects to an invalid address: ${location.slice(0, LONGEST)}`);
  if (OWN_NAMES.includes(next.hostname) && next.port === at.port) next.hostname = at.hostname;
  if (next.origin === at.origin) return next;
  throw new Error(`redirects to ${next.origin.slice(0, LONGEST)}, whose answer is not this service's`);
}
