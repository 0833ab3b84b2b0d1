/** Checks of a page in a config file: what is read, and what is refused. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../../lib/config/file.ts";
import type { HealthCheck } from "../../lib/model/module.ts";
import { assertUsage, failureOf } from "../fakes/failure.ts";

/** The checks of a service with these keys, as YAML within the braces. */
function checksOf(...checks: string[]): readonly HealthCheck[] {
  const yaml = `modules: {switch: {health: [${checks.map((each) => `{service: switch, ${each}}`).join(", ")}]}}`;
  return parseConfig(yaml, "c.yaml").modules.get("switch")?.health ?? [];
}

const AT = { service: "switch", declared: true } as const;

Deno.test("a page may be a URL, with a method, headers, statuses and a text", () => {
  const [check] = checksOf(
    'url: "http://[::1]:80/a?b=c", method: POST, headers: {x-a: "B ${T}", X-N: 5}, status: [2xx, 404, "301", 404], body: ok',
  );
  assertEquals(check, {
    ...AT,
    kind: "http",
    url: "http://[::1]:80/a?b=c",
    method: "POST",
    headers: { "x-a": "B ${T}", "X-N": "5" },
    status: ["2xx", "404", "301"],
    body: "ok",
  } as HealthCheck);
});

Deno.test("one status is a list of one", () => {
  const statuses = checksOf(...["204", "3XX"].map((status) => `port: 1, path: /${status}, status: ${status}`));
  assertEquals(statuses.map((check) => "status" in check && check.status), [["204"], ["3xx"]]);
});

Deno.test("a page by https has the keys of one by http, and those of TLS", () => {
  const [first, second] = checksOf(
    "kind: https, port: 1, path: /, ca: certs/ca.pem, server_name: app.internal, insecure: false",
    "kind: https, url: https://lan.test/x, insecure: true",
  );
  const tls = { ca: "certs/ca.pem", server_name: "app.internal" };
  assertEquals(first, { ...AT, kind: "https", port: 1, path: "/", ...tls } as HealthCheck);
  assertEquals(second, { ...AT, kind: "https", url: "https://lan.test/x", insecure: true } as HealthCheck);
});

Deno.test("checks of one page that differ in any key are two, and the same one twice is a mistake", async () => {
  const page = "port: 1, path: /";
  assertEquals(
    checksOf(page, `${page}, status: 401`, `${page}, headers: {A: b}`, `${page}, headers: {A: c}`).length,
    4,
  );
  await assertUsage(
    () => checksOf(`${page}, method: POST, headers: {A: b}, status: [200, 4xx], body: x`, page, page),
    'Config "c.yaml": modules.switch.health names the check :1/ of service "switch" twice',
    "Remove one of the two, or correct it",
  );
  const all = `${page}, method: POST, headers: {A: b}, status: [200, 4xx], body: x`;
  const { data } = await failureOf(() => checksOf(all, all));
  assertStringIncludes(data.what, "POST :1/ with A → 200 or 4xx with `x` of service");
});

Deno.test("a gRPC server is asked as a whole or for a service, with TLS or without", () => {
  const checks = checksOf(
    "kind: grpc, port: 50051",
    "kind: grpc, port: 50051, service_name: shop.v1.Cart, tls: true, insecure: true, server_name: x.test",
    "kind: grpc, port: 50052, tls: false",
  );
  const named = { service_name: "shop.v1.Cart", tls: true, insecure: true, server_name: "x.test" };
  assertEquals(checks, [
    { ...AT, kind: "grpc", port: 50051 },
    { ...AT, kind: "grpc", port: 50051, ...named } as HealthCheck,
    { ...AT, kind: "grpc", port: 50052 },
  ]);
});

const URL_RULE = "it must be an http:// URL with a host, and without spaces, credentials and `#`";
const STATUS_RULE = "it must be a status from 200 to 599, or a class of them, such as 2xx";
const VALUE_RULE =
  "it must be a text of one line, in which `${NAME}` stands for a variable of the environment, and `$$` for `$`";

/** What is given → what is said of its key, and what to do. */
const MISTAKES: [keys: string, what: string, next: string][] = [
  [
    "url: http://x/, path: /",
    "url is given beside path, which says where the page is, too",
    "Give url alone, or port and path",
  ],
  [
    "url: http://x/, port: 1",
    "url is given beside port, which says where the page is, too",
    "Give url alone, or port and path",
  ],
  ["url: https://x/", `url is "https://x/", ${URL_RULE}`, "Or give kind: https"],
  ["kind: https, url: http://x/", `url is "http://x/", ${URL_RULE.replace("http:", "https:")}`, "Or give kind: http"],
  ["url: ftp://x/", `url ${URL_RULE.replace("it ", "")}`, ""],
  ["url: 'http://x/a b'", `url is "http://x/a b", ${URL_RULE}`, ""],
  ["url: 'http://x/#a'", `url is "http://x/#a", ${URL_RULE}`, ""],
  ["url: 'http:x'", `url ${URL_RULE.replace("it ", "")}`, ""],
  ["url: ''", `url is "", ${URL_RULE}`, ""],
  [
    "url: 'http://joe:hunter22@x/'",
    `url ${URL_RULE.replace("it ", "")}`,
    "Give the credentials in headers, as Authorization: Basic ${NAME}",
  ],
  [
    "port: 1, path: /, method: GETT",
    'method is "GETT", it must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    'Did you mean "GET"?',
  ],
  [
    "port: 1, path: /, method: HEAD, body: x",
    "body is given beside method HEAD, whose answers have no body",
    "Leave out one of the two",
  ],
  ["port: 1, path: /, body: ''", 'body is "", it must be a text that is not empty', ""],
  ["port: 1, path: /, headers: [a]", "headers is a list, it must be a mapping", ""],
  ["port: 1, path: /, headers: {'a b': c}", 'headers."a b" is no name for a header', "Use letters, digits and `-`"],
  ["port: 1, path: /, headers: {'': c}", 'headers."" is no name for a header', "Use letters, digits and `-`"],
  ["port: 1, path: /, headers: {A: b, a: c}", "headers.a is A again", "Give one of the two"],
  [
    "port: 1, path: /, headers: {Content-Length: 5}",
    "headers.Content-Length cannot be set: it belongs to the connection",
    "Leave it out",
  ],
  ['port: 1, path: /, headers: {A: "b\\r\\nc"}', `headers.A is "b\\r\\nc", ${VALUE_RULE}`, ""],
  ['port: 1, path: /, headers: {A: "${B"}', `headers.A is "${"${B"}", ${VALUE_RULE}`, ""],
  ['port: 1, path: /, headers: {A: "${B:-c}"}', `headers.A is "${"${B:-c}"}", ${VALUE_RULE}`, ""],
  ["port: 1, path: /, headers: {A: [b]}", `headers.A is a list, ${VALUE_RULE}`, ""],
  ["port: 1, path: /, status: 99", `status is 99, ${STATUS_RULE}`, ""],
  ["port: 1, path: /, status: 200.5", `status is 200.5, ${STATUS_RULE}`, ""],
  ["port: 1, path: /, status: [200, 6xx]", `status[1] is "6xx", ${STATUS_RULE}`, ""],
  [
    "port: 1, path: /, status: []",
    "status is an empty list",
    "Give a status from 200 to 599, or a class of them, such as 2xx, or leave it out for 2xx",
  ],
  ["kind: https, port: 1, path: /, ca: ''", 'ca is "", it must be the path of a PEM file', ""],
  ["kind: https, port: 1, path: /, insecure: 1", "insecure is 1, it must be true or false", ""],
  [
    "kind: https, port: 1, path: /, ca: a, insecure: true",
    "ca is given beside insecure: true, which looks at no certificate",
    "Give one of the two",
  ],
  [
    "kind: https, port: 1, path: /, server_name: a b",
    'server_name is "a b", it must be a host name or an IP address',
    "",
  ],
  [
    "kind: https, port: 1, path: /, server_name: 1.2.3",
    'server_name is "1.2.3", it must be a host name or an IP address',
    "",
  ],
  ["kind: grpc, port: 1, ca: a", "ca has no effect without tls: true", "Give both, or leave it out"],
  [
    "kind: grpc, port: 1, tls: false, insecure: true",
    "insecure has no effect without tls: true",
    "Give both, or leave it out",
  ],
  ["kind: grpc, port: 1, tls: yes", 'tls is "yes", it must be true or false', ""],
  [
    "kind: grpc, port: 1, service_name: ''",
    'service_name is "", it must be the name of a gRPC service, such as shop.v1.Cart',
    "",
  ],
  [
    "kind: grpc, port: 1, tls: true, ca: a, insecure: true",
    "ca is given beside insecure: true, which looks at no certificate",
    "Give one of the two",
  ],
];
for (const [keys, what, next] of MISTAKES) {
  Deno.test(`a check with ${keys} is refused`, async () => {
    await assertUsage(() => checksOf(keys), `Config "c.yaml": modules.switch.health[0].${what}`, next);
  });
}

Deno.test("a check by gRPC needs a port, and has no path", async () => {
  const at = 'Config "c.yaml":';
  await assertUsage(() => checksOf("kind: grpc"), `${at} modules.switch.health[0] lacks port`, "Give service and port");
  await assertUsage(
    () => checksOf("kind: grpc, port: 1, sevice_name: a"),
    `${at} unknown key modules.switch.health[0].sevice_name`,
    'Did you mean "service_name"? Keys: service, kind, port, service_name, tls, ca, insecure, server_name',
  );
  await assertUsage(
    () => checksOf("kind: grcp, port: 1"),
    `${at} modules.switch.health[0].kind is "grcp", it must be one of http, https, tcp, grpc, docker, running, exec, log, completed`,
    'Did you mean "grpc"?',
  );
});

Deno.test("keys of TLS are none of a page by http, and the message names those that it has", async () => {
  await assertUsage(
    () => checksOf("port: 1, path: /, insecure: true"),
    'Config "c.yaml": unknown key modules.switch.health[0].insecure',
    "Keys: service, kind, port, path, url, method, headers, status, body",
  );
});
