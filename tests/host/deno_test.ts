import { assert, assertEquals, assertRejects } from "@std/assert";
import { capture } from "../../lib/host/capture.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { directClient } from "../../lib/host/deno_get.ts";
import { AGENT } from "../../lib/host/user_agent.ts";
import { until } from "../fakes/wait.ts";

const host = denoHost();
/** Made outside of the tests, since it outlives each of them. */
directClient();
const HOST_MODULE = new URL("../../lib/host/deno.ts", import.meta.url).href;

/** Runs a small program that has the real host as `host`, in a process of its own. */
function program(body: string, env: Record<string, string> = {}): Deno.ChildProcess {
  const code = `import { denoHost } from "${HOST_MODULE}"; const host = denoHost(); ${body}`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = [
    "run",
    "--no-prompt",
    "-A",
    "--quiet",
    "--no-lock",
    `--config=${config}`,
    `data:text/typescript,${encodeURIComponent(code)}`,
  ];
  return new Deno.Command(Deno.execPath(), {
    args,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  })
    .spawn();
}

async function firstLine(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const part = await reader.read();
    if (part.done) break;
    text += new TextDecoder().decode(part.value);
  }
  await reader.cancel();
  return text.trim();
}

Deno.test("spawn() keeps variables from a child that it is to be without, and gives it the others", async () => {
  const child = program(
    `const child = host.spawn(["sh", "-c", 'echo "\${A-unset} \${B-unset} $C"'], { without: ["A", "B"], env: { B: "own" } });
console.log((await new Response(child.stdout).text()).trim()); await child.exit;`,
    { A: "", B: "inherited", C: "kept" },
  );
  assertEquals(await new Response(child.stdout).text(), "unset own kept\n");
  await child.status;
});

Deno.test("spawn() puts the child in a group of its own, which a Ctrl+C in the terminal does not reach", async () => {
  const parent = program(`const child = host.spawn(["sleep", "60"]); console.log(child.pid); await child.exit;`);
  const pid = Number(await firstLine(parent));
  Deno.kill(-parent.pid, "SIGINT");
  assertEquals((await parent.status).signal, "SIGINT");
  assert(host.processAlive(pid), "the child is still there");
  Deno.kill(-pid, "SIGKILL");
});

Deno.test("endChildren() kills the groups of all children that run", async () => {
  const parent = program(`
    const child = host.spawn(["sh", "-c", "sleep 60 & echo $!; wait"]);
    const pid = (await child.stdout.getReader().read()).value;
    console.log(new TextDecoder().decode(pid).trim());
    host.endChildren();
    Deno.exit(5);`);
  const pid = Number(await firstLine(parent));
  assertEquals((await parent.status).code, 5);
  await until("the grandchild is gone", () => !host.processAlive(pid));
});

Deno.test("get() goes straight to the address, whatever proxy the environment names", async () => {
  const service = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(null, { status: 204 }),
  );
  const proxy = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response("", { status: 503 }));
  const proxyUrl = `http://127.0.0.1:${proxy.addr.port}`;
  const env = { HTTP_PROXY: proxyUrl, http_proxy: proxyUrl, NO_PROXY: "example.org", no_proxy: "" };
  const child = program(
    `const { status } = await host.get("http://127.0.0.1:${service.addr.port}/", AbortSignal.timeout(20000));
    console.log(status, Deno.env.get("NO_PROXY"), JSON.stringify(Deno.env.get("no_proxy")));`,
    env,
  );
  assertEquals(await firstLine(child), '204 example.org ""');
  await child.status;
  await service.shutdown();
  await proxy.shutdown();
});

Deno.test("get() opens a new connection each time", async () => {
  const ports = new Set<number>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (_, info) => {
    ports.add(info.remoteAddr.port);
    return new Response("body");
  });
  for (let i = 0; i < 3; i++) {
    const { status } = await host.get(`http://127.0.0.1:${server.addr.port}/`, new AbortController().signal);
    assertEquals(status, 200);
  }
  assertEquals(ports.size, 3);
  await server.shutdown();
});

Deno.test("get() says whose request it is, in the words by which it is left out of logs", async () => {
  const agents: (string | null)[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    agents.push(request.headers.get("user-agent"));
    return new Response();
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await denoHost("1.2.3").get(url, new AbortController().signal);
  await host.get(url, new AbortController().signal);
  assertEquals(agents, [`${AGENT}/1.2.3`, `${AGENT}/dev`]);
  await server.shutdown();
});

Deno.test("portState() tells a free port from a taken one, and from one that cannot be asked for", () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  assertEquals(host.portState("127.0.0.1", port), "taken");
  assertEquals(host.portState("0.0.0.0", port), "taken");
  listener.close();
  assertEquals(host.portState("127.0.0.1", port), "free");
  assertEquals(host.portState("192.0.2.1", port), "unknown");
});

Deno.test("processAlive() is true for what runs, whoever owns it, and false for what does not", async () => {
  assertEquals(host.processAlive(Deno.pid), true);
  assertEquals(host.processAlive(1), true);
  const child = host.spawn(["true"]);
  await Promise.all([child.exit, child.stdout.cancel(), child.stderr.cancel()]);
  assertEquals(host.processAlive(child.pid), false);
  assertEquals(host.processAlive(2 ** 30), false);
});

Deno.test("clock.sleep() rejects with the signal's reason, before or while it sleeps", async () => {
  const reason = new Error("no more");
  await assertRejects(() => host.clock.sleep(60_000, AbortSignal.abort(reason)), Error, "no more");
  const stop = new AbortController();
  const asleep = host.clock.sleep(60_000, stop.signal);
  stop.abort(reason);
  await assertRejects(() => asleep, Error, "no more");
});

Deno.test("onSignal() calls the handler until it is taken back", async () => {
  const child = program(`
    let count = 0;
    const off = host.onSignal("SIGTERM", () => { count++; if (count === 2) off(); console.log("got", count); });
    console.log("ready"); setInterval(() => {}, 1000);`);
  const lines: string[] = [];
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) lines.push(...text.trim().split("\n"));
  })();
  for (const line of ["ready", "got 1", "got 2"]) {
    await until(line, () => lines.includes(line));
    child.kill("SIGTERM");
  }
  const { signal } = await child.status;
  await reading;
  assertEquals(signal, "SIGTERM");
  assertEquals(lines, ["ready", "got 1", "got 2"]);
});

Deno.test("self is the command that starts this program again, from any folder", async () => {
  const [program = "", ...args] = host.self;
  const command = new Deno.Command(program, { args: [...args, "--version"], cwd: "/", stderr: "inherit" });
  const { code, stdout } = await command.output();
  assertEquals(code, 0);
  assertEquals(new TextDecoder().decode(stdout).split(" ")[0], "vx11-stability");
});

Deno.test("holdPort() has a port that is taken until it is closed", () => {
  const held = host.holdPort("127.0.0.1");
  assertEquals(host.portState("127.0.0.1", held.port), "taken");
  held.close();
  assertEquals(host.portState("127.0.0.1", held.port), "free");
});

Deno.test("spawn() tells a child which folder it is in, as a shell's cd does", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/real`);
  await Deno.symlink("real", `${dir}/link`);
  const { stdout } = await capture(denoHost(), ["sh", "-c", "pwd"], { cwd: `${dir}/link`, timeoutMs: 30_000 });
  assertEquals(stdout, `${dir}/link\n`);
  await Deno.remove(dir, { recursive: true });
});
