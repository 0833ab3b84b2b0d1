/** Makes foreign text harmless: escape/ has one file for each format, and all of them build on `plain`. */

export { visibleInJson } from "./escape/json.ts";
export { codeSpan, fenced, longestRun, markdown, markdownStart } from "./escape/markdown.ts";
export { cut, plain, sentence } from "./escape/text.ts";
