/**
 * A registry of one image on this host's loopback, which dockerd asks without TLS. The image is the stand-in's with one more
 * layer, so that it is another one and has to be pulled.
 */

import { tar } from "../../lib/selftest/tar.ts";
import { command, docker } from "./environment.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const NAME = "standin";
/** What registries say of an image that they do not have. */
const UNKNOWN = JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] });

export interface Registry extends AsyncDisposable {
  /** As a compose file names it. */
  readonly image: string;
  /** How often each of these was asked for. */
  readonly asked: { manifest: number; layer: number };
  /** Until it is resolved, the new layer is not given away; null gives at once. */
  held: Promise<void> | null;
}

/** Disposal ends it, and removes the image from this host. */
export async function openRegistry(): Promise<Registry> {
  const blobs = new Map<string, Bytes>();
  const add = async (mediaType: string, data: Bytes) => {
    const digest = await digestOf(data);
    blobs.set(digest, data);
    return { mediaType, size: data.length, digest };
  };
  const { config, layer } = await standin();
  const more = tar([{
    kind: "file",
    path: "pulled",
    mode: 0o644,
    data: new TextEncoder().encode(crypto.randomUUID()),
  }]);
  config.rootfs.diff_ids.push(await digestOf(more));
  config.history = [{ created_by: "import" }, { created_by: "a test" }];
  const layers = [];
  for (const data of [layer, more]) {
    layers.push(await add("application/vnd.docker.image.rootfs.diff.tar.gzip", await gzip(data)));
  }
  const heldDigest = layers.at(-1)?.digest;
  const described = await add("application/vnd.docker.container.image.v1+json", bytesOf(JSON.stringify(config)));
  const manifest = bytesOf(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: described, layers }));
  const manifestDigest = await digestOf(manifest);

  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const wanted = decodeURIComponent(pathname.split("/").at(-1) ?? "");
    if (pathname.startsWith(`/v2/${NAME}/manifests/`)) {
      registry.asked.manifest++;
      const headers = { "content-type": MANIFEST, "docker-content-digest": manifestDigest };
      // Of an answer to HEAD, the server sends the headers alone: dockerd wants the length.
      return new Response(manifest, { headers });
    }
    const blob = blobs.get(wanted);
    if (blob === undefined) return pathname === "/v2/" ? new Response("{}") : new Response(UNKNOWN, { status: 404 });
    if (wanted === heldDigest) {
      registry.asked.layer++;
      await registry.held;
    }
    return new Response(blob);
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const image = `127.0.0.1:${server.addr.port}/${NAME}:1`;
  const registry: Registry = {
    image,
    asked: { manifest: 0, layer: 0 },
    held: null,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await command("docker", ["image", "rm", "--force", image]);
    },
  };
  return registry;
}

type Bytes = Uint8Array<ArrayBuffer>;
interface ImageConfig {
  rootfs: { diff_ids: string[] };
  history?: unknown[];
}

/** The stand-in's image as `docker save` gives it, which has one layer. */
async function standin(): Promise<{ config: ImageConfig; layer: Bytes }> {
  const file = await Deno.makeTempFile({ suffix: ".tar" });
  try {
    await docker("image", "save", "--output", file, "vx11-sandbox:1");
    const files = untar(await Deno.readFile(file));
    const json = (name: string) => JSON.parse(new TextDecoder().decode(files.get(name)));
    const [{ Config, Layers }] = json("manifest.json");
    const layer = files.get(Layers[0]);
    if (layer === undefined) throw new Error(`docker image save gave no ${Layers[0]}: ${[...files.keys()]}`);
    return { config: json(Config), layer };
  } finally {
    await Deno.remove(file);
  }
}

function untar(archive: Bytes): Map<string, Bytes> {
  const files = new Map<string, Bytes>();
  for (let at = 0; at + 512 <= archive.length;) {
    const text = (from: number, length: number) =>
      new TextDecoder().decode(archive.subarray(at + from, at + from + length)).split("\0", 1)[0] ?? "";
    const name = text(0, 100);
    if (name === "") break;
    const size = Number.parseInt(text(124, 12).trim(), 8);
    files.set(name, archive.slice(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function bytesOf(text: string): Bytes {
  return new TextEncoder().encode(text);
}

async function digestOf(data: Bytes): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return `sha256:${hash.toHex()}`;
}

async function gzip(data: Bytes): Promise<Bytes> {
  const packed = new Blob([data]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
