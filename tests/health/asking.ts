/** A check that requests a page, as the kind `http` does. */

import type { FakeEngine } from "../fakes/engine.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import type { Ask } from "../../lib/health/kind.ts";
import { HTTP } from "../../lib/health/kinds/http.ts";
import type { Host } from "../../lib/host/host.ts";
import { look } from "../fakes/evidence.ts";

/** Of the page at that URL, wherever that is. */
export function asking(host: Pick<Host, "get">, url: string): Ask {
  const endpoint: FakeEngine["endpoint"] = () =>
    Promise.resolve({ way: "published", source: "config file", baseUrl: null, url });
  const tools = { engine: { endpoint } as unknown as Engine, host: host as Host, lookAgain: () => Promise.reject() };
  const check = { service: "x", kind: "http", port: 1, path: "/" };
  const place = HTTP.locate(tools, { state: look("x"), ports: [], hostNetwork: false }, check, AbortSignal.any([]));
  return async (signal, limitMs) => {
    const found = await place;
    if ("why" in found) throw new Error(found.why);
    return await found.ask(signal, limitMs);
  };
}
