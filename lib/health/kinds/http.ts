/** A page that answers as wanted, 2xx unless declared, redirects followed within its origin, and is read to its end. */

import { headerFlaws } from "../page/headers.ts";
import { isPlain, PAGE_PLACES, PAGE_TOGETHER, type PageCheck, pageKeys, pageText, readPage } from "../page/keys.ts";
import { pagePlace } from "../page/place.ts";
import type { CheckKind } from "../kind.ts";

export const HTTP: CheckKind<PageCheck> = {
  watched: "latency",
  keys: pageKeys("http"),
  required: PAGE_PLACES,
  together: PAGE_TOGETHER,
  read: (keys) => readPage(keys, "http"),
  text: (check) => pageText(check),
  flaws: ({ headers = {} }, { env }) => Promise.resolve(headerFlaws(headers, env)),
  async locate(tools, look, check, signal) {
    const { path, port } = check;
    if (!isPlain(check) || path === undefined || port === undefined) return await pagePlace(tools, look, check, signal);
    const { engine, host } = tools;
    const { declared } = check;
    const wanted = { port, path, ...(declared === undefined ? {} : { declared }) };
    const found = await engine.endpoint(look, wanted, signal);
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
