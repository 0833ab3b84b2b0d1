/**
 * Makes the image of the stand-in services (config/sandbox) without a registry: a tar of Debian's static busybox, its
 * applet links and config/sandbox/vx11-service.sh, passed to `docker import`. Does nothing if the image exists with the
 * same content. Run: scripts/deno run -A scripts/sandbox_image.ts
 */

import { environmentFailure, Failure } from "../lib/model/failure.ts";
import { tar, type TarEntry } from "../lib/selftest/tar.ts";
import { complain, say } from "./say.ts";

export const IMAGE = "vx11-sandbox:1";
const LABEL = "vx11.sandbox.content";
const BUSYBOX_PATHS = ["/bin/busybox", "/usr/bin/busybox"];
const SERVICE_PROGRAM = new URL("../config/sandbox/vx11-service.sh", import.meta.url);
const INSTALL_BUSYBOX = "Install it (Debian: apt-get install busybox-static) and run this again.";
const PASSWD = "root:x:0:0:root:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n";

/** Whether a 64-bit little-endian ELF program runs without a loader; false for anything else. */
export function isStaticElf(program: Uint8Array): boolean {
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
  if (program.length < 64 || magic.some((byte, index) => program[index] !== byte)) return false;
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const headers = Number(view.getBigUint64(32, true));
  const size = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  const PT_INTERP = 3;
  return Array.from({ length: count }, (_, index) => view.getUint32(headers + index * size, true))
    .every((type) => type !== PT_INTERP);
}

interface Output {
  success: boolean;
  stdout: string;
  stderr: string;
}

async function command(name: string, args: string[], input?: Uint8Array<ArrayBuffer>): Promise<Output> {
  try {
    const stdin = input === undefined ? "null" : "piped";
    const child = new Deno.Command(name, { args, stdin, stdout: "piped", stderr: "piped" }).spawn();
    const output = child.output();
    if (input !== undefined) {
      // A command that ends early closes the pipe; its own message says why.
      await new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
    }
    const { success, stdout, stderr } = await output;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { success, stdout: decode(stdout), stderr: decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw environmentFailure(`Cannot run "${name}": it is not on PATH.`, `Install it and run this again.`);
  }
}

/** The path and the bytes of this host's static busybox. */
async function busybox(): Promise<{ path: string; program: Uint8Array }> {
  const seen: string[] = [];
  for (const path of BUSYBOX_PATHS) {
    const program = await Deno.readFile(path).catch(() => undefined);
    if (program === undefined) seen.push(`${path} is not there`);
    else if (isStaticElf(program)) return { path, program };
    else seen.push(`${path} is not statically linked`);
  }
  throw environmentFailure(`Cannot make ${IMAGE} without a static busybox: ${seen.join(", ")}.`, INSTALL_BUSYBOX);
}

async function entries(): Promise<TarEntry[]> {
  const { path, program } = await busybox();
  const list = await command(path, ["--list"]);
  const applets = list.stdout.split("\n").filter((name) => name !== "busybox" && /^[\w.[-]+$/.test(name));
  if (!list.success || !["sh", "httpd", "nc", "wget"].every((name) => applets.includes(name))) {
    throw environmentFailure(`Cannot make ${IMAGE}: ${path} lacks one of sh, httpd, nc, wget.`, INSTALL_BUSYBOX);
  }
  return [
    { kind: "directory", path: "bin/", mode: 0o755 },
    { kind: "directory", path: "etc/", mode: 0o755 },
    { kind: "directory", path: "tmp/", mode: 0o1777 },
    { kind: "directory", path: "www/", mode: 0o755 },
    { kind: "file", path: "etc/passwd", mode: 0o644, data: new TextEncoder().encode(PASSWD) },
    { kind: "file", path: "bin/busybox", mode: 0o755, data: program },
    { kind: "file", path: "bin/vx11-service", mode: 0o755, data: await Deno.readFile(SERVICE_PROGRAM) },
    ...applets.map((name): TarEntry => ({ kind: "link", path: `bin/${name}`, target: "busybox" })),
  ];
}

/** Makes the image unless it exists; returns a sentence that says which. Throws Failure. */
export async function ensureImage(): Promise<string> {
  const archive = tar(await entries());
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", archive)).toHex();
  const format = `{{.Id}} {{index .Config.Labels "${LABEL}"}}`;
  const present = await command("docker", ["image", "inspect", "--format", format, IMAGE]);
  const [oldId = "", oldHash] = present.success ? present.stdout.split(" ") : [];
  if (oldHash === hash) return `${IMAGE} is there already (content ${hash.slice(0, 12)})`;
  const changes = ['CMD ["/bin/vx11-service"]', "ENV PATH=/bin", `LABEL ${LABEL}=${hash}`];
  const imported = await command("docker", ["import", ...changes.flatMap((c) => ["--change", c]), "-", IMAGE], archive);
  if (!imported.success) {
    throw environmentFailure(
      `Cannot make ${IMAGE}: docker import said "${imported.stderr}".`,
      "Check that the Docker daemon runs and that you may use it: docker version",
    );
  }
  // Fails if a container still uses the old image, which then stays without a name.
  if (oldId !== "") await command("docker", ["image", "rm", oldId]);
  return `${IMAGE} made (content ${hash.slice(0, 12)}, ${(archive.length / 2 ** 20).toFixed(1)} MiB)`;
}

if (import.meta.main) {
  try {
    say(await ensureImage());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    complain(`${error.data.what} ${error.data.next}`.trim());
    Deno.exitCode = 3;
  }
}
