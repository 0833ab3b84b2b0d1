/** Images that a run would pull or build first: whether that could be done. Pulls and builds nothing. */

import { resolve } from "@std/path";
import type { Host } from "../../../host/host.ts";
import type { Diagnosis } from "../../../model/diagnosis.ts";
import { ADVICE } from "../advice.ts";
import { INSTALL_BUILDX, OLDEST_BUILDX } from "../buildx.ts";
import { buildEnv } from "../maker.ts";
import type { Maker } from "../maker.ts";
import { docker, reasonOf } from "../docker.ts";
import type { ComposeService } from "../details.ts";
import type { Asked } from "../../kind.ts";
import { majorOf } from "./facts.ts";
import { askRegistry, type RegistryAnswer } from "./registry.ts";

export interface ImageQuestions extends Pick<Asked, "core" | "toBuild" | "toPull"> {
  services: ReadonlyMap<string, ComposeService>;
  /** Version of Compose; null if it is missing. */
  compose: string | null;
  maker: Maker;
  cwd: string;
  signal: AbortSignal;
}

export async function imageDiagnoses(host: Host, asked: ImageQuestions): Promise<Diagnosis[]> {
  const pulls = asked.toPull.map((pull) => pullDiagnosis(host, asked, pull));
  const builds = asked.toBuild.map((service) => buildDiagnosis(host, asked, service));
  const found = await Promise.all([...pulls, ...builds]);
  return asked.toBuild.length === 0 ? found : [...found, ...await buildxDiagnosis(host, asked)];
}

async function pullDiagnosis(host: Host, asked: ImageQuestions, pull: Asked["toPull"][number]): Promise<Diagnosis> {
  const { image, services, tests = [] } = pull;
  const answer = await askRegistry(host, image, asked);
  const isBuiltElse = tests.length === 0 && services.every((name) => asked.services.get(name)?.buildable === true);
  const isCore = services.some((name) => asked.core.has(name));
  return {
    check: "image_pull",
    subject: image,
    ...pullOutcome(answer, { image, isBuiltElse, isCore, services, tests }),
  };
}

function pullOutcome(
  answer: RegistryAnswer,
  { image, isBuiltElse, isCore, services, tests }: {
    image: string;
    isBuiltElse: boolean;
    isCore: boolean;
    services: readonly string[];
    tests: readonly string[];
  },
): Pick<Diagnosis, "level" | "seen" | "next"> {
  const whose = `of ${[...services, ...tests.map((module) => `the tests of ${module}`)].join(", ")}`;
  if (answer.answer === "yes") {
    return { level: "note", seen: `the image ${whose} is pulled first: its registry has it`, next: "" };
  }
  if (isBuiltElse) {
    return { level: "note", seen: `the image ${whose} is built if it cannot be pulled (${answer.why})`, next: "" };
  }
  const next = ADVICE.pullFailed(image);
  if (answer.answer === "none") {
    return {
      level: "warn",
      seen: `the image ${whose} is to be pulled, and its registry cannot be asked: ${answer.why}`,
      next,
    };
  }
  return {
    level: isCore ? "problem" : "warn",
    seen: `the image ${whose} is to be pulled, and its registry does not give it: ${answer.why}`,
    next,
  };
}

async function buildDiagnosis({ files }: Host, asked: ImageQuestions, service: string): Promise<Diagnosis> {
  const said = { check: "image_build", subject: service };
  const build = asked.services.get(service)?.details?.build ?? null;
  if (build === null) return { ...said, level: "note", seen: "its image is built first", next: "" };
  const missing = await files.kind(build.context) !== "directory"
    ? `the folder ${build.context} is not there`
    : build.dockerfile !== null && await files.kind(resolve(build.context, build.dockerfile)) !== "file"
    ? `${resolve(build.context, build.dockerfile)} is not there`
    : null;
  if (missing === null) {
    return { ...said, level: "note", seen: `its image is built first, from ${build.context}`, next: "" };
  }
  return {
    ...said,
    level: asked.core.has(service) ? "problem" : "warn",
    seen: `its image is to be built, and ${missing}`,
    next: "Check its `build` in the compose file",
  };
}

/** From this version on Compose has no builder of its own, and without buildx takes Docker's old one. */
const BUILDX_SINCE = 5;

async function buildxDiagnosis(
  host: Host,
  { compose, core, cwd, maker, signal, toBuild }: ImageQuestions,
): Promise<Diagnosis[]> {
  if (maker === "podman" && "DOCKER_BUILDKIT" in buildEnv(maker, host.env)) {
    const seen =
      "Podman builds itself (DOCKER_BUILDKIT=0), since buildx would first pull BuildKit and run it as a container";
    return [{ check: "buildx", subject: "buildx", level: "note", seen, next: "" }];
  }
  const result = await docker(host, ["buildx", "version"], { cwd, signal });
  const said = { check: "buildx", subject: "buildx" };
  const isNeeded = (majorOf(compose ?? "") ?? 0) >= BUILDX_SINCE;
  if (result.code === 0) {
    const [seen = ""] = result.stdout.trim().split("\n");
    if (!isNeeded || !isTooOld(seen)) return [{ ...said, level: "ok", seen, next: "" }];
    return [{
      ...said,
      level: toBuild.some((service) => core.has(service)) ? "problem" : "warn",
      seen: `Compose ${compose} builds with buildx ${
        OLDEST_BUILDX.join(".")
      } or later, and this is ${seen}: no image can be built`,
      next: INSTALL_BUILDX,
    }];
  }
  if (!isNeeded) return [];
  return [{
    ...said,
    level: "warn",
    seen: `Compose ${compose} builds with buildx, which does not answer (${
      reasonOf(result)
    }): a Dockerfile that needs BuildKit fails`,
    next: INSTALL_BUILDX,
  }];
}

/** By the line of `buildx version`; false if it names no version. */
function isTooOld(said: string): boolean {
  const [, major, minor] = /\bv?(\d{1,6})\.(\d{1,6})\./.exec(said) ?? [];
  if (major === undefined) return false;
  const [oldest, least] = OLDEST_BUILDX;
  return Number(major) < oldest || (Number(major) === oldest && Number(minor) < least);
}
