import { assertEquals, assertThrows } from "@std/assert";
import { parseInspect } from "../../lib/engine/compose/output/inspect.ts";
import type { Look } from "../../lib/engine/engine.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { fixture } from "../fixtures/read.ts";

const LOOKS = new Map(parseInspect(fixture("inspect_engine20.json")).map((look) => [look.state.service, look]));

function captured(service: string): Look {
  const look = LOOKS.get(service);
  if (look === undefined) throw new Error(`no ${service} in the fixture`);
  return look;
}

Deno.test("parseInspect() reads a running container with limit, grace period and failing health check", () => {
  assertEquals(captured("web").state, {
    id: "ed4ab2805cfd19fc6705ba210c902b1dc1c69b9c20426b273bb65fa8b9e6a3ea",
    name: "vx11fx-web",
    service: "web",
    image: "labimg:1",
    status: "running",
    pid: 17126,
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    createdAt: "2026-11-24T00:10:48.163251025Z",
    startedAt: captured("web").state.startedAt,
    finishedAt: null,
    health: "unhealthy",
    healthOutput: "still broken\n",
    checks: { passed: 0, failed: 2 },
    memLimitBytes: 64 * 2 ** 20,
    stopGraceSec: 3,
    error: null,
  });
  assertEquals(captured("web").state.startedAt?.slice(0, 4), "2026");
});

Deno.test("parseInspect() gives every TCP binding, by container port and host port, and no UDP", () => {
  assertEquals(captured("web").ports, [
    { containerPort: 7000, hostIp: "127.0.0.1", hostPort: 18320 },
    { containerPort: 7001, hostIp: "127.0.0.1", hostPort: 18321 },
    { containerPort: 7002, hostIp: "127.0.0.1", hostPort: 18322 },
    { containerPort: 8001, hostIp: "127.0.0.1", hostPort: 18301 },
    { containerPort: 8001, hostIp: "0.0.0.0", hostPort: 18302 },
    { containerPort: 9100, hostIp: "0.0.0.0", hostPort: 18303 },
    { containerPort: 9100, hostIp: "::", hostPort: 18303 },
  ]);
  assertEquals(captured("six").ports, [{ containerPort: 80, hostIp: "::1", hostPort: 18350 }]);
  assertEquals(captured("redis").ports, []);
});

Deno.test("parseInspect() takes no limit, no health check and no grace period as what they are", () => {
  const { memLimitBytes, health, healthOutput, stopGraceSec, pid } = captured("redis").state;
  assertEquals({ memLimitBytes, health, healthOutput, stopGraceSec, pid }, {
    memLimitBytes: null,
    health: null,
    healthOutput: null,
    stopGraceSec: 10,
    pid: 15889,
  });
});

Deno.test("parseInspect() reads the end of one that was killed for memory", () => {
  const { status, pid, exitCode, oomKilled, startedAt, finishedAt } = captured("oom").state;
  assertEquals({ status, pid, exitCode, oomKilled }, { status: "exited", pid: null, exitCode: 137, oomKilled: true });
  assertEquals([typeof startedAt, typeof finishedAt], ["string", "string"]);
});

Deno.test("parseInspect() gives no process to one that waits for its restart, but its last exit code", () => {
  const { status, pid, exitCode, restartCount } = captured("loop").state;
  assertEquals({ status, pid, exitCode }, { status: "restarting", pid: null, exitCode: 3 });
  assertEquals(restartCount > 0, true);
});

Deno.test("parseInspect() keeps why the engine could not start one", () => {
  const { status, exitCode, startedAt, error } = captured("badcmd").state;
  assertEquals({ status, exitCode, startedAt }, { status: "created", exitCode: 127, startedAt: null });
  assertEquals(error?.includes(`exec: "nope-not-there": executable file not found`), true);
});

Deno.test("parseInspect() knows a paused container, and the host's network from any other", () => {
  assertEquals(captured("six").state.status, "paused");
  assertEquals([...LOOKS.values()].filter((look) => look.hostNetwork).map((look) => look.state.service), ["hostnet"]);
});

Deno.test("parseInspect() orders by service, then by replica number, not by name", () => {
  const container = (service: string, number: string) => ({
    Id: `${service}${number}`,
    State: { Status: "running", Running: true, Pid: 1 },
    Config: { Labels: { "com.docker.compose.service": service, "com.docker.compose.container-number": number } },
  });
  const list = [container("b", "10"), container("b", "2"), container("a", "1")];
  assertEquals(parseInspect(JSON.stringify(list)).map(({ state }) => state.id), ["a1", "b2", "b10"]);
});

Deno.test("parseInspect() reads a container of Podman 5.4 that was killed, and whose health check was never run", () => {
  const [{ inside, ports, state } = { inside: undefined, ports: [], state: undefined }] = parseInspect(
    fixture("inspect_podman5.json"),
  );
  const { checks, exitCode, health, memLimitBytes, service, startPeriodMs, status, stopGraceSec } = state ?? {};
  assertEquals({ checks, exitCode, health, memLimitBytes, service, startPeriodMs, status, stopGraceSec }, {
    checks: { passed: 0, failed: 0 },
    exitCode: 137,
    health: "starting",
    memLimitBytes: 32 * 2 ** 20,
    service: "s",
    startPeriodMs: 3000,
    status: "exited",
    stopGraceSec: 10,
  });
  // SIGTERM, which Podman writes as "15".
  assertEquals(state !== undefined && "stopSignal" in state, false);
  assertEquals([inside?.checkTest, inside?.checkIntervalMs], [["CMD", "true"], 1000]);
  assertEquals(ports, [{ containerPort: 8000, hostIp: "127.0.0.1", hostPort: 18431 }]);
});

Deno.test("parseInspect() takes Podman's states between two others for the one that they are", () => {
  const statusOf = (Status: string, Running: boolean, Pid: number) => {
    const state = { Status, Running, Pid, ExitCode: 7 };
    const [look] = parseInspect(JSON.stringify([{ Id: "x", State: state, Config: {} }]));
    return [look?.state.status, look?.state.pid, look?.state.exitCode];
  };
  assertEquals(statusOf("stopped", false, 0), ["exited", null, 7]);
  assertEquals(statusOf("stopping", false, 44), ["running", 44, null]);
  assertEquals(statusOf("initialized", false, 44), ["created", null, 7]);
});

Deno.test("parseInspect() bears what versions leave out", () => {
  const [bare] = parseInspect(`[{"Id":"x","State":{"Status":"dead","Health":null},"Config":{"Labels":null}}]`);
  assertEquals(bare?.state.service, "");
  assertEquals([bare?.state.health, bare?.state.exitCode, bare?.ports], [null, null, []]);
  const [none] = parseInspect(`[{"Id":"x","State":{"Status":"running","Health":{"Status":"none"}}}]`);
  assertEquals(none?.state.health, null);
});

Deno.test("parseInspect() refuses what is no inspect output, and shows it", () => {
  assertThrows(
    () => parseInspect("Cannot connect"),
    EngineError,
    `docker inspect printed no JSON but "Cannot connect"`,
  );
  assertThrows(() => parseInspect(`{"message":"no"}`), EngineError, `printed no list but "{"message":"no"}"`);
  assertThrows(() => parseInspect(`[{"State":{"Status":"melted"}}]`), EngineError, `unknown container status "melted"`);
  assertEquals(parseInspect("[]"), []);
});

Deno.test("parseInspect() reads the start_period of a health check, in milliseconds", () => {
  const containers = JSON.parse(fixture("inspect_engine20.json"));
  const startPeriodOf = (check: unknown) => {
    const [first] = containers;
    return parseInspect(JSON.stringify([{ ...first, Config: { ...first.Config, Healthcheck: check } }]))[0]?.state
      .startPeriodMs;
  };
  assertEquals(startPeriodOf({ Test: ["CMD", "true"], StartPeriod: 60_000_000_000 }), 60_000);
  assertEquals(startPeriodOf({ Test: ["CMD", "true"], StartPeriod: 0 }), undefined);
  assertEquals(startPeriodOf(undefined), undefined);
});

Deno.test("parseInspect() reads the stop signal however it is written, and says nothing of SIGTERM", () => {
  const [whole] = JSON.parse(fixture("inspect_engine20.json"));
  const cases: [string | undefined, number | undefined][] = [
    [undefined, undefined],
    ["SIGTERM", undefined],
    ["15", undefined],
    ["SIGINT", 2],
    ["int", 2],
    ["SIGQUIT", 3],
    ["SIGWINCH", 28],
    ["SIGRTMIN+3", 37],
    ["RTMAX-1", 63],
    ["SIGNOSUCH", undefined],
  ];
  for (const [given, number] of cases) {
    const [look] = parseInspect(JSON.stringify([{ ...whole, Config: { ...whole.Config, StopSignal: given } }]));
    assertEquals(look?.state.stopSignal, number, given);
  }
});

Deno.test("parseInspect() takes nothing that is not what it must be: odd values are as if they were not there", () => {
  const label = (value: unknown) => ({
    "com.docker.compose.service": value,
    "com.docker.compose.container-number": value,
  });
  const [look] = parseInspect(JSON.stringify([{
    RestartCount: -1,
    State: { Status: "running", Running: true, Pid: 1.5 },
    Config: { Labels: label({ toString: 1 }), StopTimeout: -1, StopSignal: "99999999999999999999" },
    NetworkSettings: {
      Ports: {
        "99999/tcp": [{ HostPort: "80" }],
        x: [{ HostPort: "80" }],
        "80/tcp": [{ HostPort: "99999" }, { HostPort: "8080" }],
      },
    },
  }]));
  assertEquals(look?.state.service, "");
  assertEquals([look?.state.restartCount, look?.state.pid, look?.state.stopGraceSec], [0, null, 10]);
  assertEquals(look?.state.stopSignal, undefined);
  assertEquals(look?.ports, [{ containerPort: 80, hostIp: "", hostPort: 8080 }]);
});
