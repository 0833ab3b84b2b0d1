/** Why TLS failed, as a sentence, from the words of the library that speaks it (rustls). Pure. */

import { oneOf } from "../../text/one_of.ts";
import { firstOf } from "../../text/first_of.ts";

const LONGEST = 200;
const MOST_NAMES = 5;

/** null if the words are not about TLS. `name`: the one that the certificate had to have. */
export function tlsTrouble(words: string, name: string): string | null {
  const [, refused] = /invalid peer certificate: (.*)$/s.exec(words) ?? [];
  if (refused !== undefined) return certificateTrouble(refused, name);
  if (/corrupt message|InvalidContentType/i.test(words)) return "it does not speak TLS";
  if (/unexpected end of file|handshake eof/i.test(words)) return "it ended the connection during the TLS handshake";
  const [, alert] = /received fatal alert: (.*)$/s.exec(words) ?? [];
  if (alert === undefined) return null;
  if (/certificate_?required/i.test(alert)) return "it wants a certificate of its client, which a check does not have";
  if (/no_?application_?protocol/i.test(alert)) return "it does not speak the protocol of this check on TLS";
  return `it refused the TLS handshake: ${alert.slice(0, LONGEST)}`;
}

function certificateTrouble(words: string, name: string): string {
  const [, after] = /not valid after (\d+)/.exec(words) ?? [];
  if (after !== undefined) return `its certificate expired on ${dayOf(after)}`;
  const [, before] = /not valid before (\d+)/.exec(words) ?? [];
  if (before !== undefined) return `its certificate is not valid before ${dayOf(before)}`;
  if (/\bexpired\b/i.test(words)) return "its certificate has expired";
  if (/not valid for (?:any )?name|NotValidForName/i.test(words)) return nameTrouble(words, name);
  if (words.includes("UnknownIssuer")) {
    return "its certificate is of an unknown issuer: give that one's certificate as `ca`, or `insecure: true`";
  }
  if (words.includes("CaUsedAsEndEntity")) {
    return "its certificate is that of an authority (CA:TRUE), and none of a server: make it with basicConstraints CA:FALSE, " +
      "or give `insecure: true`";
  }
  return `its certificate is refused: ${words.slice(0, LONGEST)}`;
}

function nameTrouble(words: string, name: string): string {
  const [, listed = ""] = /only valid for (.*)$/s.exec(words) ?? [];
  const names = [...listed.matchAll(/\("([^"]{1,253})"\)|IpAddress\(([^)]{1,60})\)/g)].flatMap(([_, dns, ip]) =>
    dns ?? ip ?? []
  );
  if (names.length === 0) return `its certificate has no name, and so not ${name}: make it with a subjectAltName`;
  return `its certificate is for ${firstOf(names, MOST_NAMES).join(", ")}, and not for ${name}: give \`server_name\` ` +
    `as ${oneOf(names.slice(0, MOST_NAMES))}`;
}

function dayOf(seconds: string): string {
  const ms = Number(seconds) * 1000;
  return Number.isNaN(new Date(ms).getTime()) ? "an unknown day" : new Date(ms).toISOString().slice(0, 10);
}
