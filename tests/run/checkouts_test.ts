/** Two checkouts with a project of one name: what the other one has is not ours. */

import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import { verdictOn, type World, world } from "./harness.ts";

function asOf(it: World, home: string, service = "switch"): World {
  Object.assign(it.engine, { homes: ["/srv/vx11", "/srv/vx11/deploy"] });
  for (const look of it.engine.containers.values()) if (look.state.service === service) look.home = home;
  return it;
}

for (const where of [{ running: ["switch"] }, { stopped: ["switch"] }]) {
  Deno.test(`a container of another checkout is refused by name: ${Object.keys(where)}`, async () => {
    const it = asOf(world(where), "/home/ann/vx11");
    const error = await assertRejects(() => it.run(), Failure);
    const name = it.engine.container("switch")?.state.name;
    assertEquals(
      error.message,
      `Another checkout has containers of project "vx11": "${name}", made in "/home/ann/vx11" and not in "/srv/vx11/deploy"`,
    );
    assertEquals(error.data.exit, "environment");
    assertEquals(it.engine.orders, [], "nothing was touched");
  });
}

Deno.test("also one of a service that is not selected: networks and volumes are shared with it", async () => {
  await assertRejects(() => asOf(world({ running: ["hermes"] }), "/other", "hermes").run(), Failure, "hermes");
});

Deno.test("it is ours if it was made for the project dir, or for the folder of the first Compose file, or says nothing", async () => {
  for (const home of ["/srv/vx11", "/srv/vx11/deploy"]) {
    assertEquals(verdictOn(await asOf(world({ running: ["switch"] }), home).run(), "switch"), "PASS");
  }
  const silent = world({ running: ["switch"] });
  Object.assign(silent.engine, { homes: ["/srv/vx11"] });
  assertEquals(verdictOn(await silent.run(), "switch"), "PASS");
});

Deno.test("one of a service that this project does not have is nobody's business", async () => {
  const it = asOf(world({ running: ["hermes"] }), "/other", "hermes");
  it.engine.services.delete("hermes");
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
});

Deno.test("a run on the project from another checkout is refused before anything is touched, and named", async () => {
  const it = world();
  Object.assign(it.engine, { identity: "DAEMON vx11" });
  const held = JSON.stringify({
    project: "vx11",
    pid: 4,
    hostname: "lab1",
    auditDir: "/home/ann/audit",
    engine: "compose",
  });
  const paths: string[] = [];
  it.host.files.lock = (path) => {
    paths.push(path);
    return Promise.resolve({ holder: held });
  };
  await assertRejects(
    () => it.run(),
    Failure,
    `Another run is at work on project "vx11": process 4, writing to /home/ann/audit`,
  );
  assertEquals(it.engine.orders, []);
  assertEquals([...it.files.keys()].filter((path) => path.includes(".running")), [], "and it leaves no mark");
  it.host.files.lock = () => Promise.resolve({ holder: "" });
  await assertRejects(() => it.run(), Failure, `Another run is at work on project "vx11"`);
  assertEquals(paths.length, 1);
});

Deno.test("the lock is of the project and its daemon, and is let go of at the end", async () => {
  const seen: string[] = [];
  for (const identity of ["A vx11", "A vx11", "B vx11"]) {
    const it = world();
    Object.assign(it.engine, { identity });
    it.host.files.lock = (path) => {
      seen.push(path);
      return Promise.resolve({ release: () => Promise.resolve(void seen.push("released")) });
    };
    await it.run();
  }
  assertEquals(seen.filter((each) => each === "released").length, 3);
  const [a, again, other] = seen.filter((each) => each !== "released");
  assertEquals([a === again, a === other], [true, false]);
});

Deno.test("where no lock can be had, that is said", async () => {
  const it = world();
  Object.assign(it.engine, { identity: "A vx11" });
  it.host.files.lock = () => Promise.reject(new Error("Read-only file system (os error 30)"));
  const { judged: { evidence: { notices } } } = await it.run();
  assertEquals(notices.some((text) => text.startsWith("No lock could be taken for the project")), true);
});
