/** The engines on which defects are planted: each has a rig, and a place in the options of `selftest`. */

export const RIG_NAMES = ["compose", "process"] as const;
export type RigName = (typeof RIG_NAMES)[number];
