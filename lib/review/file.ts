/** Where the review of a run stands in its audit dir. */

export const REVIEW_FILE = "DEEPSEEK_R1_REVIEW.md";
