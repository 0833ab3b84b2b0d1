/** A page by https: like one by http, with a certificate that is trusted, or any. */

import { headerFlaws } from "../page/headers.ts";
import { PAGE_PLACES, PAGE_TOGETHER, type PageCheck, pageKeys, pageText, readPage } from "../page/keys.ts";
import { pagePlace } from "../page/place.ts";
import { readTls, TLS_KEYS, TLS_TOGETHER, tlsFlaws, tlsFor, type TlsKeys } from "../tls/keys.ts";
import type { CheckKind } from "../kind.ts";

type HttpsCheck = PageCheck & TlsKeys;

export const HTTPS: CheckKind<HttpsCheck> = {
  watched: "latency",
  keys: { ...pageKeys("https"), ...TLS_KEYS },
  required: PAGE_PLACES,
  together: [...PAGE_TOGETHER, ...TLS_TOGETHER],
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
