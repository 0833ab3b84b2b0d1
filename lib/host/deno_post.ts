/** POST of the real host: one request, no redirect, an answer of a bounded length. */

import { directClient } from "./deno_get.ts";
import type { PostAnswer, PostRequest } from "./host.ts";

export async function post(request: PostRequest, signal: AbortSignal): Promise<PostAnswer> {
  const { body, direct, headers, maxBytes, url } = request;
  const response = await fetch(url, {
    method: "POST",
    headers,
    body,
    signal,
    // A redirected request would take the headers along, and a key in them.
    redirect: "manual",
    ...(direct ? { client: directClient() } : {}),
  });
  const { cut, text } = await readText(response, maxBytes);
  return { status: response.status, header: (name) => response.headers.get(name), text, cut };
}

async function readText({ body }: Response, maxBytes: number): Promise<{ text: string; cut: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    // Leaving the loop ends the request.
    if (left < 0) return { text, cut: true };
  }
  return { text: text + decoder.decode(), cut: false };
}
