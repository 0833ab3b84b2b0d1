/** Door to `@std/path`; see README.md beside this file. */
// @ts-types="./path.d.ts"
export {
  basename,
  dirname,
  globToRegExp,
  isAbsolute,
  join,
  normalize,
  relative,
  resolve,
} from "npm:deno-std@1.4.0/path/mod.js";
