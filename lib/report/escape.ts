/** Foreign text made harmless, one way a format: a file for each in escape/, all of them on top of `plain`. */

export { visibleInJson } from "./escape/json.ts";
export { codeSpan, fenced, longestRun, markdown, markdownStart } from "./escape/markdown.ts";
export { cut, plain, sentence } from "./escape/text.ts";
