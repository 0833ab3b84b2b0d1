/** An error for the user: what failed, why, and what to do next. Any other error is a bug. */
export class BuildError extends Error {}
