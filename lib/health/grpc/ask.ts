/** Asks a gRPC server by grpc.health.v1 how it is, and says in a sentence why it is not serving. */

import type { Dialled, Host } from "../../host/host.ts";
import { measureLateness } from "../../host/lateness.ts";
import { AGENT } from "../../host/user_agent.ts";
import type { Answer } from "../kind.ts";
import { dialFor, inWords } from "../tls/dial.ts";
import { type H2Answer, NoHttp2, request } from "./h2.ts";
import { healthRequest, SERVING_STATUSES, servingStatus } from "./message.ts";

export interface HealthQuestion {
  to: Dialled;
  /** The service's name; empty for the whole server. */
  service: string;
  limitMs: number;
}

/** Rejects if no answer of gRPC came. */
export async function askHealth(host: Pick<Host, "dial">, asked: HealthQuestion, signal: AbortSignal): Promise<Answer> {
  const { limitMs, service, to } = asked;
  const endLateness = measureLateness();
  const line = await dialFor(host, to, signal).catch((error) => {
    endLateness();
    throw error;
  });
  const giveUp = () => void line.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    signal.throwIfAborted();
    const answer = await request(line, { headers: headersOf(to, limitMs), body: healthRequest(service) });
    return { status: null, error: errorOf(answer, service), lateMs: endLateness() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NoHttp2) throw new Error(noGrpc(error, to), { cause: error });
    throw inWords(error, to.tls);
  } finally {
    endLateness();
    signal.removeEventListener("abort", giveUp);
    await line.close();
  }
}

function noGrpc({ message }: NoHttp2, { tls }: Dialled): string {
  return `it speaks no gRPC${tls === undefined ? " without TLS" : ""}: ${message}`;
}

function headersOf({ host, port, tls }: Dialled, limitMs: number): [string, string][] {
  const name = tls?.name ?? host;
  return [
    [":method", "POST"],
    [":scheme", tls === undefined ? "http" : "https"],
    [":path", "/grpc.health.v1.Health/Check"],
    [":authority", `${name.includes(":") ? `[${name}]` : name}:${port}`],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ["user-agent", `${AGENT}/check`],
    ["grpc-timeout", `${Math.ceil(limitMs)}m`],
  ];
}

/** The codes of gRPC, from 0. */
const CODES = [
  ...["OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"],
  ...["PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED"],
  ...["INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"],
];
const LONGEST = 120;

function errorOf({ data, headers, trailers }: H2Answer, service: string): string | null {
  const get = (name: string) => trailers.get(name) ?? headers.get(name);
  const code = get("grpc-status");
  const type = headers.get("content-type") ?? "";
  if (code === undefined && headers.get(":status") !== "200") {
    return `it speaks no gRPC: it answered ${headers.get(":status") ?? "no status"}`;
  }
  if (code === undefined && !type.startsWith("application/grpc")) {
    return `it speaks no gRPC: its answer is ${type === "" ? "of no type" : type.slice(0, LONGEST)}`;
  }
  if (code === undefined) return "its answer ended without a status of gRPC";
  if (code !== "0") {
    return refusal(CODES[Number(code)] ?? `code ${code.slice(0, LONGEST)}`, get("grpc-message"), service);
  }
  const status = servingStatus(data);
  if (typeof status !== "number") return `its answer is ${status.why}`;
  const word = SERVING_STATUSES[status] ?? `status ${status}`;
  if (word === "SERVING") return null;
  return word === "SERVICE_UNKNOWN" ? `answered ${word}: ${unknown(service)}` : `answered ${word}`;
}

function refusal(code: string, message: string | undefined, service: string): string {
  if (code === "UNIMPLEMENTED") return "it speaks no health protocol: register grpc.health.v1 in it, or use kind tcp";
  if (code === "NOT_FOUND") return `answered ${code}: ${unknown(service)}`;
  const said = message === undefined || message === "" ? "" : `: ${unescaped(message).slice(0, LONGEST)}`;
  return `answered ${code}${said}`;
}

function unknown(service: string): string {
  return service === ""
    ? "it does not tell of the whole server: give `service_name`"
    : `it knows no service \`${service}\`: correct \`service_name\``;
}

/** Percent-encoded, as gRPC has it. */
function unescaped(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
