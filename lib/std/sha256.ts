/** Door to a synchronous digest: the Web's is asynchronous, and a journal needs one for each line. */
export { createHash } from "node:crypto";
