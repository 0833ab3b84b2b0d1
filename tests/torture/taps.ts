/** A host of which every call to the outside world is told before it is made, and may be kept from it. */

import type { AppendFile, Child, Files, Host, Kernel } from "../../lib/host/host.ts";

/** Is told of each call by its kind, such as `files.append`, and of what it is about. What it throws, the call fails with. */
export type Tap = (kind: string, of: string) => void;

export function tapped(host: Host, tap: Tap): Host {
  const call = <T>(kind: string, of: string, work: () => T): T => {
    tap(kind, of);
    return work();
  };
  return {
    ...host,
    files: tappedFiles(host.files, tap),
    kernel: tappedKernel(host.kernel, tap),
    spawn: (command, options) => tappedChild(call("spawn", command[0] ?? "", () => host.spawn(command, options)), tap),
    get: async (url, signal) => await call("get", url, () => host.get(url, signal)),
    post: async (request, signal) => await call("post", request.url, () => host.post(request, signal)),
    holdPort: (hostname) => call("holdPort", hostname, () => host.holdPort(hostname)),
    // These say what went wrong without an error.
    kill: (pid, signal) => isKept(tap, "kill", `${pid} ${signal}`) ? "not permitted" : host.kill(pid, signal),
    portState: (name, port) => isKept(tap, "portState", `${port}`) ? "unknown" : host.portState(name, port),
    reservePort: (port) => !isKept(tap, "reservePort", `${port}`) && host.reservePort(port),
  };
}

function isKept(tap: Tap, kind: string, of: string): boolean {
  try {
    tap(kind, of);
    return false;
  } catch {
    return true;
  }
}

/** A process that cannot be looked at has nothing to show; no error says so. */
function tappedKernel(kernel: Kernel, tap: Tap): Kernel {
  const { linesWith } = kernel;
  return {
    read: (path) => isKept(tap, "kernel.read", path) ? null : kernel.read(path),
    ...(linesWith === undefined
      ? {}
      : { linesWith: (path, text) => isKept(tap, "kernel.read", path) ? null : linesWith(path, text) }),
    list: (dir) => isKept(tap, "kernel.list", dir) ? [] : kernel.list(dir),
    link: (path) => isKept(tap, "kernel.link", path) ? null : kernel.link(path),
  };
}

function tappedChild(child: Child, tap: Tap): Child {
  return {
    ...child,
    // As for a group of another user: it is there, and was not reached.
    killGroup: (signal) => isKept(tap, "killGroup", `${child.pid} ${signal}`) || child.killGroup(signal),
  };
}

function tappedFiles(files: Files, tap: Tap): Files {
  const call = async <T>(kind: string, path: string, work: () => Promise<T>): Promise<T> => {
    tap(`files.${kind}`, path);
    return await work();
  };
  return {
    masked: (umask) => tappedFiles(files.masked(umask), tap),
    kind: (path) => call("kind", path, () => files.kind(path)),
    // One that cannot be looked at is none.
    isExecutable: (path) => isKept(tap, "files.isExecutable", path) ? Promise.resolve(false) : files.isExecutable(path),
    modifiedMs: (path) => isKept(tap, "files.modifiedMs", path) ? Promise.resolve(null) : files.modifiedMs(path),
    freeBytes: (path) => isKept(tap, "files.freeBytes", path) ? Promise.resolve(null) : files.freeBytes(path),
    mayWriteIn: (dir) => isKept(tap, "files.mayWriteIn", dir) ? Promise.resolve(null) : files.mayWriteIn(dir),
    readText: (path) => call("readText", path, () => files.readText(path)),
    readStart: (path, most) => call("readStart", path, () => files.readStart(path, most)),
    async *readLines(path) {
      tap("files.readLines", path);
      yield* files.readLines(path);
    },
    async *lineBlocks(path) {
      tap("files.readLines", path);
      yield* files.lineBlocks(path);
    },
    list: (dir) => call("list", dir, () => files.list(dir)),
    walk: (dir, onClosed) => call("walk", dir, () => files.walk(dir, onClosed)),
    ensureDir: (dir) => call("ensureDir", dir, () => files.ensureDir(dir)),
    makeTempDir: (prefix) => call("makeTempDir", prefix, () => files.makeTempDir(prefix)),
    link: (target, path) => call("link", path, () => files.link(target, path)),
    copyDir: (from, to) => call("copyDir", to, () => files.copyDir(from, to)),
    readBytes: (path) => call("readBytes", path, () => files.readBytes(path)),
    writeAtomic: (path, data) => call("writeAtomic", path, () => files.writeAtomic(path, data)),
    openAppend: (path, options) =>
      call("openAppend", path, async () => tappedAppend(await files.openAppend(path, options), path, tap)),
    drainTo: (path, streams, most, abandon) => call("drainTo", path, () => files.drainTo(path, streams, most, abandon)),
    lock: (path, text) => call("lock", path, () => files.lock(path, text)),
    isSame: (a, b) => isKept(tap, "files.isSame", a) ? Promise.resolve(false) : files.isSame(a, b),
    rename: (from, to) => call("rename", to, () => files.rename(from, to)),
    remove: (path) => call("remove", path, () => files.remove(path)),
    removeIfEmpty: (dir) => call("removeIfEmpty", dir, () => files.removeIfEmpty(dir)),
  };
}

/** Closing writes what the system still holds back. */
function tappedAppend(file: AppendFile, path: string, tap: Tap): AppendFile {
  return {
    async append(data) {
      tap("files.append", path);
      await file.append(data);
    },
    async close() {
      try {
        tap("files.close", path);
      } finally {
        await file.close();
      }
    },
  };
}
