/** An engine's API at a Unix socket, as far as it runs commands in containers. */

export interface EngineSocket extends AsyncDisposable {
  /** Its path. */
  socket: string;
  /** `METHOD path body`, of each request. */
  asked: string[];
}

/** What answers a request of this method and path. */
export type Answers = (ask: string, request: Request) => Response | Promise<Response>;

export async function engineSocket(answer: Answers): Promise<EngineSocket> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-socket-" });
  const socket = `${dir}/engine.sock`;
  const asked: string[] = [];
  const server = Deno.serve({ path: socket, transport: "unix", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const body = await request.text();
    asked.push(`${request.method} ${pathname} ${body}`.trim());
    return await answer(`${request.method} ${pathname}`, request);
  });
  return {
    socket,
    asked,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** A piece of a stream as the engine sends it. */
export function piece(stream: 1 | 2, text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  const all = new Uint8Array(8 + bytes.length);
  all[0] = stream;
  new DataView(all.buffer).setUint32(4, bytes.length);
  all.set(bytes, 8);
  return all;
}
