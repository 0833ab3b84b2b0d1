/** Door to TLS without a look at the certificate, which Deno's own API does not have. */
export { connect, type TLSSocket } from "node:tls";
export { connect as connectTcp, type Socket } from "node:net";
