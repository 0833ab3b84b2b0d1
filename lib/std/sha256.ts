/** Door to the digest that needs no waiting: the one of the Web is asynchronous, and a journal has it line by line. */
export { createHash } from "node:crypto";
