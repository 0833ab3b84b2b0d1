/** The keys of a check that requests a page: where it is, how it is requested, and which answer passes. */

import { usageFailure } from "../../model/failure.ts";
import type { HealthCheck } from "../../model/module.ts";
import { type ConfigValue, keyOf, placeOf, readChoice, readPort, readText, wrongValue } from "../../values/value.ts";
import type { JsonSchema } from "../../values/json_schema.ts";
import { portSchema } from "../../values/value_schema.ts";
import { headersSchema, readHeaders } from "./headers.ts";
import { readStatuses, statusesSchema } from "./statuses.ts";

/** Where the page is: at a port and a path, or at a URL. */
export interface PageCheck extends HealthCheck {
  path?: string;
  /** GET if absent. */
  method?: string;
  /** Statuses that pass, and classes of them; 2xx if absent. */
  status?: readonly string[];
  /** A text that the body must contain. */
  body?: string;
}

export type Scheme = "http" | "https";

type PageKeys = Pick<PageCheck, "body" | "headers" | "method" | "path" | "port" | "status" | "url">;

/** Those that say more than where the page is. */
const FURTHER = ["url", "method", "headers", "status", "body"] as const;

const PATH_RULE = "a path that starts with `/`, without spaces";
// deno-lint-ignore no-control-regex -- control characters are what it refuses
const PAGE_PATH = /^\/[^\s\u0000-\u001f\u007f-\u009f]*$/;
// deno-lint-ignore no-control-regex -- as there
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** `CONNECT` and `TRACE` request no page. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** The keys, each with what it may be. */
export function pageKeys(scheme: Scheme): Readonly<Record<string, JsonSchema>> {
  return {
    port: portSchema,
    path: { type: "string", pattern: PAGE_PATH.source, description: PATH_RULE },
    url: {
      type: "string",
      pattern: `${scheme === "http" ? "^[Hh][Tt][Tt][Pp]" : "^[Hh][Tt][Tt][Pp][Ss]"}://[^\\s#]+$`,
      description: "Where the page is, instead of port and path. Whoever answers there counts.",
    },
    method: { enum: METHODS, description: "GET unless given." },
    headers: headersSchema,
    status: statusesSchema,
    body: { type: "string", minLength: 1, description: "A text that the answer must have in its body." },
  };
}

/** Where the page is. */
export const PAGE_PLACES = [["url"], ["port", "path"]] as const;

export const PAGE_TOGETHER: readonly JsonSchema[] = [
  { not: { required: ["url", "port"] } },
  { not: { required: ["url", "path"] } },
  // Its answers have no body.
  { not: { required: ["method", "body"], properties: { method: { const: "HEAD" } } } },
];

/** Usage Failure on any mistake. */
export function readPage(keys: ReadonlyMap<string, ConfigValue>, scheme: Scheme): PageKeys {
  const read = <Key extends keyof PageKeys>(key: Key, reader: (at: ConfigValue) => NonNullable<PageKeys[Key]>) => {
    const at = keys.get(key);
    return at === undefined ? {} : { [key]: reader(at) };
  };
  return {
    ...(keys.has("url")
      ? { url: readUrl(keys, scheme) }
      : { port: readPort(keys), path: readText(keyOf(keys, "path"), PATH_RULE, (text) => PAGE_PATH.test(text)) }),
    ...read("method", (at) => readChoice(at, METHODS)),
    ...read("headers", readHeaders),
    ...read("status", readStatuses),
    ...read("body", (at) => readBody(at, keys.get("method")?.value)),
  };
}

/** Whether the check says nothing but where the page is, at a port. */
export function isPlain(check: PageCheck): boolean {
  return FURTHER.every((key) => check[key] === undefined);
}

/** The keys of the check that say more than where the page is. */
export function furtherKeys(check: PageCheck): string[] {
  return FURTHER.filter((key) => check[key] !== undefined);
}

/** As a plan shows it: `POST :8001/health → 201 with "ok"`. */
export function pageText({ body, headers, method, path, port, status, url }: PageCheck, prefix = ""): string {
  const names = Object.keys(headers ?? {});
  return [
    ...(method === undefined ? [] : [method]),
    url ?? `${prefix}:${port}${path}`,
    ...(names.length === 0 ? [] : [`with ${names.join(", ")}`]),
    ...(status === undefined ? [] : [`→ ${status.join(" or ")}`]),
    ...(body === undefined ? [] : [`with \`${body}\``]),
  ].join(" ");
}

function readUrl(keys: ReadonlyMap<string, ConfigValue>, scheme: Scheme): string {
  const at = keyOf(keys, "url");
  for (const other of ["port", "path"]) {
    if (!keys.has(other)) continue;
    throw usageFailure(
      `${placeOf(at)} is given beside ${other}, which says where the page is, too`,
      "Give url alone, or port and path",
    );
  }
  const wanted = `an ${scheme}:// URL with a host, and without spaces, credentials and \`#\``;
  const text = readText(at, wanted, (text) => /^[^\s#]+$/.test(text) && !CONTROL.test(text) && URL.canParse(text));
  const { password, protocol, username } = new URL(text);
  if (protocol === `${scheme}:` && /^https?:\/\//i.test(text) && username === "" && password === "") return text;
  const other = protocol === "https:" ? "https" : protocol === "http:" ? "http" : scheme;
  if (other !== scheme) throw wrongValue(at, wanted, `Or give kind: ${other}`);
  throw usageFailure(
    `${placeOf(at)} must be ${wanted}`,
    username + password === "" ? "" : "Give the credentials in headers, as Authorization: Basic ${NAME}",
  );
}

function readBody(at: ConfigValue, method: unknown): string {
  if (method === "HEAD") {
    throw usageFailure(
      `${placeOf(at)} is given beside method HEAD, whose answers have no body`,
      "Leave out one of the two",
    );
  }
  return readText(at, "a text that is not empty", (text) => text !== "");
}
