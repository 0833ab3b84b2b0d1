/** The container of a test's command in an image of its own: what is asked for, and what the engine says of it. */

import { assertEquals, assertThrows } from "@std/assert";
import {
  containersIn,
  listedIn,
  networksIn,
  stateIn,
  wantedContainer,
  whyNotInImage,
} from "../../lib/engine/compose/apart/container.ts";
import { EngineError } from "../../lib/engine/engine.ts";

const COMMAND = {
  image: "hurl:5",
  words: ["hurl", "--test", "a b.hurl"],
  env: { A: "b=c", EMPTY: "" },
  projectDir: "/srv/shop",
  cwd: "e2e",
  family: "/tmp/vx11-junit-77",
};

Deno.test("its labels are none of Compose's, the words replace the image's own, and no privileges are given", () => {
  assertEquals(wantedContainer("shop", COMMAND, "net1"), {
    Image: "hurl:5",
    Entrypoint: ["hurl", "--test", "a b.hurl"],
    Cmd: [],
    Env: ["A=b=c", "EMPTY="],
    WorkingDir: "/work/e2e",
    Labels: { "vx11-stability.project": "shop", "vx11-stability.test": "/tmp/vx11-junit-77" },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: "net1",
      Mounts: [{ Type: "bind", Source: "/srv/shop", Target: "/work" }],
      Init: true,
      LogConfig: { Type: "none" },
    },
  });
  assertEquals(wantedContainer("shop", { ...COMMAND, cwd: "." }, "x")["WorkingDir"], "/work");
});

const inspected = (mode: unknown, networks: unknown) =>
  JSON.stringify({ HostConfig: { NetworkMode: mode }, NetworkSettings: { Networks: networks } });

Deno.test("it is on the networks that the service is on", () => {
  const two = { shop_back: { NetworkID: "n1" }, shop_front: { NetworkID: "n2" } };
  for (
    const [mode, networks, wanted] of [
      ["shop_front", two, { mode: "n1", more: ["n2"] }],
      // Of a container that never ran.
      ["shop_front", { shop_front: { NetworkID: "" } }, { mode: "shop_front", more: [] }],
      ["shop_front", { shop_front: null }, { mode: "shop_front", more: [] }],
      ["bridge", {}, { mode: "bridge", more: [] }],
      ["shop_front", null, { mode: "shop_front", more: [] }],
      ["host", { host: { NetworkID: "h" } }, { mode: "host", more: [] }],
      ["none", { none: { NetworkID: "h" } }, { mode: "none", more: [] }],
      ["container:abc", {}, { mode: "container:abc", more: [] }],
    ] as const
  ) {
    assertEquals(networksIn(inspected(mode, networks)), wanted, mode);
  }
  for (const text of ["{}", "[]", "null", inspected(7, {})]) {
    assertThrows(() => networksIn(text), EngineError, "network");
  }
});

Deno.test("what the engine says of its end is read, and nothing is made up", () => {
  const state = (value: unknown) => stateIn(JSON.stringify({ State: value }));
  assertEquals(state({ Running: false, ExitCode: 3, OOMKilled: false }), {
    isRunning: false,
    code: 3,
    isOutOfMemory: false,
  });
  assertEquals(state({ Running: true, ExitCode: 0 }), { isRunning: true, code: null, isOutOfMemory: false });
  assertEquals(state({ Running: false, ExitCode: "0", OOMKilled: true }), {
    isRunning: false,
    code: null,
    isOutOfMemory: true,
  });
  for (const value of [undefined, null, [], {}, { ExitCode: 0 }]) {
    assertThrows(() => state(value), EngineError, "how it ended");
  }
});

Deno.test("the words of docker-init alone say that there was no such program", () => {
  const said = (why: string, rest = "\n") => `[FATAL tini (7)] exec hurl failed: ${why}${rest}`;
  assertEquals(whyNotInImage(said("No such file or directory"), "hurl"), "the image has no hurl");
  assertEquals(whyNotInImage(said("Permission denied"), "hurl"), "the image has a hurl that may not be executed");
  assertEquals(whyNotInImage(said("Exec format error"), "hurl"), "hurl could not be started: Exec format error");
  for (const own of ["", "sh: hurl: not found\n", `one\n${said("x")}`, said("x", "\ntwo\n")]) {
    assertEquals(whyNotInImage(own, "hurl"), null, own);
  }
});

Deno.test("what the engine's API lists is read, and anything else is no list", () => {
  const text = JSON.stringify([
    { Id: "abc", Names: ["/vx11-junit-77"], Labels: { "vx11-stability.test": "/tmp/vx11-junit-77" } },
    { Id: "d", Names: [], Labels: null },
  ]);
  assertEquals(listedIn(text), [
    { id: "abc", name: "vx11-junit-77", family: "/tmp/vx11-junit-77" },
    { id: "d", name: "", family: "" },
  ]);
  assertEquals(listedIn("[]"), []);
  for (const other of ["", "{}", "[{}]", '[{"Id": 1}]', "null"]) assertEquals(listedIn(other), null, other);
});

Deno.test("what docker lists is read line by line", () => {
  assertEquals(containersIn(""), []);
  assertEquals(containersIn("abc\tvx11-junit-77\t/tmp/vx11-junit-77\nd\te\t\n"), [
    { id: "abc", name: "vx11-junit-77", family: "/tmp/vx11-junit-77" },
    { id: "d", name: "e", family: "" },
  ]);
});
