/** A page by https: like one by http, with a certificate that is trusted, or any. */

import { headerFlaws } from "../page/headers.ts";
import { PAGE_KEYS, type PageCheck, pageText, readPage, requiredOf } from "../page/keys.ts";
import { pagePlace } from "../page/place.ts";
import { readTls, TLS_KEYS, tlsFlaws, tlsFor, type TlsKeys } from "../tls/keys.ts";
import type { CheckKind } from "../kind.ts";

type HttpsCheck = PageCheck & TlsKeys;

export const HTTPS: CheckKind<HttpsCheck> = {
  watched: "latency",
  keys: [...PAGE_KEYS, ...TLS_KEYS],
  required: requiredOf,
  read: (keys) => ({ ...readPage(keys, "https"), ...readTls(keys) }),
  text: (check) => pageText(check, "https "),
  flaws: async (check, host, dir) => [
    ...headerFlaws(check.headers ?? {}, host.env),
    ...await tlsFlaws(check, host, dir),
  ],
  async locate(tools, look, check, signal) {
    const { engine, host } = tools;
    const tls = await tlsFor(check, host, { dir: engine.project.dir, protocol: "http/1.1" });
    return "why" in tls ? tls : await pagePlace(tools, look, check, signal, tls);
  },
};
