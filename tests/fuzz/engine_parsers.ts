/** What Docker and Compose print, and what programs in a container print. */

import { assert, assertEquals } from "@std/assert";
import { checkPage } from "../../lib/engine/check_page.ts";
import { parseInfo } from "../../lib/engine/compose/check.ts";
import { probeHost } from "../../lib/engine/compose/engine_host.ts";
import type { ComposeService } from "../../lib/engine/compose/details.ts";
import { CRITICS } from "../../lib/engine/compose/examine/critics.ts";
import { daemonDiagnoses } from "../../lib/engine/compose/examine/daemon.ts";
import { majorOf, parseFacts } from "../../lib/engine/compose/examine/facts.ts";
import { programsOf } from "../../lib/engine/compose/examine/programs.ts";
import { recreated } from "../../lib/engine/compose/drift.ts";
import { parseOutcome } from "../../lib/engine/compose/health_outcomes.ts";
import { parseEvent } from "../../lib/engine/compose/output/event.ts";
import { parseInspect } from "../../lib/engine/compose/output/inspect.ts";
import { parseProject } from "../../lib/engine/compose/output/declared.ts";
import { parseStats } from "../../lib/engine/compose/output/stats.ts";
import { homesOf } from "../../lib/engine/compose/project.ts";
import { reasonOf } from "../../lib/engine/compose/docker.ts";
import { idsOf } from "../../lib/engine/compose/api/docker_line.ts";
import { leftIn } from "../../lib/engine/compose/exec/family.ts";
import { TOOLS } from "../../lib/engine/compose/exec/tools.ts";
import { METRICS_SOURCES } from "../../lib/model/settings.ts";
import { fileInTar } from "../../lib/engine/compose/tar.ts";
import { withoutQuoted } from "../../lib/secrets/quoted_env.ts";
import { redactInspect } from "../../lib/engine/redact.ts";
import type { Captured } from "../../lib/host/capture.ts";
import { tar } from "../../lib/selftest/tar.ts";
import { fakeHost } from "../fakes/host.ts";
import { fixture } from "../fixtures/read.ts";
import type { Parser } from "./parser.ts";

const INSPECT = fixture("inspect_engine20.json");
const EVENTS = fixture("events_engine20.ndjson").trim().split("\n");
const SMALL_INSPECT = JSON.stringify([{
  Id: "ab12",
  Name: "/vx11-switch",
  Created: "2026-01-01T00:00:00Z",
  RestartCount: 1,
  State: {
    Status: "running",
    Running: true,
    Pid: 7,
    Health: { Status: "healthy", Log: [{ ExitCode: 0, Output: "ok" }] },
  },
  Config: {
    Image: "i",
    StopSignal: "SIGRTMIN+3",
    Labels: { "com.docker.compose.service": "switch", "com.docker.compose.container-number": "1" },
    Healthcheck: { Test: ["CMD-SHELL", "curl -f http://localhost:${PORT:-80}/health"], StartPeriod: 1e9 },
    Env: ["PORT=8001", "DB_PASSWORD=x", "URL=redis://a:b@c/0"],
    ExposedPorts: { "8001/tcp": {} },
  },
  HostConfig: { Memory: 1024, NetworkMode: "container:cd34" },
  NetworkSettings: {
    Ports: { "8001/tcp": [{ HostIp: "", HostPort: "8001" }] },
    Networks: { a: { IPAddress: "10.0.0.2" } },
  },
}]);

const isText = (value: unknown): void => assertEquals(typeof value, "string");
const isPort = (port: unknown): void =>
  assert(Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536, `port ${port}`);
const isCount = (value: unknown): void => assert(Number.isSafeInteger(value) && Number(value) >= 0, `count ${value}`);

function ended(stdout: string, stderr: string, code: number): Captured {
  return { code, signal: null, stdout, stderr, timedOut: false, durationMs: 1, limitMs: 1, starvedMs: 0 };
}

/** Of what a program printed, the two streams. */
function streams(input: string): [string, string] {
  const [out = "", ...rest] = input.split("\n%%\n");
  return [out, rest.join("\n")];
}

const COMPOSE: Parser = {
  name: "compose config",
  inputs: 8000,
  samples: [
    fixture("compose_config_2.26.json"),
    '{"name":"p","services":{"a":{"image":"i","environment":{"A":"b","N":1,"Z":null},"build":{"args":{"X":"y"}},"deploy":{"replicas":2,"resources":{"limits":{"memory":"1024"}}},"depends_on":{"b":{"condition":"service_completed_successfully","required":false}},"network_mode":"host","expose":["80"],"healthcheck":{"test":["CMD","curl","localhost:80/"],"interval":"1m30s","timeout":"2s","start_period":"5s","start_interval":"500ms","retries":3},"restart":"always","container_name":"a","ports":[{"published":"8000","protocol":"tcp","host_ip":""}],"profiles":["x"],"networks":{"n":null}},"b":{"scale":0}}}',
  ],
  run(input) {
    const { name, services, variables } = parseProject(input);
    isText(name);
    for (const pair of variables) pair.forEach(isText);
    for (const { memLimitBytes, onHost, published, replicas } of services.values()) {
      isCount(replicas);
      if (memLimitBytes !== null) assert(memLimitBytes > 0 && Number.isFinite(memLimitBytes));
      for (const { hostPort } of published) isPort(hostPort);
      onHost?.exposed.forEach(isPort);
    }
    for (const spec of services.values()) readCritically(spec, services);
  },
};

/** Whatever a file declares, what is said of it is text. */
function readCritically(spec: ComposeService, services: ReadonlyMap<string, ComposeService>): void {
  const { details } = spec;
  if (details === undefined) return;
  const { healthCheck } = details;
  for (const ms of [healthCheck?.intervalMs, healthCheck?.timeoutMs, healthCheck?.startPeriodMs]) {
    if (ms !== null && ms !== undefined) assert(Number.isFinite(ms) && ms >= 0, `time ${ms}`);
  }
  for (const critic of CRITICS) {
    for (const docker of [null, 20, 27]) {
      for (const { next, seen } of critic({ spec, details, services, isCore: true, docker, maker: "docker" })) {
        [next, seen].forEach(isText);
      }
    }
  }
  programsOf(healthCheck?.test ?? [])?.forEach(isText);
}

const LOOKS: Parser = {
  name: "docker inspect",
  inputs: 6000,
  samples: [INSPECT, SMALL_INSPECT],
  run(input) {
    for (const { inside, ports, state } of parseInspect(input)) {
      [state.id, state.name, state.service, state.image].forEach(isText);
      isCount(state.restartCount);
      if (state.pid !== null) isCount(state.pid);
      if (state.memLimitBytes !== null) assert(state.memLimitBytes > 0);
      assert(state.stopGraceSec >= 0, `grace ${state.stopGraceSec}`);
      if (state.stopSignal !== undefined) isCount(state.stopSignal);
      for (const { containerPort, hostPort } of ports) [containerPort, hostPort].forEach(isPort);
      inside?.exposed.forEach(isPort);
      if (inside?.check) isPort(inside.check.port);
    }
  },
};

const EVENT: Parser = {
  name: "docker events",
  inputs: 20_000,
  samples: [
    ...EVENTS.slice(0, 3),
    fixture("event_engine28.json").trim(),
    fixture("api_events_health_podman5.ndjson").split("\n")[1] ?? "",
  ],
  run(input) {
    const outcome = parseOutcome(input);
    if (outcome !== null) [outcome.time, outcome.outcome].forEach(isText);
    const event = parseEvent(input);
    if (event === null) return;
    assert(!Number.isNaN(Date.parse(event.time)), event.time);
    [event.action, event.container, event.containerId, event.service].forEach(isText);
    for (const number of [event.exitCode, event.signal]) if (number !== null) isCount(number);
  },
};

const STATS: Parser = {
  name: "docker stats",
  inputs: 20_000,
  samples: fixture("stats_cli28.txt").split("\n").slice(0, 3),
  run(input) {
    const reading = parseStats(input);
    if (reading === null) return;
    isText(reading.containerId);
    assert(Number.isFinite(reading.cpuPct) && reading.cpuPct >= 0, `CPU ${reading.cpuPct}`);
    assert(Number.isFinite(reading.memBytes) && reading.memBytes > 0, `memory ${reading.memBytes}`);
  },
};

const INFO: Parser = {
  name: "docker info",
  inputs: 20_000,
  samples: ['{"version":"20.10.24","cgroup":"1","time":"2026-01-01T00:00:00.5Z","id":"ABCD"}'],
  run(input) {
    const info = parseInfo(input, 0);
    if (info !== null) [info.version, info.cgroupVersion, info.cgroupDriver, info.time, info.id].forEach(isText);
    isText(probeHost(input));
  },
};

const FACTS: Parser = {
  name: "docker info's facts",
  inputs: 20_000,
  samples: [
    '{"ServerVersion":"20.10.24","KernelVersion":"6.1.0-9","CgroupVersion":"2","CgroupDriver":"none","Driver":"vfs","DockerRootDir":"/a","MemoryLimit":false,"Warnings":["WARNING: x"],"ClientInfo":{"Version":"28.2.2"},"OperatingSystem":"Debian"}',
  ],
  run(input) {
    const facts = parseFacts(input);
    if (facts === null) return;
    for (const metricsSource of METRICS_SOURCES) {
      for (
        const { next, seen } of daemonDiagnoses(facts, {
          isLocal: true,
          hasSystemd: false,
          logUnread: "no",
          names: { engine: "a", here: "b" },
          kernel: facts.kernel,
          metricsSource,
        })
      ) {
        [next, seen].forEach(isText);
      }
    }
    const major = majorOf(facts.server);
    if (major !== null) isCount(major);
  },
};

const MESSAGES: Parser = {
  name: "docker's messages",
  inputs: 20_000,
  samples: [
    " Container vx11-switch  Recreate\n Container vx11-redis  Running\n%%\ntime=x level=warning msg=y",
    'x\n%%\nError response from daemon: driver failed\nfailed to read .env: line 3: unexpected character "-" in variable name "A-B=secret"',
    "x\n%%\ninvalid interpolation format for services.a.environment.B.\nYou may need to escape any $ with another $.\n${x",
    "tcp://user@10.0.0.1:2375\n%%\nno such file",
  ],
  run(input) {
    const [out, err] = streams(input);
    recreated(input).forEach(isText);
    isText(withoutQuoted(err));
    isText(reasonOf(ended(out, err, 1)));
    isText(probeHost(out));
  },
};

const ENV_FILE: Parser = {
  name: ".env",
  inputs: 20_000,
  samples: ["A=1\nexport COMPOSE_FILE='a/compose.yaml:b.yaml' # x\n\nB=2\n", "COMPOSE_FILE: a.yaml\n"],
  run: async (input) =>
    (await homesOf(fakeHost({ files: { "/p/.env": input } }), { projectDir: "/p", composeFiles: [], env: {} }))
      .forEach(isText),
};

const CHECK: Parser = {
  name: "health check's command",
  inputs: 20_000,
  samples: [
    "CMD-SHELL\ncurl -f http://localhost:${PORT:-80}/health?x=1#a || exit 1",
    "CMD\nwget\n-qO-\n127.0.0.1:$PORT/x",
    'CMD\npython\n-c\nimport urllib.request as u; u.urlopen("http://[::1]:8001/health")',
    "CMD\n/bin/sh\n-c\ncurl http://$HOST:$$PORT/",
  ],
  run(input) {
    const page = checkPage(input.split("\n"), {
      names: ["switch"],
      env: ["PORT=8001", "HOST=localhost", input.slice(0, 40)],
    });
    if (page === null) return;
    isPort(page.port);
    assert(page.path.startsWith("/"), page.path);
  },
};

/** Whoever asks a page takes any Error for no answer, and tells its message. */
const isPlainError = (error: unknown) => error instanceof Error && error.constructor === Error;

const TOOL: Parser = {
  name: "exec: answers",
  inputs: 10_000,
  samples: [
    "200 0.004512 \n%%\n",
    "302 0.1 http://localhost:8001/login\n%%\n",
    "000 0.0 \n%%\ncurl: (7) Failed to connect",
    "x\n%%\n  HTTP/1.1 302 Found\n  Location: /login\n  HTTP/1.1 200 OK\n",
    "x\n%%\nwget: server returned error: HTTP/1.1 500 Internal\n",
  ],
  run(input) {
    const [out, err] = streams(input);
    for (const tool of TOOLS) {
      for (const code of [0, 8]) {
        try {
          const { location, status, tookMs } = tool.read(ended(out, err, code), "http://localhost:8001/health");
          assert(status >= 0 && status <= 999);
          assert(tookMs === null || (Number.isFinite(tookMs) && tookMs >= 0), `took ${tookMs}`);
          assert(location === null || location !== "");
        } catch (error) {
          if (!isPlainError(error)) throw error;
        }
      }
      tool.limits(err);
    }
  },
};

const REDACT: Parser = {
  name: "inspect's secrets",
  inputs: 4000,
  samples: [INSPECT, SMALL_INSPECT],
  run: (input) => isText(redactInspect(input)),
};

const IDS: Parser = {
  name: "engine's lists",
  inputs: 20_000,
  samples: ['[{"Id":"ab12","Names":["/a"]},{"Id":"cd34"}]'],
  run: (input) => idsOf({ status: 200, text: input })?.forEach(isText),
};

/** Each character is a byte. */
const bytesOf = (input: string) => Uint8Array.from(input, (char) => char.charCodeAt(0) % 256);

const ARCHIVE: Parser = {
  name: "archive of a file",
  inputs: 8000,
  samples: [
    String.fromCharCode(...tar([{ kind: "file", path: "j.xml", mode: 0o644, data: bytesOf("<testsuite/>") }])),
  ],
  run(input) {
    const { bytes, size } = fileInTar(bytesOf(input));
    isCount(size);
    assert(bytes.length <= size);
  },
};

const LEFT: Parser = {
  name: "docker top",
  inputs: 20_000,
  samples: ["PID  SID  STAT  COMMAND\n90  90  Ss  sleep 9 HOME=/ M=a\n91  7  Z  [sh] <defunct>\n"],
  run(input) {
    for (const pid of leftIn(input, { mark: "M=a", session: 7 })) assert(Number.isInteger(pid) && pid >= 0);
  },
};

export const ENGINE_PARSERS: readonly Parser[] = [
  COMPOSE,
  LOOKS,
  EVENT,
  STATS,
  INFO,
  FACTS,
  MESSAGES,
  ENV_FILE,
  CHECK,
  TOOL,
  REDACT,
  IDS,
  ARCHIVE,
  LEFT,
];
