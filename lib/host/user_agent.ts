/** What this program calls itself in its requests, mostly with `/<version>` after it, so that a service's log says whose they are. */
export const AGENT = "vx11-stability";
