/** The critics of a service's declaration: a function each. Pure. */

import type { Diagnosis } from "../../../model/diagnosis.ts";
import { type Critic, criticism, type Criticized } from "./critic.ts";
import { healthTiming } from "./health_timing.ts";

export const CRITICS: readonly Critic[] = [
  healthTiming,
  startOrder,
  restartPolicy,
  imageTag,
  pullPolicy,
  replicas,
  profiles,
];

/** `depends_on` as a list means `service_started`: then nothing waits for a check that would say more. */
function startOrder(read: Criticized): Diagnosis[] {
  const early = read.details.conditions.filter(({ condition, service }) =>
    condition === "service_started" && (read.services.get(service)?.details?.healthCheck ?? null) !== null
  ).map(({ service }) => service);
  if (early.length === 0) return [];
  return [criticism(
    read,
    "depends_on_condition",
    "warn",
    `depends_on has ${early.join(", ")} without a condition: it starts before the health check there has passed`,
    "Write `condition: service_healthy` there",
  )];
}

function restartPolicy(read: Criticized): Diagnosis[] {
  const { restart } = read.details;
  if (restart === null) return [];
  const isAlways = !restart.startsWith("on-failure");
  return [criticism(
    read,
    "restart_policy",
    isAlways ? "warn" : "note",
    `\`restart: ${restart}\` hides a crash: Docker starts it again, and its exit code is gone; a run only sees that it restarted`,
    'For a test, set `restart: "no"`, for instance in a second --compose-file',
  )];
}

/** Images that are built here, or that no registry is asked for, do not move by themselves. */
function imageTag(read: Criticized): Diagnosis[] {
  const { buildable, image, imageIsMadeUp, pullPolicy } = read.spec;
  if (buildable || imageIsMadeUp === true || pullPolicy === "never" || image.includes("@")) return [];
  const [, tag = null] = /:([^/:]*)$/.exec(image) ?? [];
  const isLatest = tag === null || tag === "latest";
  return [criticism(
    read,
    "image_tag",
    "note",
    isLatest
      ? `the image "${image}" is whatever is latest: two hosts, or two days, test different programs`
      : "the image is named by a tag, which its publisher may move",
    isLatest ? "Name a version, or a digest" : "Only a digest (`image@sha256:…`) stays the same",
  )];
}

function pullPolicy(read: Criticized): Diagnosis[] {
  const { buildable, pullPolicy } = read.spec;
  const seen = pullPolicy === "always"
    ? "`pull_policy: always` asks the registry before each run, which may give another image each time"
    : pullPolicy === "build" && buildable
    ? "`pull_policy: build` builds the image anew before each run"
    : null;
  return seen === null ? [] : [criticism(read, "pull_policy", "note", seen)];
}

function replicas(read: Criticized): Diagnosis[] {
  const { details: { containerName }, spec: { published, replicas } } = read;
  if (replicas <= 1) return [];
  const name = containerName === null ? [] : [criticism(
    read,
    "replicas_container_name",
    "warn",
    `the project wants ${replicas} containers of it and gives them one container_name, "${containerName}": only one can have it`,
    "Leave container_name out",
  )];
  const ports = [...new Set(published.map(({ hostPort }) => hostPort))];
  const fixed = ports.length === 0 ? [] : [criticism(
    read,
    "replicas_port",
    "warn",
    `the project wants ${replicas} containers of it and publishes all of them on port ${
      ports.join(", ")
    } of the host: only one can have it`,
    "Publish no fixed port, or a range of them",
  )];
  return [...name, ...fixed];
}

function profiles(read: Criticized): Diagnosis[] {
  const { profiles = [] } = read.spec;
  if (profiles.length === 0) return [];
  const seen = `only on with the profile ${profiles.join(" or ")}; a run names what it needs, which is enough`;
  return [criticism(read, "profiles", "note", seen)];
}
