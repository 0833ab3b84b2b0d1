import { assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { anySignal } from "../../lib/host/any_signal.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Waits on composed signals that nothing else refers to, with a collection of garbage in between. */
const PROGRAM = `
import { anySignal } from "${ROOT}lib/host/any_signal.ts";
import { abortable } from "${ROOT}lib/std/async.ts";
let heard = 0;
for (let round = 0; round < 40; round++) {
  const [a, b, c] = [1, 2, 3].map(() => new AbortController());
  abortable(new Promise(() => {}), anySignal([a.signal, anySignal([b.signal, c.signal])])).catch(() => heard++);
  gc();
  await new Promise((resolve) => setTimeout(resolve, 0));
  gc();
  [a, b, c][round % 3].abort();
}
await new Promise((resolve) => setTimeout(resolve, 0));
console.log(heard);
`;

Deno.test("anySignal() is heard by whoever listens, whatever was collected as garbage", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/program.ts`, PROGRAM);
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--no-prompt",
      "-A",
      "--config",
      `${ROOT}deno.json`,
      "--v8-flags=--expose-gc",
      `${dir}/program.ts`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(dir, { recursive: true });
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  assertEquals([code, out], [0, "40"], err);
});

Deno.test("anySignal() aborts as AbortSignal.any does, and tells each listener once", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const signal = anySignal([first.signal, second.signal]);
  const heard: string[] = [];
  const removed = () => heard.push("removed");
  signal.addEventListener("abort", () => heard.push("once"), { once: true });
  signal.addEventListener("abort", removed);
  signal.removeEventListener("abort", removed);
  second.abort("why");
  first.abort("later");
  assertEquals([signal.aborted, signal.reason, heard], [true, "why", ["once"]]);
  assertEquals(anySignal([AbortSignal.abort("before")]).reason, "before");
});

Deno.test("nothing in lib/ composes signals in another way", async () => {
  const found: string[] = [];
  for await (const { path } of walk(`${ROOT}lib`, { includeDirs: false })) {
    const isIt = path.endsWith("lib/host/any_signal.ts");
    if (!isIt && path.endsWith(".ts") && (await Deno.readTextFile(path)).includes("AbortSignal.any(")) found.push(path);
  }
  assertEquals(found, []);
});
