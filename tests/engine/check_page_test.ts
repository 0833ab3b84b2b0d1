import { assertEquals } from "@std/assert";
import { checkPage } from "../../lib/engine/check_page.ts";

const CONTEXT = { names: ["madre", "vx11-madre"], env: ["PORT=8001", "EMPTY=", "HOST=localhost"] };
const sh = (text: string) => ["CMD-SHELL", text];
const PYTHON = "import urllib.request; urllib.request.urlopen('http://localhost:8001/health', timeout=3)";

const CASES: [string[], string | null][] = [
  [["CMD", "curl", "-f", "http://localhost:8001/health"], "8001/health"],
  [sh("curl -f http://localhost:8001/health || exit 1"), "8001/health"],
  [sh("curl -f http://127.0.0.1:8001/health||exit 1"), "8001/health"],
  [sh("curl -f 'http://127.0.0.1:8001/health?full=1&x=2' || exit 1"), "8001/health?full=1&x=2"],
  [sh("curl -f http://0.0.0.0:8001/health&& true"), "8001/health"],
  [sh("curl -sf http://localhost:8001 > /dev/null"), "8001/"],
  [sh("curl -sf http://localhost/up; exit $?"), "80/up"],
  [["CMD", "curl", "-g", "http://[::1]:8001/health"], "8001/health"],
  [["CMD", "wget", "-qO-", "http://madre:8001/health"], "8001/health"],
  [["CMD", "wget", "-qO-", "http://vx11-madre:8001/health"], "8001/health"],
  [["CMD", "wget", "--spider", "-q", "localhost:8001/health"], "8001/health"],
  [["CMD", "python3", "-c", PYTHON], "8001/health"],
  [sh(`python -c "${PYTHON}"`), "8001/health"],
  [sh("curl -f http://localhost:${PORT}/health"), "8001/health"],
  [sh("curl -f http://localhost:$$PORT/health"), "8001/health"],
  [sh("curl -f http://localhost:${OTHER:-9000}/health"), "9000/health"],
  [sh("curl -f http://localhost:${EMPTY:-9000}/health"), "9000/health"],
  [sh("curl -f http://$HOST:$PORT/health"), "8001/health"],
  [["CMD", "sh", "-c", "curl -f http://localhost:$PORT/health"], "8001/health"],
  [sh("curl -f http://other:1/x && curl -f http://localhost:8001/health"), "8001/health"],
  [sh("curl -f http://localhost:8001/health#top"), "8001/health"],
  // No page of this container over http.
  [["CMD", "curl", "-f", "http://localhost:$PORT/health"], null],
  [sh("curl -f http://localhost:$UNKNOWN/health"), null],
  [sh("curl -f https://localhost:8001/health"), null],
  [sh("curl -f http://redis:6379/"), null],
  [sh("curl -X POST http://localhost:8001/check"), null],
  [["CMD", "curl", "-f", "-H", "Host: foo", "http://localhost:8001/x"], null],
  [["CMD", "wget", "-q", "--header", "Authorization: Bearer x", "http://localhost:8001/x"], null],
  [sh("curl -f -u me:it http://localhost:8001/x"), null],
  [sh("curl -f http://u:pw@localhost:8001/x"), null],
  [["CMD", "curl", "-f", "https://user:pass@localhost:8443/x"], null],
  [sh("curl --unix-socket /s http://localhost/x"), null],
  [sh("redis-cli -h localhost:6379 ping"), null],
  [sh("nc -z localhost 8001"), null],
  [sh("curl -f http://localhost:99999/"), null],
  [sh("true"), null],
  [["NONE"], null],
  [[], null],
];
for (const [test, expected] of CASES) {
  Deno.test(`checkPage() of ${JSON.stringify(test)}`, () => {
    const page = checkPage(test, CONTEXT);
    assertEquals(page === null ? null : `${page.port}${page.path}`, expected);
  });
}
