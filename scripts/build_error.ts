/** What, why and next, for the user; anything else that is thrown is a bug. */
export class BuildError extends Error {}
