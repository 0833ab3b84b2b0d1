/** A gRPC server that says by grpc.health.v1 that it is serving, with TLS or without. */

import { usageFailure } from "../../model/failure.ts";
import type { HealthCheck } from "../../model/module.ts";
import { hasControl } from "../../text/control.ts";
import { type ConfigValue, placeOf, readBoolean, readPort, readText } from "../../values/value.ts";
import type { JsonSchema } from "../../values/json_schema.ts";
import { plainTextSchema, portSchema } from "../../values/value_schema.ts";
import { askHealth } from "../grpc/ask.ts";
import type { CheckKind } from "../kind.ts";
import { readTls, TLS_KEYS, TLS_TOGETHER, tlsFlaws, tlsFor, type TlsKeys } from "../tls/keys.ts";

interface GrpcCheck extends HealthCheck, TlsKeys {
  port: number;
  /** The name that is asked for; the whole server if absent. */
  service_name?: string;
  tls?: true;
}

export const GRPC: CheckKind<GrpcCheck> = {
  watched: "latency",
  keys: {
    port: portSchema,
    service_name: {
      ...plainTextSchema,
      minLength: 1,
      description: "The gRPC service whose health is asked for; the whole server unless given.",
    },
    tls: { type: "boolean", description: "Whether the server speaks TLS." },
    ...TLS_KEYS,
  },
  required: [["port"]],
  together: [...TLS_TOGETHER, ...Object.keys(TLS_KEYS).map((key) => withTls(key))],
  read(keys) {
    const name = keys.get("service_name");
    return {
      port: readPort(keys),
      ...(name === undefined ? {} : { service_name: readName(name) }),
      ...readSecurity(keys),
    };
  },
  text: ({ port, service_name, tls }) =>
    `grpc${tls ? " with TLS" : ""} :${port}${service_name === undefined ? "" : `/${service_name}`}`,
  flaws: (check, host, dir) => tlsFlaws(check, host, dir),
  async locate({ engine, host }, look, check, signal) {
    const { port, service, service_name = "", tls } = check;
    const found = await engine.reach(look, port, signal, "answer");
    if ("why" in found) return found;
    const { address, confirm, refusedBecause, way } = found;
    if (address === null) {
      return {
        why:
          `no address of service "${service}" can be reached from here: publish port ${port}, or declare a check of kind exec ` +
          "that runs grpc_health_probe in its container",
      };
    }
    const secure = await tlsFor(check, host, { dir: engine.project.dir, protocol: "h2" });
    if ("why" in secure) return secure;
    const url = `${tls ? "grpcs" : "grpc"}://${address}`;
    const to = addressOf(address);
    const dialled = tls ? { ...to, tls: secure(to.host) } : to;
    return {
      what: service_name === "" ? url : `${url}/${service_name}`,
      url,
      way,
      source: "config file",
      baseUrl: url,
      async ask(signal, limitMs) {
        const answer = await askHealth(host, { to: dialled, service: service_name, limitMs }, signal);
        await confirm?.(signal, limitMs);
        return answer;
      },
      ...(refusedBecause === undefined ? {} : { refusedBecause }),
    };
  },
};

function withTls(key: string): JsonSchema {
  return { if: { required: [key] }, then: { properties: { tls: { const: true } }, required: ["tls"] } };
}

function readName(at: ConfigValue): string {
  return readText(at, "the name of a gRPC service, such as shop.v1.Cart", (text) => text !== "" && !hasControl(text));
}

function readSecurity(keys: ReadonlyMap<string, ConfigValue>): Pick<GrpcCheck, "tls"> & TlsKeys {
  const tls = keys.get("tls");
  if (tls !== undefined && readBoolean(tls)) return { tls: true, ...readTls(keys) };
  for (const key of Object.keys(TLS_KEYS)) {
    const at = keys.get(key);
    if (at !== undefined) {
      throw usageFailure(`${placeOf(at)} has no effect without tls: true`, "Give both, or leave it out");
    }
  }
  return {};
}

function addressOf(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, "$1"), port: Number(address.slice(at + 1)) };
}
