/**
 * The real files, on a disk that is full after any byte of a report: the one that was there stays whole, or there is none, and
 * nothing is left beside its place. All bytes: see instants.ts.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";
import { WRITTEN } from "../../lib/report/formats.ts";
import { failingRun } from "../fakes/records.ts";
import { textOf } from "../fakes/texts.ts";
import { chosen, tryEach } from "./instants.ts";

const OLD = "as it was";

/** Lets so many bytes through in all, in calls that may take a part of what they are given; then no more. */
async function withRoom<T>(room: number, work: () => Promise<T>): Promise<T> {
  const { open } = Deno;
  let free = room;
  const full = () => Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  Deno.open = async (path, options) => {
    const file = await open(path, options);
    const write = file.write.bind(file);
    file.write = async (data) => {
      if (free === 0) throw full();
      const count = await write(data.subarray(0, free));
      free -= count;
      return count;
    };
    return file;
  };
  try {
    return await work();
  } finally {
    Deno.open = open;
  }
}

for (const { file, load } of WRITTEN) {
  Deno.test(`${file} on a disk that is full after any of its bytes is the old one or none`, async () => {
    const judged = failingRun();
    const text = textOf([...await (await load())({ judged, readRaw: () => Promise.resolve(null) })]);
    const size = new TextEncoder().encode(text).length;
    const { files } = denoHost();
    const dir = await Deno.makeTempDir({ prefix: "vx11-torture-" });
    try {
      const rooms = Array.from({ length: size }, (_, room) => `${file}#${room}`);
      await tryEach(chosen(rooms, 20), async (instant) => {
        const path = join(dir, file);
        for (const before of [null, OLD]) {
          if (before === null) await Deno.remove(path).catch(() => {});
          else await Deno.writeTextFile(path, before);
          // In pieces, as the largest are written, or whole.
          const data = before === null ? text.match(/[^]{1,5000}/g) ?? [] : text;
          await assertRejects(() => withRoom(Number(instant.split("#")[1]), () => files.writeAtomic(path, data)));
          assertEquals(await files.list(dir), before === null ? [] : [file]);
          if (before !== null) assertEquals(await Deno.readTextFile(path), before);
        }
      });
      await withRoom(size, () => files.writeAtomic(join(dir, file), text));
      assertEquals(await Deno.readTextFile(join(dir, file)), text);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}
