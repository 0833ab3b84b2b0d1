/**
 * The kernel's log, /dev/kmsg, from its end on. Deno would wait in a thread for the next message, which no signal ends: the file
 * is opened and read by the C library, without waiting.
 */

import { messageOf } from "../model/failure.ts";
import type { KernelLog } from "./host.ts";

const PATH = "/dev/kmsg";
/** Numbers of the device, as stat(2) has them: a container may have something else at the path, such as its console. */
const DEVICE = (1 << 8) | 11;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const SEEK_END = 2;
/** No message is longer; a smaller buffer would be refused. */
const MOST_BYTES = 16 * 1024;
/** How many messages are read at one go: a kernel that writes faster than they are read must not keep this program here. */
const MOST_MESSAGES = 100_000;

/** See Host. */
export function kernelLog(): KernelLog | string {
  const closed = whyClosed();
  if (closed !== null) return closed;
  try {
    const libc = openLibc();
    const fd = libc.symbols.open(new TextEncoder().encode(`${PATH}\0`), O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
      libc.close();
      return `${PATH} cannot be opened`;
    }
    libc.symbols.lseek(fd, 0n, SEEK_END);
    return logOf(libc, fd);
  } catch (error) {
    return messageOf(error).split("\n")[0] ?? "";
  }
}

type Libc = ReturnType<typeof openLibc>;

function openLibc() {
  return Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
  });
}

/** In the system's words; null if this program may read it. */
function whyClosed(): string | null {
  if (Deno.build.os !== "linux") return `this system (${Deno.build.os}) has none`;
  try {
    // Opening it waits for nothing, only reading would.
    using file = Deno.openSync(PATH);
    const { isCharDevice, rdev } = file.statSync();
    return isCharDevice && rdev === DEVICE ? null : `${PATH} is not the kernel's log`;
  } catch (error) {
    return messageOf(error);
  }
}

function logOf(libc: Libc, fd: number): KernelLog {
  const { symbols } = libc;
  const buffer = new Uint8Array(MOST_BYTES);
  const decoder = new TextDecoder();
  const next = () => Number(symbols.read(fd, buffer, BigInt(buffer.length)));
  return {
    read() {
      const messages: string[] = [];
      let lost = false;
      while (messages.length < MOST_MESSAGES) {
        let bytes = next();
        if (bytes <= 0) {
          // Nothing more; or the kernel says once that it has overwritten some, and goes on with the oldest that it has.
          bytes = next();
          if (bytes <= 0) return { messages, lost };
          lost = true;
        }
        messages.push(decoder.decode(buffer.subarray(0, bytes)));
      }
      return { messages, lost: true };
    },
    close() {
      symbols.close(fd);
      libc.close();
    },
  };
}
