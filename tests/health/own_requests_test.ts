import { assertEquals } from "@std/assert";
import { type Own, withoutOwnRequests } from "../../lib/health/own_requests.ts";

const OUTSIDE: Own = {
  pages: [{ path: "/health", from: "gateway" }, { path: "/status?deep=1", from: "loopback" }],
  agent: "vx11-stability",
};
const INSIDE: Own = { ...OUTSIDE, pages: [{ path: "/health", from: "loopback" }] };

/** As servers write them; the first ones are this program's own, in each of their forms. */
const LEFT_OUT = [
  'INFO:     172.18.0.1:51234 - "GET /health HTTP/1.1" 200 OK',
  '2026-11-29T07:00:00.123456789Z INFO:     172.18.0.1:51234 - "GET /health HTTP/1.1" 200 OK',
  '127.0.0.1 - - [29/Nov/2026:07:00:00 +0000] "GET /health HTTP/1.1" 200 15 "-" "vx11-stability"',
  'INFO:     127.0.0.1:51234 - "GET /status?deep=1 HTTP/1.1" 200 OK',
  '172.18.0.1 - - [29/Nov/2026:07:00:00 +0000] "GET /health HTTP/1.1" 200 15 "-" "vx11-stability/0.1.0" "-"',
  '10.0.0.7 - - [29/Nov/2026:07:00:00 +0000] "GET /health HTTP/1.1" 204 0 "-" "vx11-stability/0.1.0"',
  '172.18.0.1 - - [29/Nov/2026 07:00:00] "GET /health HTTP/1.1" 200 -',
  '::ffff:172.18.0.1 - - [29/Nov/2026:07:00:00 +0000] "GET /health HTTP/1.1" 200 2 "-" "vx11-stability/0.1.0"',
  "GET /health 200 1.234 ms - 15",
  "\x1b[0mGET /health \x1b[32m200\x1b[0m 1.234 ms - 15\x1b[0m",
  '{"method":"GET","path":"/health","status":200,"remote_addr":"172.18.0.1"}',
  '{"level":30,"req":{"method":"GET","url":"/health","headers":{"user-agent":"vx11-stability/0.1.0"}},"res":{"statusCode":200},"msg":"request completed"}',
];

const KEPT = [
  "started, listening on 8000",
  'INFO:     172.18.0.1:51234 - "GET /health HTTP/1.1" 503 Service Unavailable',
  'INFO:     172.18.0.1:51234 - "GET /health HTTP/1.1" 404 Not Found',
  'INFO:     172.18.0.9:51234 - "GET /health HTTP/1.1" 200 OK',
  'INFO:     172.18.0.1:51234 - "GET /healthy HTTP/1.1" 200 OK',
  'INFO:     172.18.0.1:51234 - "GET /status HTTP/1.1" 200 OK',
  'INFO:     172.18.0.1:51234 - "POST /health HTTP/1.1" 200 OK',
  '172.18.0.1 - - [29/Nov/2026:07:00:00 +0000] "GET /health HTTP/1.1" 200 15 "-" "curl/7.88.1"',
  "ERROR in GET /health 200: the pool is empty",
  "Traceback (most recent call last):",
  "GET /health 500 1.234 ms - 15",
  '{"method":"GET","path":"/health","status":503}',
  '{"method":"GET","path":"/health","status":200,"user_agent":"curl/7.88.1"}',
  '{"level":"error","method":"GET","path":"/health","status":200,"msg":"slow"}',
  '{"method":"GET","path":"/health","status":200',
  // Docker's own check, from within the container.
  'INFO:     127.0.0.1:51234 - "GET /health HTTP/1.1" 200 OK',
  '127.0.0.1 - - [29/Nov/2026:07:00:00 +0000] "GET /health HTTP/1.1" 200 15 "-" "curl/8.5.0"',
  '{"method":"GET","path":"/health","status":200,"remote_addr":"127.0.0.1"}',
  "httpd: 127.0.0.1:40006: url:/health",
  "httpd: 172.18.0.1:40000: url:/other",
  "httpd: 172.18.0.1:40000: response:200",
  "httpd: 172.18.0.1:40004: response:404",
];

for (const line of LEFT_OUT) {
  Deno.test(`left out of a tail: ${JSON.stringify(line)}`, () => {
    assertEquals(withoutOwnRequests(["before", line, "after"], OUTSIDE), { lines: ["before", "after"], leftOut: 1 });
  });
}

for (const line of KEPT) {
  Deno.test(`kept in a tail: ${JSON.stringify(line)}`, () => {
    assertEquals(withoutOwnRequests([line], OUTSIDE), { lines: [line], leftOut: 0 });
  });
}

Deno.test("busybox tells a request and its answer in two lines, and a failed answer stays", () => {
  const lines = [
    "172.18.0.1:40002: url:/health",
    "172.18.0.1:40002: response:200",
    "172.18.0.1:40004: url:/health",
    "172.18.0.1:40004: response:404",
  ];
  assertEquals(withoutOwnRequests(lines, OUTSIDE), { lines: ["172.18.0.1:40004: response:404"], leftOut: 3 });
});

Deno.test("a page that is not known leaves everything in", () => {
  assertEquals(withoutOwnRequests(LEFT_OUT, { ...OUTSIDE, pages: [] }), { lines: LEFT_OUT, leftOut: 0 });
});

Deno.test("of a page that is asked from within, requests from the loopback are left out, and others from without stay", () => {
  const lines = ["127.0.0.1", "172.18.0.1"].map((from) => `INFO:     ${from}:51234 - "GET /health HTTP/1.1" 200 OK`);
  assertEquals(withoutOwnRequests(lines, INSIDE), { lines: lines.slice(1), leftOut: 1 });
});

Deno.test("of a page that is requested with another method, only requests with that one are left out", () => {
  const lines = ["GET", "POST", "HEAD"].map((method) => `INFO:     172.18.0.1:1 - "${method} /ready HTTP/1.1" 200 OK`);
  const json = ["GET", "POST"].map((method) => JSON.stringify({ method, path: "/ready", status: 200 }));
  const own: Own = { ...OUTSIDE, pages: [{ method: "POST", path: "/ready", from: "gateway" }] };
  assertEquals(withoutOwnRequests([...lines, ...json], own).lines, [lines[0], lines[2], json[0]]);
});

Deno.test("of a page whose wanted status is an error, only requests with that answer are left out", () => {
  const lines = [401, 403, 200].map((status) => `INFO:     172.18.0.1:1 - "GET /health HTTP/1.1" ${status} Said`);
  const json = [401, 200].map((status) => JSON.stringify({ method: "GET", path: "/health", status }));
  const own: Own = { ...OUTSIDE, pages: [{ path: "/health", wanted: ["401"], from: "gateway" }] };
  assertEquals(withoutOwnRequests([...lines, ...json], own).lines, [lines[1], lines[2], json[1]]);
});
