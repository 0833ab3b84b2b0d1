/** Docker commands that somebody waits for end with the link that they go over, and say so in docker's own way. */

import type { Child, Clock, Host } from "../../../host/host.ts";
import { PLUGIN, STANDALONE } from "../docker.ts";
import type { Link } from "./link.ts";

/** An engine within reach has answered nearly every command by then. */
const SUSPECT_MS = 5000;

/** The host, whose docker commands are ended when the link is lost; those that are started after that, at once. */
export function cutWhenLost(host: Host, link: Link): Host {
  return {
    ...host,
    spawn(words, options) {
      const child = host.spawn(words, options);
      return isAwaited(words) ? cutting(child, host.clock, link) : child;
    },
  };
}

/** What goes on by itself, nobody waits for: it ends with the run, and is opened again if it ends before. */
function isAwaited([program, verb, ...rest]: readonly string[]): boolean {
  if (program !== PLUGIN[0] && program !== STANDALONE[0]) return false;
  return verb !== "events" && verb !== "stats" && !(verb === "logs" && rest.includes("--follow"));
}

function cutting(child: Child, clock: Clock, link: Link): Child {
  let why: string | null = null;
  const release = link.onLost((text) => {
    why = text;
    child.killGroup("SIGKILL");
  });
  const ended = new AbortController();
  clock.sleep(SUSPECT_MS, ended.signal).then(() => link.suspect(), () => {});
  child.exit.then(({ code }) => {
    release();
    ended.abort();
    if (code !== 0) link.suspect();
  });
  const saying = new TransformStream<Uint8Array, Uint8Array>({
    flush(controller) {
      if (why !== null) controller.enqueue(new TextEncoder().encode(`\nerror during connect: ${why}\n`));
    },
  });
  return { ...child, stderr: child.stderr.pipeThrough(saying) };
}
