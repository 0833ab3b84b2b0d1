/** The keys of a check that speaks TLS: which certificate it takes. */

import { resolve } from "@std/path";
import type { Host, TlsWanted } from "../../host/host.ts";
import { messageOf, usageFailure } from "../../model/failure.ts";
import { shown } from "../../text/shown.ts";
import { type ConfigValue, placeOf, readBoolean, readText } from "../../values/value.ts";
import type { JsonSchema } from "../../values/json_schema.ts";
import type { Flaw } from "../kind.ts";

/** As in a config file. */
export interface TlsKeys {
  /** Path of a PEM file, relative to the project dir. */
  ca?: string;
  /** Whether any certificate will do. */
  insecure?: true;
  /** The name that the certificate must have; that of the address if absent. */
  server_name?: string;
}

export const TLS_KEYS = {
  ca: {
    type: "string",
    minLength: 1,
    pattern: "^[^\\u0000]*$",
    description: "PEM file of the authority that the certificate is of, relative to the project dir.",
  },
  insecure: { type: "boolean", description: "Whether any certificate will do." },
  server_name: {
    type: "string",
    minLength: 1,
    description: "The name that the certificate must have; that of the address unless given.",
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;

export const TLS_TOGETHER: readonly JsonSchema[] = [
  { not: { required: ["ca", "insecure"], properties: { insecure: { const: true } } } },
];

/** Usage Failure on any mistake. */
export function readTls(keys: ReadonlyMap<string, ConfigValue>): TlsKeys {
  const [ca, insecure, name] = [keys.get("ca"), keys.get("insecure"), keys.get("server_name")];
  const isInsecure = insecure !== undefined && readBoolean(insecure);
  if (ca !== undefined && isInsecure) {
    throw usageFailure(
      `${placeOf(ca)} is given beside insecure: true, which looks at no certificate`,
      "Give one of the two",
    );
  }
  return {
    ...(ca === undefined
      ? {}
      : { ca: readText(ca, "the path of a PEM file", (text) => text !== "" && !text.includes("\0")) }),
    ...(isInsecure ? { insecure: true } : {}),
    ...(name === undefined ? {} : { server_name: readText(name, "a host name or an IP address", isServerName) }),
  };
}

function isServerName(text: string): boolean {
  if (text.includes(":")) return URL.canParse(`http://[${text}]`);
  if (/^[\d.]+$/.test(text)) return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text);
  return text.length <= 253 && /^(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*$/.test(text);
}

const MOST_BYTES = 2 ** 20;
const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;

/** Why the file of `ca` is of no use. `dir`: the project's. */
export async function tlsFlaws({ ca }: TlsKeys, { files }: Pick<Host, "files">, dir: string): Promise<Flaw[]> {
  if (ca === undefined) return [];
  const path = resolve(dir, ca);
  const flaw = (why: string, next: string): Flaw[] => [{ key: "ca", why: `is ${shown(ca)}, ${why}`, next }];
  const next = "Give the path of a PEM file, relative to the project dir";
  try {
    const kind = await files.kind(path);
    if (kind === "missing") return flaw(`and there is no file ${shown(path)}`, next);
    if (kind === "directory") return flaw("which is a folder", next);
    const { text } = await files.readStart(path, MOST_BYTES);
    return CERTIFICATE.test(text)
      ? []
      : flaw("which has no certificate in PEM", "Give the authority's certificate in PEM");
  } catch (error) {
    return flaw(`which cannot be read: ${messageOf(error)}`, "Let the user of this program read it");
  }
}

/** How TLS is spoken, for the host name of a page or a port; reads the file of `ca`. */
export async function tlsFor(
  { ca, insecure, server_name }: TlsKeys,
  { files }: Pick<Host, "files">,
  { dir, protocol }: { dir: string; protocol: TlsWanted["protocol"] },
): Promise<((hostname: string) => TlsWanted) | { why: string }> {
  try {
    const trusted = ca === undefined ? {} : { ca: await files.readText(resolve(dir, ca)) };
    return (hostname) => ({ name: server_name ?? hostname, isUnverified: insecure === true, protocol, ...trusted });
  } catch (error) {
    return { why: `the file of \`ca\`, ${shown(ca)}, cannot be read: ${messageOf(error)}` };
  }
}
