/** A health endpoint in the form of the Python harness's map: `["http://127.0.0.1:8099", my-module]`. */

import type { HttpCheck } from "../model/module.ts";
import { type ConfigValue, readList, readText, wrongValue } from "../values/value.ts";
import { nakedService } from "../plan/service_names.ts";

/** The page that the harness requested below a base URL without a path. */
const PAGE = "/health";
const WANTED = "a pair of the page's URL and the service's name, such as [http://127.0.0.1:8099/health, my-module]";
const LOCAL = ["127.0.0.1", "localhost", "0.0.0.0", "[::1]"];

/**
 * The service may be named with or without the `vx11-` of its container's name. Only the URL's port and path count: the
 * engine knows at which address the service publishes. Usage Failure with the path of the key on any mistake.
 */
export function readPair(at: ConfigValue, services: readonly string[]): HttpCheck {
  const [url, name, more] = readList(at, "two");
  if (url === undefined || name === undefined || more !== undefined) throw wrongValue(at, WANTED);
  const wanted = `one of the module's services: ${services.join(", ")}`;
  const own = (text: string) => services.includes(text) ? text : services.find((each) => alike(each, text));
  const service = readText(name, wanted, (text) => own(text) !== undefined);
  return { service: own(service) ?? service, kind: "http", ...readUrl(url) };
}

function alike(one: string, other: string): boolean {
  return nakedService(one) === nakedService(other);
}

function readUrl(at: ConfigValue): { port: number; path: string } {
  const wanted = "an http:// URL of this host with the service's port, such as http://127.0.0.1:8099/health";
  const text = readText(
    at,
    wanted,
    (text) => /^http:\/\/[^\s/?#@\\]+(\/[^\s#\\]*)?$/i.test(text) && URL.canParse(text),
  );
  const { hostname, pathname, port, search } = new URL(text);
  if (!LOCAL.includes(hostname) || port === "0") throw wrongValue(at, wanted);
  const hasPath = text.replace(/^http:\/\//i, "").includes("/");
  return { port: port === "" ? 80 : Number(port), path: hasPath ? `${pathname}${search}` : PAGE };
}
