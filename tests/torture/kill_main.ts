/**
 * The program, which kills itself with SIGKILL at the instant that VX11_KILL_AT names, such as `journal#12`. Without one it
 * runs to its end, and writes how many instants of each kind there were into the file VX11_KILL_TOLD; a killed one writes there
 * which processes descended from it.
 */

import { denoHost } from "../../lib/host/deno.ts";
import { readFamilies } from "../../lib/proc/proc.ts";

const wanted = Deno.env.get("VX11_KILL_AT") ?? "";
const told = Deno.env.get("VX11_KILL_TOLD") ?? "";
Deno.env.delete("VX11_KILL_AT");
const counts: Record<string, number> = {};

/** What is behind this call is never done, where the instant is the wanted one. */
function instant(kind: string): void {
  counts[kind] = (counts[kind] ?? 0) + 1;
  if (`${kind}#${counts[kind]}` === wanted) die();
}

function die(): never {
  const { kernel } = denoHost();
  const below = [...readFamilies(kernel, [Deno.pid]).values()].filter(({ pid }) => pid !== Deno.pid);
  Deno.writeTextFileSync(told, JSON.stringify(below.map(({ pid, start }) => ({ pid, start }))));
  Deno.kill(Deno.pid, "SIGKILL");
  for (;;);
}

const { exit, makeTempDir, mkdir, open, remove, rename } = Deno;

Deno.rename = async (from, to) => {
  instant("rename");
  await rename(from, to);
  instant("renamed");
};
Deno.remove = async (path, options) => {
  instant("remove");
  await remove(path, options);
  instant("removed");
};
Deno.mkdir = async (path, options) => {
  await mkdir(path, options);
  instant("made a folder");
};
Deno.makeTempDir = async (options) => {
  const path = await makeTempDir(options);
  instant("made a folder");
  return path;
};
Deno.open = async (path, options) => {
  const file = await open(path, options);
  if (options?.createNew) instant("made a file");
  const write = file.write.bind(file);
  const isJournal = `${path}`.endsWith("journal.ndjson");
  file.write = isJournal ? (data) => writeLines(write, data) : (data) => writeHalves(write, data);
  return file;
};

const { Command } = Deno;
Deno.Command = class extends Command {
  override spawn() {
    const child = super.spawn();
    instant("spawned");
    return child;
  }
};
Deno.exit = (code) => {
  Deno.writeTextFileSync(told, JSON.stringify(counts));
  return exit(code);
};

type Write = (data: Uint8Array) => Promise<number>;

async function writeAll(write: Write, data: Uint8Array): Promise<void> {
  for (let done = 0; done < data.length;) done += await write(data.subarray(done));
}

/** Line by line and each in two halves. Lines that a run adds at once are written at once, if none of them is the wanted one. */
async function writeLines(write: Write, data: Uint8Array): Promise<number> {
  let from = 0;
  for (let begin = 0; begin < data.length;) {
    const end = data.indexOf(10, begin) + 1 || data.length;
    const half = begin + Math.floor((end - begin) / 2);
    for (const [kind, to] of [["half a line", half], ["journal", end]] as const) {
      if (`${kind}#${(counts[kind] ?? 0) + 1}` === wanted) {
        await writeAll(write, data.subarray(from, to));
        from = to;
      }
      instant(kind);
    }
    begin = end;
  }
  await writeAll(write, data.subarray(from));
  return data.length;
}

async function writeHalves(write: Write, data: Uint8Array): Promise<number> {
  const half = Math.floor(data.length / 2);
  await writeAll(write, data.subarray(0, half));
  instant("half a file");
  await writeAll(write, data.subarray(half));
  return data.length;
}

await import("../../main.ts");
