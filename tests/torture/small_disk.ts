/** Files below a folder that has room for so many bytes and no more: what comes next is written in part, and the rest refused. */

import type { Files } from "../../lib/host/host.ts";
import { textOf } from "../fakes/texts.ts";

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

export interface SmallDisk {
  files: Files;
  /** Bytes that were taken in all, whatever was let go of again. */
  readonly taken: number;
  readonly isFull: boolean;
}

/** `files` hold texts in memory, of which `sizes` tells the bytes. */
export function smallDisk(files: Files, dir: string, room: number, textAt: (path: string) => string): SmallDisk {
  let free = room;
  let isFull = false;
  const made = {
    files: { ...files },
    get taken() {
      return room - free;
    },
    get isFull() {
      return isFull;
    },
  };
  const isOn = (path: string) => path === dir || path.startsWith(`${dir}/`);

  /** What of the text there is room for. */
  function fitting(text: string): string {
    const bytes = new TextEncoder().encode(text);
    isFull ||= bytes.length > free;
    const fits = bytes.subarray(0, free);
    free -= fits.length;
    return new TextDecoder().decode(fits);
  }

  made.files.masked = () => made.files;
  made.files.writeAtomic = async (path, data) => {
    if (!isOn(path)) return await files.writeAtomic(path, data);
    const text = textOf(data);
    const fits = fitting(text);
    if (fits !== text) {
      // The half that was written goes.
      free += bytesOf(fits);
      throw full(path);
    }
    free += bytesOf(textAt(path));
    await files.writeAtomic(path, text);
  };
  made.files.openAppend = async (path, options) => {
    const file = await files.openAppend(path, options);
    return !isOn(path) ? file : {
      async append(data) {
        const text = textOf(data);
        const fits = fitting(text);
        if (fits !== "") await file.append(fits);
        if (fits !== text) throw full(path);
      },
      close: () => file.close(),
    };
  };
  made.files.drainTo = async (path, streams, most, abandon) => {
    const bytes = await files.drainTo(path, streams, most, abandon);
    if (!isOn(path)) return bytes;
    const text = textAt(path);
    const fits = fitting(text);
    await files.writeAtomic(path, fits);
    if (fits !== text) throw full(path);
    return bytes;
  };
  return made;
}

function full(path: string): Error {
  return Object.assign(new Error(`No space left on device (os error 28): '${path}'`), { code: "ENOSPC" });
}
