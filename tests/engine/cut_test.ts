/** Docker commands over a link that is lost: those at work, those that are started after that, and those that nobody waits for. */

import { assert, assertEquals } from "@std/assert";
import { docker, reasonOf } from "../../lib/engine/compose/docker.ts";
import { cutWhenLost } from "../../lib/engine/compose/far/cut.ts";
import type { Link } from "../../lib/engine/compose/far/link.ts";
import { fakeTools } from "../fakes/docker.ts";
import { limitWhen, until } from "../fakes/wait.ts";

/** A link that a test loses. */
function fakeLink() {
  const cuts = new Set<(why: string) => void>();
  let why: string | null = null;
  const it = { suspected: 0, lose };
  function lose(text: string | null) {
    why = text;
    if (text !== null) { for (const cut of [...cuts]) cut(text); }
  }
  const link: Link = {
    variables: [],
    begin: () => {},
    suspect: () => void it.suspected++,
    onLost(cut) {
      if (why !== null) cut(why);
      cuts.add(cut);
      return () => void cuts.delete(cut);
    },
    hasten: () => () => {},
    get lost() {
      return why;
    },
    close: () => Promise.resolve(),
  };
  return { it, link, watching: () => cuts.size };
}

const HANGS =
  `echo "$*" >>"$LOG"; case "$1" in fails) echo "no such thing" >&2; exit 1;; ok) exit 0;; esac; exec sleep 300`;

Deno.test("a command at work is ended with the link and says why, and so does one that begins after that", async () => {
  await using tools = await fakeTools({ docker: HANGS });
  const { it, link, watching } = fakeLink();
  const host = cutWhenLost(tools.host, link);
  const stopping = docker(host, ["stop", "--", "abc"], { cwd: tools.dir });
  await until("it is at work", async () => (await tools.log()).length === 1);
  it.lose("lab:2375 has taken no connection for 26 s");
  const said = "error during connect: lab:2375 has taken no connection for 26 s";
  assertEquals(reasonOf(await stopping), said);
  const began = performance.now();
  const late = await docker(host, ["ps"], { cwd: tools.dir });
  assertEquals([reasonOf(late), late.timedOut, late.code], [said, false, null]);
  assert(performance.now() - began < 10_000, "no limit was waited for");
  it.lose(null);
  assertEquals((await docker(host, ["ok"], { cwd: tools.dir })).code, 0, "and when the link is back, it goes on");
  assertEquals(watching(), 0, "what has ended is not watched any more");
});

Deno.test("a command that fails or takes long arouses suspicion, and one that does its work does not", async () => {
  await using tools = await fakeTools({ docker: HANGS });
  const { it, link } = fakeLink();
  await docker(cutWhenLost(tools.host, link), ["ok"], { cwd: tools.dir });
  assertEquals(it.suspected, 0);
  const failed = await docker(cutWhenLost(tools.host, link), ["fails"], { cwd: tools.dir });
  assertEquals([reasonOf(failed), it.suspected], ["no such thing", 1]);
  const host = limitWhen(tools.host, 5000, async () => (await tools.log()).includes("hangs"));
  const hanging = docker(cutWhenLost(host, link), ["hangs"], { cwd: tools.dir });
  await until("it takes long", () => it.suspected === 2);
  it.lose("gone");
  await hanging;
});

Deno.test("what goes on by itself is left alone", async () => {
  await using tools = await fakeTools({ docker: HANGS });
  const { it, link, watching } = fakeLink();
  const host = cutWhenLost(tools.host, link);
  it.lose("gone");
  for (const words of [["events"], ["stats", "--no-trunc"], ["logs", "--follow", "--", "abc"]]) {
    const child = host.spawn(["docker", ...words]);
    assertEquals([watching(), child.groupAlive()], [0, true]);
    child.killGroup("SIGKILL");
    await Promise.all([child.exit, child.stdout.cancel(), child.stderr.cancel()]);
  }
});
