/**
 * The image of the services of tests/vx11, made without a registry: this host's /usr/bin/python3, the few modules that
 * the service needs, the libraries of both, and a static busybox as sh. About 12 MiB. Run: scripts/deno run -A tests/vx11/image.ts
 */

import { join } from "@std/path";
import { tar, type TarEntry } from "../../lib/selftest/tar.ts";
import { command } from "../integration/environment.ts";

export const IMAGE = "vx11-python:1";
const PYTHON = "/usr/bin/python3";
const LABEL = "vx11.tests.content";
const HERE = join(import.meta.dirname ?? ".", "image");

/** Makes the image; does nothing where it is there with the same content. */
export async function ensureImage(): Promise<void> {
  const archive = tar(await entries());
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", archive)).toHex();
  const present = await command("docker", [
    "image",
    "inspect",
    "--format",
    `{{index .Config.Labels "${LABEL}"}}`,
    IMAGE,
  ]);
  if (present.stdout.trim() === hash) return;
  const file = await Deno.makeTempFile({ prefix: "vx11-image-", suffix: ".tar" });
  try {
    await Deno.writeFile(file, archive);
    const program = JSON.stringify([PYTHON, "-SE", "/app/service.py"]);
    const changes = [`CMD ${program}`, "ENV PATH=/usr/bin:/bin", `LABEL ${LABEL}=${hash}`];
    await output("docker", ["import", ...changes.flatMap((change) => ["--change", change]), file, IMAGE]);
  } finally {
    await Deno.remove(file);
  }
}

async function entries(): Promise<TarEntry[]> {
  const pairs: [string, string][] = JSON.parse(await output(PYTHON, ["-SE", join(HERE, "needed.py")]));
  const python = await Deno.realPath(PYTHON);
  for (const path of await libraries(python)) pairs.push([path, await Deno.realPath(path)]);
  pairs.push(["/bin/busybox", await busybox()]);
  pairs.push(["/app/service.py", join(HERE, "service.py")], ["/usr/bin/curl", join(HERE, "curl.py")]);
  const files = await Promise.all(pairs.map(async ([path, file]): Promise<TarEntry> => (
    { kind: "file", path: path.slice(1), mode: 0o755, data: await Deno.readFile(file) }
  )));
  const stdlib = pairs.find(([path]) => /\/os\.pyc?$/.test(path))?.[0].replace(/\/os\.pyc?$/, "").slice(1);
  return [
    { kind: "directory", path: "tmp/", mode: 0o1777 },
    // Python complains about a missing one.
    { kind: "directory", path: `${stdlib}/lib-dynload/`, mode: 0o755 },
    ...files,
    { kind: "link", path: "bin/sh", target: "busybox" },
    ...PYTHON === python ? [] : [{ kind: "link", path: PYTHON.slice(1), target: python } as const],
  ];
}

/** The paths of the shared libraries and of the loader, as ldd prints them. */
async function libraries(program: string): Promise<string[]> {
  const printed = await output("ldd", [program]);
  return [...printed.matchAll(/(?:^|\s)(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}

async function busybox(): Promise<string> {
  for (const path of ["/bin/busybox", "/usr/bin/busybox"]) {
    if ((await Deno.stat(path).catch(() => undefined))?.isFile) return await Deno.realPath(path);
  }
  throw new Error("There is no busybox; Debian: apt-get install busybox-static");
}

async function output(name: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(name, args);
  if (code !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

if (import.meta.main) await ensureImage();
