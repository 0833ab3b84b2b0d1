import { assert, assertEquals } from "@std/assert";
import { atStart, isBadStart, ofStart, readSettings } from "../../lib/standin/settings.ts";

function read(env: Record<string, string>) {
  return readSettings((name) => ({ PORT: "8001", ...env })[name]);
}

Deno.test("readSettings() of nothing but a port is a service without trouble", () => {
  const settings = read({});
  assert(typeof settings !== "string");
  const { exit, fromPage, health, memory, notListening, port, service, stateDir } = settings;
  assertEquals({ exit, fromPage, memory, notListening, port, service, stateDir }, {
    exit: null,
    fromPage: null,
    memory: null,
    notListening: false,
    port: 8001,
    service: "unknown",
    stateDir: null,
  });
  assertEquals(health, {
    path: "/health",
    status: null,
    sleepSec: 0,
    odd: null,
    slowEvery: null,
    failEvery: null,
    lostAfterSec: null,
    agent: null,
  });
});

Deno.test("readSettings() ends a service at once, with 1, where only one of time and code is given", () => {
  const exitOf = (env: Record<string, string>) => {
    const settings = read(env);
    return typeof settings === "string" ? settings : settings.exit;
  };
  assertEquals(exitOf({ FAULT_EXIT_AFTER: "1.5" }), { afterSec: 1.5, code: 1 });
  assertEquals(exitOf({ FAULT_EXIT_CODE: "0" }), { afterSec: 0, code: 0 });
});

Deno.test("readSettings() names the variable, the value and what it must be", () => {
  const cases: [Record<string, string>, string][] = [
    [{ PORT: "" }, "PORT is not set, it must be a port from 1 to 65535"],
    [{ PORT: "0" }, 'PORT is "0", it must be a whole number from 1 to 65535'],
    [{ PORT: "65536" }, 'PORT is "65536", it must be a whole number from 1 to 65535'],
    [{ PORT: "80a" }, 'PORT is "80a", it must be a whole number from 1 to 65535'],
    [{ FAULT_EXIT_AFTER: "-1" }, 'FAULT_EXIT_AFTER is "-1", it must be a number of 0 or more'],
    [{ FAULT_EXIT_CODE: "256" }, 'FAULT_EXIT_CODE is "256", it must be a whole number from 0 to 255'],
    [{ FAULT_MEMORY: "pid2" }, 'FAULT_MEMORY is "pid2", it must be pid1 or child or daemon'],
    [{ FAULT_FAIL_EVERY: "0" }, 'FAULT_FAIL_EVERY is "0", it must be a whole number from 1 to 1000000'],
    [{ FAULT_HEALTH_STATUS: "99" }, 'FAULT_HEALTH_STATUS is "99", it must be a whole number from 200 to 599'],
    [
      { FAULT_LEAK_MIB_PER_START: "9" },
      "FAULT_STATE_DIR is not set, it must be a folder: the starts are counted there",
    ],
    [
      { FAULT_HOLD_MIB_BY_START: "1,,2" },
      'FAULT_HOLD_MIB_BY_START is "1,,2", it must be numbers of 0 or more, separated by commas',
    ],
    [{ FAULT_HEALTH_ODD: "x" }, 'FAULT_HEALTH_ODD is "x", it must be hang or close or redirect-loop or endless'],
    [{ FAULT_AT_STARTS: "1" }, "FAULT_STATE_DIR is not set, it must be a folder: the starts are counted there"],
    [
      { FAULT_SILENT_FROM_START: "2" },
      "FAULT_STATE_DIR is not set, it must be a folder: the starts are counted there",
    ],
    [
      { FAULT_CHECK_FAILS_EVERY: "2" },
      "FAULT_STATE_DIR is not set, it must be a folder: the runs of the check are counted there",
    ],
    [
      { FAULT_CHECK_FAILS_FROM_RUN: "1" },
      "FAULT_STATE_DIR is not set, it must be a folder: the runs of the check are counted there",
    ],
    [{ FAULT_CLOSES_AT: "0" }, 'FAULT_CLOSES_AT is "0", it must be a whole number from 1 to 1000000'],
    [{ FAULT_EVERY_NTH_START: "2" }, "FAULT_STATE_DIR is not set, it must be a folder: the starts are counted there"],
  ];
  for (const [env, sentence] of cases) assertEquals(read(env), sentence);
});

Deno.test("a stand-in behaves badly at the starts that are named, or at every n-th", () => {
  const bad = (env: Record<string, string>) => {
    const settings = read({ FAULT_STATE_DIR: "/tmp", ...env });
    assert(typeof settings !== "string");
    return [1, 2, 3, 4].filter((nth) => isBadStart(settings, nth));
  };
  assertEquals(bad({}), [1, 2, 3, 4]);
  assertEquals(bad({ FAULT_EVERY_NTH_START: "2" }), [2, 4]);
  assertEquals(bad({ FAULT_AT_STARTS: "1,3" }), [1, 3]);
});

Deno.test("a stand-in is silent from the start on that is named, whether or not it is bad at that start", () => {
  const settings = read({
    FAULT_STATE_DIR: "/tmp",
    FAULT_AT_STARTS: "1",
    FAULT_EXIT_AFTER: "1",
    FAULT_SILENT_FROM_START: "2",
  });
  assert(typeof settings !== "string");
  const seen = [1, 2, 3].map((nth) => atStart(settings, nth)).map((
    { exit, notListening },
  ) => [exit !== null, notListening]);
  assertEquals(seen, [[true, false], [false, true], [false, true]]);
});

Deno.test("a port of a stand-in closes for a time, or for good", () => {
  const closesOf = (env: Record<string, string>) => {
    const settings = read(env);
    return typeof settings === "string" ? settings : settings.closes;
  };
  assertEquals(closesOf({}), null);
  assertEquals(closesOf({ FAULT_CLOSED_FOR: "2" }), null);
  assertEquals(closesOf({ FAULT_CLOSES_AT: "3" }), { atConnection: 3, forSec: null });
  assertEquals(closesOf({ FAULT_CLOSES_AT: "3", FAULT_CLOSED_FOR: "0.5" }), { atConnection: 3, forSec: 0.5 });
});

Deno.test("ofStart() gives the n-th amount, and the last one from there on", () => {
  assertEquals([1, 2, 3, 9].map((nth) => ofStart([0, 60, 5], nth)), [0, 60, 5, 5]);
  assertEquals(ofStart([], 1), 0);
});

Deno.test("readSettings() has large files written beside the counts of starts, unless another folder is named", () => {
  const dirOf = (env: Record<string, string>) => {
    const settings = read(env);
    return typeof settings === "string" ? settings : settings.writeDir;
  };
  const state = { FAULT_STATE_DIR: "/state" };
  assertEquals([dirOf({}), dirOf(state), dirOf({ ...state, FAULT_WRITE_DIR: "/disk" })], [null, "/state", "/disk"]);
});
