/** Door to `@std/yaml`; see README.md beside this file. */
// @ts-types="./yaml.d.ts"
export { parse } from "npm:deno-std@1.4.0/yaml/parse.js";
