/** The port of a stand-in that serves no pages: when it takes connections, and when nobody listens. */

import { assert, assertEquals } from "@std/assert";
import { until } from "../fakes/wait.ts";
import { startService } from "./service.ts";

async function connects(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  try {
    using _connection = await Deno.connect({ hostname, port: Number(port) });
    return true;
  } catch (error) {
    // Reset: the port closed while the connection was being made.
    const { ConnectionRefused, ConnectionReset } = Deno.errors;
    if (error instanceof ConnectionRefused || error instanceof ConnectionReset) return false;
    throw error;
  }
}

Deno.test("a stand-in's port takes so many connections, is closed for a time, and takes them again", async () => {
  await using service = startService({ FAULT_CLOSES_AT: "2", FAULT_CLOSED_FOR: "1" });
  const line = `listens on ${new URL(service.url).host}`;
  await service.said(line);
  assertEquals([await connects(service.url), await connects(service.url)], [true, true]);
  await until("nobody listens", async () => !await connects(service.url));
  await until("it listens again", () => service.log().split(line).length === 3);
  for (let nth = 0; nth < 5; nth++) assert(await connects(service.url));
});

Deno.test("a stand-in's port that closes for good stays closed, and the service goes on", async () => {
  await using service = startService({ FAULT_CLOSES_AT: "1" });
  await service.said("fault: nobody listens after connection 1");
  await service.said(`listens on ${new URL(service.url).host}`);
  assert(await connects(service.url));
  await until("nobody listens", async () => !await connects(service.url));
  service.signal("SIGTERM");
  assertEquals(await service.ended, { code: 0, signal: null });
});
