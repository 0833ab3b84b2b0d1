/** Door to the room on a file system: Deno has no such call of its own. */
export { statfs } from "node:fs/promises";
