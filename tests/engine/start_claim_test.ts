/** What a start that was cut short may still be making. */

import { assertEquals } from "@std/assert";
import { serviceClosure } from "../../lib/engine/closure.ts";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import { mayBeInFlight } from "../../lib/engine/start_claim.ts";

Deno.test("what a start leaves out is not waited for before what it asks for", () => {
  const debug = { condition: "service_started", required: false };
  const services = { web: { depends_on: { debug } }, debug: { profiles: ["debug"] } };
  const specs = parseProject(JSON.stringify({ name: "p", services })).services;
  const start = { services: serviceClosure(specs, ["web"]), before: new Map(), from: 0, to: 1 };
  assertEquals(mayBeInFlight(specs, start, []), ["web"]);
});
