/** Door to running a piece of code with a limit of time. */
export { createContext, Script } from "node:vm";
