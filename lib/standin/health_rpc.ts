/**
 * grpc.health.v1 of a stand-in: its health page as a health service, for the whole server and for every name. The status of gRPC
 * stands in the headers, since a server of Deno sends none after the body; a strict client would miss it there. Pure.
 */

const CHECK = "/grpc.health.v1.Health/Check";
const SERVING = 1;
const NOT_SERVING = 2;
const OK = "0";
const UNIMPLEMENTED = "12";

export function isRpc(contentType: string | null): boolean {
  return contentType?.startsWith("application/grpc") === true;
}

/** The page that a request of gRPC stands for: the health page, or its own path if it is for another service. */
export function pageOf(path: string, healthPath: string): string {
  return path === CHECK ? healthPath : path;
}

/** What the health service says if its page has this status: SERVING for 200, and NOT_SERVING for any other. */
export function rpcAnswer(path: string, status: number): Response {
  const isCheck = path === CHECK;
  const message = [8, status === 200 ? SERVING : NOT_SERVING];
  return new Response(isCheck ? new Uint8Array([0, 0, 0, 0, message.length, ...message]) : null, {
    headers: { "content-type": "application/grpc", "grpc-status": isCheck ? OK : UNIMPLEMENTED },
  });
}
