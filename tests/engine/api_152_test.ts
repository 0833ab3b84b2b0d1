/**
 * What API 1.52 (Docker 29) leaves out, by moby's own notes (moby/moby, api/docs/CHANGELOG.md, "v1.52 API changes"): `status`, `id`
 * and `from` of events, all that `NetworkSettings` had of the first network beside `Networks`, `Config.OnBuild`; and a port that is
 * not published has null instead of a list. Nothing that is read may be lost with it.
 */

import { assertEquals } from "@std/assert";
import { networksIn } from "../../lib/engine/compose/apart/container.ts";
import { parseFacts } from "../../lib/engine/compose/examine/facts.ts";
import { parseEvent } from "../../lib/engine/compose/output/event.ts";
import { parseInspect } from "../../lib/engine/compose/output/inspect.ts";
import { fixture } from "../fixtures/read.ts";

type Json = Record<string, unknown>;

const LEFT_OUT = [
  ..."Bridge HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen SecondaryIPAddresses SecondaryIPv6Addresses".split(
    " ",
  ),
  ..."EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway MacAddress".split(" "),
];

function without(item: Json, key: string, names: readonly string[]): Json {
  const kept = Object.entries(item[key] as Json).filter(([name]) => !names.includes(name));
  return { ...item, [key]: Object.fromEntries(kept) };
}

const OLD: Json[] = JSON.parse(fixture("inspect_engine20.json"));
const NEW = OLD.map((item) => without(without(item, "NetworkSettings", LEFT_OUT), "Config", ["OnBuild", "MacAddress"]));

Deno.test("parseInspect() reads the same of a container without what API 1.52 leaves out", () => {
  assertEquals(parseInspect(JSON.stringify(NEW)), parseInspect(JSON.stringify(OLD)));
  const joined = { Networks: { p_default: { IPAddress: "172.18.0.2" } }, Ports: { "80/tcp": null } };
  const [look] = parseInspect(JSON.stringify([{ ...NEW[0], NetworkSettings: joined }]));
  assertEquals([look?.inside?.addresses, look?.ports], [["172.18.0.2"], []]);
});

Deno.test("a container for tests joins the same networks without what API 1.52 leaves out", () => {
  for (const [nth, item] of OLD.entries()) {
    assertEquals(networksIn(JSON.stringify(NEW[nth])), networksIn(JSON.stringify(item)));
  }
});

Deno.test("parseEvent() reads every event without status, id and from", () => {
  const lines = fixture("events_engine20.ndjson").trim().split("\n");
  const bare = lines.map((line) => {
    const { status: _status, id: _id, from: _from, ...event } = JSON.parse(line);
    return JSON.stringify(event);
  });
  assertEquals(bare.map(parseEvent), lines.map(parseEvent));
});

/** As documented of `GET /info` from API 1.49 on: a part for the firewall; `Driver` names containerd's snapshotter. */
Deno.test("parseFacts() reads a daemon with nftables and the image store of containerd", () => {
  const info = {
    ServerVersion: "29.1.0",
    Driver: "overlayfs",
    DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]],
    CgroupVersion: "2",
    CgroupDriver: "systemd",
    FirewallBackend: { Driver: "nftables" },
    MemoryLimit: true,
    Warnings: null,
    DockerRootDir: "/var/lib/docker",
  };
  const facts = parseFacts(JSON.stringify(info));
  assertEquals([facts?.server, facts?.storageDriver, facts?.limitsMemory, facts?.warnings], [
    "29.1.0",
    "overlayfs",
    true,
    [],
  ]);
});
