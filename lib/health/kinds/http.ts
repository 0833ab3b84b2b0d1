/** A page that answers 2xx, redirects followed within its origin, and is read to its end. */

import type { HttpCheck } from "../../model/module.ts";
import { keyOf, readPort, readText } from "../../values/value.ts";
import type { CheckKind } from "../kind.ts";

export const HTTP: CheckKind<HttpCheck> = {
  watched: "latency",
  keys: ["port", "path"],
  required: ["port", "path"],
  read: (keys) => ({ port: readPort(keys), path: readText(keyOf(keys, "path"), PATH_RULE, isPagePath) }),
  text: ({ path, port }) => `:${port}${path}`,
  async locate({ engine, host }, look, check, signal) {
    const found = await engine.endpoint(look, check, signal);
    if ("why" in found) return found;
    const { baseUrl, refusedBecause, source, url, way } = found;
    const { pathname, search } = new URL(url);
    const isInside = way === "exec" || way === "host network" || way === "process";
    return {
      what: url,
      url,
      way,
      source,
      baseUrl,
      async ask(signal, limitMs) {
        const { lateMs, status } = await (found.get?.(signal, limitMs) ?? host.get(url, signal));
        const error = status < 200 || status > 299 ? `answered ${status}` : null;
        return { status, error, ...(lateMs === undefined ? {} : { lateMs }) };
      },
      ...(refusedBecause === undefined ? {} : { refusedBecause }),
      logged: { path: pathname + search, from: isInside ? "loopback" : "gateway" },
    };
  },
};

const PATH_RULE = "a path that starts with `/`, without spaces";
// deno-lint-ignore no-control-regex -- control characters are what it refuses
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

function isPagePath(text: string): boolean {
  return /^\/\S*$/.test(text) && !CONTROL.test(text);
}
