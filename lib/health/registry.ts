/** The kinds of checks: a file in kinds/, and a line in this one. */

import type { HealthCheck } from "../model/module.ts";
import { COMPLETED } from "./kinds/completed.ts";
import { DOCKER } from "./kinds/docker.ts";
import { EXEC } from "./kinds/exec.ts";
import { GRPC } from "./kinds/grpc.ts";
import { HTTP } from "./kinds/http.ts";
import { HTTPS } from "./kinds/https.ts";
import { LOG } from "./kinds/log.ts";
import { RUNNING } from "./kinds/running.ts";
import { TCP } from "./kinds/tcp.ts";
import type { CheckKind } from "./kind.ts";

const KINDS: ReadonlyMap<string, CheckKind> = new Map<string, CheckKind>([
  ["http", HTTP],
  ["https", HTTPS],
  ["tcp", TCP],
  ["grpc", GRPC],
  ["docker", DOCKER],
  ["running", RUNNING],
  ["exec", EXEC],
  ["log", LOG],
  ["completed", COMPLETED],
]);

export const CHECK_KINDS: readonly string[] = [...KINDS.keys()];

/** `name`: one of CHECK_KINDS. */
export function checkKind(name: string): CheckKind {
  const kind = KINDS.get(name);
  if (kind === undefined) throw new Error(`There is no kind of check "${name}"`);
  return kind;
}

/** Whether the check says of its service that it is a job, which ends with 0 by design. */
export function isOfJob({ kind }: HealthCheck): boolean {
  return checkKind(kind).completes === true;
}
