/**
 * A headless Chromium, driven by its DevTools protocol through the WebSocket that it opens: a few calls are all these tests
 * need, so that no browser library is. It gets a new profile of its own, and goes with it.
 */

import { join } from "@std/path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--remote-debugging-port=0",
];

/** Path of a Chromium: $CHROMIUM, or the first known name on PATH; undefined where there is none. */
export async function findChromium(): Promise<string | undefined> {
  const given = Deno.env.get("CHROMIUM");
  const dirs = (Deno.env.get("PATH") ?? "").split(":");
  const paths = given ? [given] : NAMES.flatMap((name) => dirs.map((dir) => join(dir, name)));
  for (const path of paths) if ((await Deno.stat(path).catch(() => undefined))?.isFile) return path;
  return undefined;
}

type Message = {
  id?: number;
  method?: string;
  params?: Params;
  result?: unknown;
  error?: { message: string };
  sessionId?: string;
};
// deno-lint-ignore no-explicit-any
type Params = Record<string, any>;

export class Browser implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Resolves when nobody can write to its stderr any more. */
  readonly #silent: Promise<unknown>;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #lastId = 0;

  private constructor(process: Deno.ChildProcess, silent: Promise<unknown>, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#silent = silent;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const message: Message = JSON.parse(data);
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
      else for (const listener of this.#listeners) listener(message);
    };
  }

  static async start(path: string): Promise<Browser> {
    const profile = await Deno.makeTempDir({ prefix: "vx11-chromium-" });
    const command = new Deno.Command(path, {
      args: [...FLAGS, `--user-data-dir=${profile}`, "about:blank"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    });
    const process = command.spawn();
    const { silent, address: known } = listeningAt(process.stderr);
    const address = await known;
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`Cannot reach Chromium at ${address}`));
    });
    return new Browser(process, silent, profile, socket);
  }

  /** The result of one call of the protocol; throws with what Chromium said. */
  send(method: string, params: Params, sessionId?: string): Promise<Params> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Params>();
    this.#waiting.set(id, ({ error, result }) => {
      this.#waiting.delete(id);
      if (error === undefined) resolve(result as Params);
      else reject(new Error(`${method}: ${error.message}`));
    });
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return promise;
  }

  onMessage(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  async page(): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId);
    await Promise.all(["Page", "Runtime", "Network", "Log"].map((domain) => page.send(`${domain}.enable`)));
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.send("Browser.close", {}).catch(() => {});
    await this.#process.status;
    this.#socket.close();
    await closed;
    // Its helpers have the same stderr, and may end after it.
    await this.#silent;
    await Deno.remove(this.#profile, { recursive: true });
  }
}

export class Page {
  /** What the page complained of: exceptions, console errors, refusals of the content policy. */
  readonly errors: string[] = [];
  /** Every address that it asked for. */
  readonly requests: string[] = [];
  /** How many alerts and the like it opened. */
  dialogs = 0;
  readonly #browser: Browser;
  readonly #session: string;
  readonly #once = new Map<string, () => void>();

  constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
    browser.onMessage(({ method = "", params = {}, sessionId }) => {
      if (sessionId !== session) return;
      if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
      if (method === "Runtime.exceptionThrown") {
        this.errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      }
      if (method === "Log.entryAdded" && params.entry.level !== "info") this.errors.push(params.entry.text);
      if (method === "Runtime.consoleAPICalled" && ["error", "warning", "assert"].includes(params.type)) {
        this.errors.push(`console: ${JSON.stringify(params.args)}`);
      }
      if (method === "Page.javascriptDialogOpening") {
        this.dialogs++;
        this.send("Page.handleJavaScriptDialog", { accept: true }).catch(() => {});
      }
      this.#once.get(method)?.();
    });
  }

  send(method: string, params: Params = {}): Promise<Params> {
    return this.#browser.send(method, params, this.#session);
  }

  /** Opens a file and waits for its load event. */
  async open(path: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#once.set("Page.loadEventFired", resolve));
    await this.send("Page.navigate", { url: `file://${path}` });
    await loaded;
  }

  async size(width: number, height: number, mobile = false): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: mobile ? 2 : 1, mobile });
  }

  async scheme(value: "light" | "dark"): Promise<void> {
    await this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  }

  /** What an expression gives in the page, awaited. */
  // deno-lint-ignore no-explicit-any
  async evaluate(expression: string): Promise<any> {
    const { exceptionDetails, result } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Presses and releases a key, as a person does. */
  async key(key: "Enter"): Promise<void> {
    const of = { key, code: key, text: "\r", windowsVirtualKeyCode: 13 };
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", ...of });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...of });
  }

  async close(): Promise<void> {
    await this.send("Page.close");
  }

  async screenshot(): Promise<Uint8Array<ArrayBuffer>> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: false });
    return Uint8Array.fromBase64(data);
  }

  async pdf(): Promise<Uint8Array<ArrayBuffer>> {
    const { data } = await this.send("Page.printToPDF", { printBackground: false, preferCSSPageSize: true });
    return Uint8Array.fromBase64(data);
  }
}

/** Chromium says where it listens; what it says before and afterwards is read away. */
function listeningAt(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
): { address: Promise<string>; silent: Promise<unknown> } {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  const read = async () => {
    for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
      said = (said + text).slice(-10_000);
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    }
    reject(new Error(`Chromium ended before it listened: ${said}`));
  };
  return { address: promise, silent: read().catch(reject) };
}
