/** Messages of grpc.health.v1, as protobuf within frames of gRPC. Pure. */

import { joinBytes } from "../../text/bytes.ts";

/** How a service is; others are numbers that the protocol does not name. */
export const SERVING_STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;

/** A request for the named service; for the whole server if the name is empty. */
export function healthRequest(service: string): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(service);
  const message = name.length === 0 ? name : joinBytes([new Uint8Array([0x0a]), varint(name.length), name]);
  const head = new Uint8Array(5);
  new DataView(head.buffer).setUint32(1, message.length);
  return joinBytes([head, message]);
}

/** The status in an answer, as a number; why there is none if it is no such answer. */
export function servingStatus(data: Uint8Array): number | { why: string } {
  if (data.length < 5) return { why: "no whole message" };
  if (data[0] !== 0) return { why: "a packed message" };
  const length = new DataView(data.buffer, data.byteOffset).getUint32(1);
  const message = data.subarray(5, 5 + length);
  if (message.length < length) return { why: "no whole message" };
  // As protobuf has it, 0 is not sent.
  return statusIn(message) ?? { why: "no message of grpc.health.v1" };
}

/** The value of field 1; null if these bytes are no message. */
function statusIn(message: Uint8Array): number | null {
  let at = 0;
  let status = 0;
  const number = (): number | null => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const byte = message[at++];
      if (byte === undefined) return null;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return null;
  };
  while (at < message.length) {
    const tag = number();
    if (tag === null) return null;
    const [field, kind] = [Math.floor(tag / 8), tag % 8];
    if (kind === 0) {
      const value = number();
      if (value === null) return null;
      if (field === 1) status = value;
    } else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = number();
      if (length === null) return null;
      at += length;
    } else return null;
  }
  return at === message.length ? status : null;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  return new Uint8Array([...bytes, value]);
}
