/** The file with the review of a run, in its audit dir. */

export const REVIEW_FILE = "DEEPSEEK_R1_REVIEW.md";
