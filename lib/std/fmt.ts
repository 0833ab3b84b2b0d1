/** Door to `@std/fmt/colors`; see README.md beside this file. */
// @ts-types="./fmt.d.ts"
export { bold, dim, green, red, yellow } from "npm:deno-std@1.4.0/fmt/colors.js";
