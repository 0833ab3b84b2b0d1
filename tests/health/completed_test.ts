import { assertEquals } from "@std/assert";
import { checkKind, isOfJob } from "../../lib/health/registry.ts";
import type { ContainerState } from "../../lib/model/evidence.ts";
import { look } from "../fakes/evidence.ts";
import { FakeEngine } from "../fakes/engine.ts";
import { fakeHost } from "../fakes/host.ts";

const LOOK = { state: look("x"), ports: [], hostNetwork: false };

const STATES: [Partial<ContainerState> | null, string | null][] = [
  [{ status: "exited", exitCode: 0 }, null],
  [{ status: "exited", exitCode: 3 }, "it ended with exit code 3"],
  [{ status: "exited", exitCode: 137 }, "it ended with exit code 137 (SIGKILL)"],
  [{ status: "exited", exitCode: null }, "it ended with an exit code that is not known"],
  [{ status: "running" }, "it is running, and has not ended with 0"],
  [{ status: "restarting", exitCode: 0 }, "it is restarting, and has not ended with 0"],
  [{ status: "dead", exitCode: 0 }, "it is dead, and has not ended with 0"],
  [null, "it is gone, and has not ended with 0"],
];
for (const [state, error] of STATES) {
  Deno.test(`a job that is ${JSON.stringify(state)} gives: ${error}`, async () => {
    const now = state === null ? undefined : { ...LOOK, state: { ...LOOK.state, ...state } };
    const tools = { engine: new FakeEngine(), host: fakeHost(), lookAgain: () => Promise.resolve(now) };
    const declared = { service: "x", kind: "completed" };
    assertEquals(isOfJob(declared), true);
    const place = await checkKind("completed").locate(tools, LOOK, declared, AbortSignal.any([]));
    if ("why" in place) throw new Error(place.why);
    assertEquals(await place.ask(AbortSignal.any([]), 1000), { status: null, error });
  });
}
