/** The programs of this host itself, as if a container's image had one of them: what they really do with a real page. */

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { inContainer } from "../../lib/engine/compose/exec/get.ts";
import { TOOLS as ALL_TOOLS } from "../../lib/engine/compose/exec/tools.ts";
import { fakeTools } from "../fakes/docker.ts";

const TOOLS: [name: string, path: string, commands: string][] = [
  ["curl", "/usr/bin/curl", "curl"],
  ["wget", "/usr/bin/wget", "wget|timeout"],
  ["busybox", "/bin/busybox", "busybox"],
  ["python3", "/usr/bin/python3", "python3"],
];

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

/** A page of each kind, by its path, and what it is asked with. */
function pages(): { origin: string; agents: Set<string>; close(): Promise<void> } {
  const agents = new Set<string>();
  const drip = { timer: 0 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    agents.add(request.headers.get("user-agent") ?? "");
    const { pathname } = new URL(request.url);
    const status = Number(pathname.slice(1, 4)) || 200;
    if (pathname === "/own") return new Response(null, { status: 302, headers: { location: "/200" } });
    if (pathname === "/named") {
      const location = `http://localhost:${new URL(request.url).port}/200`;
      return new Response(null, { status: 307, headers: { location } });
    }
    if (pathname === "/other") {
      return new Response(null, { status: 302, headers: { location: `http://127.0.0.1:${OTHER}/200` } });
    }
    if (pathname !== "/drip") return new Response("text", { status });
    return new Response(
      new ReadableStream({
        start: (controller) => {
          drip.timer = setInterval(() => controller.enqueue(new TextEncoder().encode(".")), 100);
        },
        cancel: () => clearInterval(drip.timer),
      }),
    );
  });
  const { port } = server.addr as Deno.NetAddr;
  return { origin: `http://127.0.0.1:${port}`, agents, close: () => server.shutdown() };
}

/** Nobody listens there. */
const OTHER = 9;

/** Command lines of processes of this host. */
async function processes(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (/^\d+$/.test(name)) found.push(await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => ""));
  }
  return found;
}

for (const [name, path, commands] of TOOLS) {
  if (!await isThere(path) || !await isThere("/usr/bin/pkill") || !await isThere("/usr/bin/setsid")) continue;
  Deno.test(`${path} asks a page from inside as it is meant`, async () => {
    const shown = pages();
    // As with Docker, killing the command that was started here ends nothing there. Only what is named runs.
    const run =
      `shift 3\ncase "$1" in ${commands}|pkill) setsid "$@" & wait $!; exit;; esac\necho "executable file not found" >&2; exit 126`;
    await using tools = await fakeTools({ docker: run });
    const get = await inContainer(tools.host, tools.dir).getter("abc");
    const ask = async (page: string, giveUpMs = 30_000, limitMs = 30_000) => {
      try {
        const signal = AbortSignal.timeout(giveUpMs);
        return String((await get?.(shown.origin + page, { signal, limitMs }))?.status);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    try {
      for (const [page, status] of [["/200", 200], ["/404", 404], ["/503", 503], ["/own", 200], ["/named", 200]]) {
        assertEquals([page, await ask(String(page))], [page, String(status)]);
      }
      assertMatch(await ask("/other"), /redirects to http:\/\/127\.0\.0\.1:9, whose answer|refused/i);
      for (const agent of shown.agents) assertMatch(agent, new RegExp(`^vx11-stability/exec-${Deno.pid}-\\d+-$`), name);
      assertMatch(await ask("/drip", 1000), /timed out/i);
      assertEquals((await processes()).filter((line) => line.includes(`${shown.origin}/drip`)), []);
    } finally {
      await shown.close();
    }
  });
}

const ENDED = { code: 0, signal: null, timedOut: false, durationMs: 1, limitMs: 1, starvedMs: 0 };

Deno.test("what a program prints that is no answer is none, and no address is told as such", () => {
  const read = (name: string, printed: { stdout?: string; stderr?: string }) =>
    ALL_TOOLS.find((tool) => tool.name === name)?.read(
      { ...ENDED, stdout: "", stderr: "", ...printed },
      "http://localhost:8001/",
    );
  for (const stdout of ["200 1.2.3 ", "200 . ", `200 ${"9".repeat(400)} `]) {
    assertThrows(() => read("curl", { stdout }), Error, "exit code 0");
  }
  assertEquals(read("curl", { stdout: "200 0.5 " }), { status: 200, location: null, tookMs: 500 });
  const stderr = "  HTTP/1.1 302 Found\n  Location: http://[\n  HTTP/1.1 200 OK\n";
  assertThrows(() => read("wget", { stderr }), Error, "redirects to an invalid address: http://[");
});
