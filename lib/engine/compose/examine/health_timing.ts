/**
 * The times of a service's health check, as Docker keeps them: the first check comes one interval after the start, and each
 * further one an interval after the end of the one before. A check that has begun within `start_period` and fails is
 * forgiven. From Docker 25 on, checks within `start_period` come every `start_interval`. Pure.
 */

import type { Diagnosis } from "../../../model/diagnosis.ts";
import { duration } from "../../../text/units.ts";
import type { HealthCheckDetails } from "../details.ts";
import { MAKER_TITLES } from "../maker.ts";
import { criticism, type Criticized, waitingFor } from "./critic.ts";

/** Docker's own, where a check declares none. */
const INTERVAL_MS = 30_000;
const START_INTERVAL_MS = 5000;
const TIMEOUT_MS = 30_000;
const RETRIES = 3;
const START_INTERVAL_SINCE = 25;

/** With less time until a check has failed for good, a busy host is enough for it. */
const SHORT_GRACE_MS = 10_000;
/** With more time until the first check, a start is seen to have succeeded long after it has. */
const LATE_MS = 10_000;

export function healthTiming(read: Criticized): Diagnosis[] {
  const { healthCheck } = read.details;
  if (healthCheck === null) return [];
  return [...startInterval(read, healthCheck), ...startPeriod(read, healthCheck), ...firstCheck(read, healthCheck)];
}

/** How long after the start the first check begins. */
function firstMs({ docker, maker }: Criticized, check: HealthCheckDetails): number {
  // Podman makes it as soon as the container has started.
  if (maker === "podman") return 0;
  const interval = check.intervalMs ?? INTERVAL_MS;
  const isQuick = (check.startPeriodMs ?? 0) > 0 && docker !== null && docker >= START_INTERVAL_SINCE;
  return isQuick ? check.startIntervalMs ?? START_INTERVAL_MS : interval;
}

function startInterval(read: Criticized, { startIntervalMs }: HealthCheckDetails): Diagnosis[] {
  const { docker, isCore, maker } = read;
  const isTaken = maker === "docker" && docker !== null && docker >= START_INTERVAL_SINCE;
  if (startIntervalMs === null || docker === null || isTaken) return [];
  return [criticism(
    read,
    "health_check_start_interval",
    isCore ? "problem" : "warn",
    `the health check has a start_interval, and Compose makes no container with one on ${
      MAKER_TITLES[maker]
    } ${docker}`,
    `Leave start_interval out, or install Docker ${START_INTERVAL_SINCE} or later`,
  )];
}

function startPeriod(read: Criticized, check: HealthCheckDetails): Diagnosis[] {
  const period = check.startPeriodMs ?? 0;
  const first = firstMs(read, check);
  const timeout = check.timeoutMs ?? TIMEOUT_MS;
  if (period === 0) return grace(read, check);
  if (first >= period) {
    return [criticism(
      read,
      "health_check_start_period",
      "warn",
      `the first health check comes after ${duration(first)}, when start_period (${duration(period)}) is over: ` +
        "no failure is forgiven",
      "Make interval shorter than start_period, or start_period longer",
    )];
  }
  if (first + timeout <= period) return [];
  return [criticism(
    read,
    "health_check_start_period",
    "warn",
    `one health check may take ${duration(timeout)} (timeout) and outlasts start_period (${duration(period)}): ` +
      "after one that hangs, no failure is forgiven",
    "Make timeout shorter, or start_period longer",
  )];
}

/** Without a start_period every failure counts from the first check on. */
function grace(read: Criticized, check: HealthCheckDetails): Diagnosis[] {
  const waiting = waitingFor(read, "service_healthy");
  const retries = check.retries ?? RETRIES;
  const ms = retries * (check.intervalMs ?? INTERVAL_MS);
  if (waiting.length === 0 || ms >= SHORT_GRACE_MS) return [];
  return [criticism(
    read,
    "health_check_grace",
    "warn",
    `the health check may have failed for good ${duration(ms)} after the start (${retries} times in a row, no ` +
      `start_period), and then ${waiting.join(", ")} is not started`,
    "Give the health check a start_period",
  )];
}

function firstCheck(read: Criticized, check: HealthCheckDetails): Diagnosis[] {
  const first = firstMs(read, check);
  if (first <= LATE_MS) return [];
  const waiting = waitingFor(read, "service_healthy");
  return [criticism(
    read,
    "health_check_interval",
    waiting.length > 0 ? "warn" : "note",
    `the first health check comes ${duration(first)} after the start, however soon the service is ready` +
      (waiting.length > 0 ? `: ${waiting.join(", ")} waits for that at each start` : ""),
    "Make interval shorter" +
      (read.docker !== null && read.docker < START_INTERVAL_SINCE ? "" : ", or set start_period and start_interval"),
  )];
}
