/** Files of a container, by an engine that sends what it is told to send. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { containerFile } from "../../lib/engine/compose/container_file.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { tar } from "../../lib/selftest/tar.ts";
import { apiScript, fakeTools } from "../fakes/docker.ts";

const MTIME = "2025-01-01T00:00:00.123456789Z";
const LINK = 2 ** 27;

interface Sent {
  text?: string;
  /** Of the file, as the engine says. */
  stat?: Record<string, unknown> | string;
  /** How much of the archive comes. */
  most?: number;
}

/** What is read of /x/j.xml, which the engine answers for; paths below /gone are not there. */
async function read({ most, stat = {}, text = "<testsuite/>" }: Sent, maxBytes = 1000, path = "/x/j.xml") {
  const archive = tar([{ kind: "file", path: "j.xml", mode: 0o644, data: new TextEncoder().encode(text) }]);
  const told = typeof stat === "string"
    ? stat
    : btoa(JSON.stringify({ name: "j.xml", size: text.length, mode: 0o644, mtime: MTIME, linkTarget: "", ...stat }));
  const head =
    `HTTP/1.1 200 OK\\r\\nX-Docker-Container-Path-Stat: ${told}\\r\\nContent-Length: ${archive.length}\\r\\n\\r\\n`;
  await using tools = await fakeTools({
    docker: apiScript(`
echo "$path" >>"$LOG"
case "$path" in
*path=%2Fgone*) answer '404 Not Found' '{"message":"Could not find the file in container"}';;
*/nobody/*) answer '404 Not Found' '{"message":"No such container: nobody"}';;
*/broken/*) answer '500 Internal Server Error' 'no JSON';;
*) printf '${head}'; cat "$DIR/archive"; exit;;
esac`),
  });
  await Deno.writeFile(`${tools.dir}/archive`, archive.subarray(0, most ?? archive.length));
  const [containerId, whole] = path.startsWith("/") ? ["web", path] : [path, "/x"];
  const found = await containerFile(tools.host, tools.dir, { containerId, path: whole }, maxBytes).catch((error) => {
    assert(error instanceof EngineError, String(error));
    return error.message;
  });
  return { found, log: await tools.log() };
}

Deno.test("a file has its text, and the moment of its last change with the fraction of a millisecond", async () => {
  const { found, log } = await read({ text: "grün" });
  const modifiedMs = Date.parse("2025-01-01T00:00:00.123Z") + 0.456789;
  assertEquals(found, { modifiedMs, text: "grün", cut: false });
  assertEquals(log, ["/containers/web/archive?path=%2Fx%2Fj.xml"]);
  const whole = await read({ stat: { mtime: "2025-01-01T00:00:00Z" } });
  assertEquals((whole.found as { modifiedMs: number }).modifiedMs, Date.parse("2025-01-01T00:00:00Z"));
});

Deno.test("of a file that is too large the beginning is read", async () => {
  const modifiedMs = Date.parse("2025-01-01T00:00:00.123Z") + 0.456789;
  assertEquals((await read({}, 4)).found, { modifiedMs, text: "<tes", cut: true });
  assertEquals((await read({}, 0)).found, { modifiedMs, text: "", cut: true });
  assertEquals((await read({ text: "" }, 0)).found, { modifiedMs, text: "", cut: false });
});

Deno.test("a link is followed to what it names, from where it is, and not without end", async () => {
  const { found, log } = await read({ stat: { mode: LINK + 0o777, linkTarget: "../gone/j.xml" } });
  assertEquals([found, log.at(-1)], [null, "/containers/web/archive?path=%2Fgone%2Fj.xml"]);
  // Podman gives every file a target: what is no link is read.
  const own = await read({ stat: { linkTarget: "/j.xml" } });
  assertEquals(own.found, (await read({})).found);
  const absolute = await read({ stat: { mode: LINK + 0o777, linkTarget: "/gone" } });
  assertEquals([absolute.found, absolute.log.at(-1)], [null, "/containers/web/archive?path=%2Fgone"]);
  const round = await read({ stat: { mode: LINK + 0o777, linkTarget: "j.xml" } });
  assertEquals([round.found, round.log.length], [null, 11]);
});

const NONE: [string, Sent, string][] = [
  ["that is not there", {}, "/gone"],
  ["that is a folder", { stat: { mode: 2 ** 31 + 0o755 } }, "/x"],
  ["that is a pipe", { stat: { mode: 2 ** 25 + 0o644 } }, "/x"],
  ["that is a device", { stat: { mode: 2 ** 26 + 2 ** 21 + 0o644 } }, "/x"],
];
for (const [what, sent, path] of NONE) {
  Deno.test(`a path ${what} has no file`, async () => assertEquals((await read(sent, 1000, path)).found, null));
}

Deno.test("a file with special permissions is one", async () => {
  const { found } = await read({ stat: { mode: 2 ** 23 + 2 ** 22 + 2 ** 20 + 0o755 } });
  assertEquals((found as { text: string }).text, "<testsuite/>");
});

const WHYS: [string, Sent, string, string][] = [
  ["of a container that is gone", {}, "nobody", "No such container: nobody"],
  ["of an engine that fails", {}, "broken", "no JSON"],
  ["that is cut", { most: 515 }, "/x", "the connection to the engine broke"],
  ["without a word on it", { stat: "" }, "/x", "the engine did not say what kind of a file it is"],
  ["with another word on it", { stat: "???" }, "/x", "the engine did not say what kind of a file it is"],
  ["without a time", { stat: { mtime: null } }, "/x", "the engine did not say when it was written"],
];
for (const [what, sent, path, why] of WHYS) {
  Deno.test(`a file ${what} is not read: ${why}`, async () => assertEquals((await read(sent, 1000, path)).found, why));
}

Deno.test("a signal ends the reading with its reason", async () => {
  await using tools = await fakeTools({ docker: "exec sleep 60" });
  const stop = new AbortController();
  const reading = containerFile(tools.host, tools.dir, { containerId: "web", path: "/x" }, 10, stop.signal);
  stop.abort(new Error("Ctrl+C"));
  await assertRejects(() => reading, Error, "Ctrl+C");
});

Deno.test("an engine that does not answer is not waited for without end", async () => {
  await using tools = await fakeTools({ docker: "exec sleep 60" });
  const reading = containerFile(tools.host, tools.dir, { containerId: "web", path: "/x" }, 10, undefined, 50);
  await assertRejects(() => reading, EngineError, "no answer within 0 s");
});
