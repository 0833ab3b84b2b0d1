/**
 * This program's name in its requests, mostly with `/<version>` after it, so that a service's log shows whose they are.
 */
export const AGENT = "vx11-stability";
