/** The reports of a real run: junit.xml as others read it, and all of them the same when they are rendered again. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { fakeHost } from "../fakes/host.ts";
import { all, junitErrors, parseXml } from "../parsers/xml.ts";

/** Of the one run below `dir`. */
export async function assertRenderedAgain(dir: string): Promise<void> {
  const root = join(dir, "docs/audit");
  const [name = ""] = await Array.fromAsync(Deno.readDir(root), (entry) => entry.name);
  const auditDir = join(root, name);
  const junit = await Deno.readTextFile(join(auditDir, "junit.xml"));
  assertEquals(await junitErrors(junit), []);
  const cases = all(parseXml(junit), "testcase").map(({ attributes }) => attributes["classname"] ?? "");
  assert(
    cases.some((each) => /^vx11\.switch\.cycle1\.tests\..*test_switch_/.test(each)),
    `no case of pytest: ${cases}`,
  );
  const before = await reports(auditDir);
  const host = fakeHost({ args: ["report", auditDir], host: { files: denoHost().files } });
  assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 0, host.written.err);
  assertEquals(await reports(auditDir), before);
}

async function reports(dir: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { isFile, name } of Deno.readDir(dir)) {
    if (isFile && !name.endsWith(".ndjson")) found.set(name, await Deno.readTextFile(join(dir, name)));
  }
  return found;
}
