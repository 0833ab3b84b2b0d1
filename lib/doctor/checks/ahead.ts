/** What a run finds before its first step, by its own preflight: services, images and ports. */

import { engineEntry } from "../../engine/registry.ts";
import type { Diagnosis } from "../../model/diagnosis.ts";
import type { Problem } from "../../run/context.ts";
import type { Check } from "../check.ts";
import type { Answers, Patient } from "../patient.ts";

export const SERVICES: Check = {
  title: "Project",
  look(patient) {
    const { answers } = patient;
    if (answers === null) return missing(patient);
    const { notices, skipped } = answers.ahead;
    return [
      ...problemsOf(patient, answers, "service"),
      ...[...skipped].map(([module, why]) => note("module_skipped", module, `the module is skipped: ${why}`)),
      ...notices.map((notice) => note("notice", patient.config.engine, notice)),
    ];
  },
};

export const IMAGES: Check = {
  title: "Images",
  look(patient) {
    const { answers, examination } = patient;
    if (answers === null) return examination.images;
    const problems = problemsOf(patient, answers, "image");
    const { toBuild, toPull } = answers.ahead;
    const isComplete = problems.length + toBuild.size + toPull.size === 0;
    const hasImages = !engineEntry(patient.config.engine).runsConfigServices;
    const complete = isComplete && hasImages ? [ok("images", "images", "none has to be pulled or built")] : [];
    return [...complete, ...problems, ...examination.images];
  },
};

export const PORTS: Check = {
  title: "Ports",
  look(patient) {
    const { answers } = patient;
    if (answers === null) return [];
    const taken = problemsOf(patient, answers, "port");
    if (taken.length > 0) return taken;
    if (!answers.engine.isLocal) {
      return [note("ports", "ports", "whether ports are free on the engine's host was not looked at")];
    }
    return [ok("ports", "ports", "none that a service needs is taken by another program")];
  },
};

/** A problem of the core keeps a run from beginning; that of another module is its start_failed. */
function problemsOf(
  { config }: Patient,
  { ahead: { problems, skipped }, publishers }: Answers,
  about: NonNullable<Problem["about"]>,
): Diagnosis[] {
  const foundation = config.settings.core.modules;
  const all = [...problems].filter(([module]) => !skipped.has(module)).flatMap(([module, each]) =>
    each.filter((problem) => problem.about === about).map((problem) => ({ module, problem }))
  );
  const same = Map.groupBy(all, ({ problem: { service, why } }) => `${service}\n${why}`);
  return [...same.values()].flatMap((each) => {
    const [first] = each;
    if (first === undefined) return [];
    const modules = each.map(({ module }) => module);
    const isCore = modules.some((module) => foundation.includes(module));
    const { service } = first.problem;
    const { next, why } = toldOf(first.problem, publishers);
    return [{
      check: CHECK_NAMES[about],
      subject: service ?? modules.join(", "),
      level: isCore ? "problem" : "warn",
      seen: isCore ? why : `${why}; a run could not start ${modules.join(", ")}`,
      next,
    }];
  });
}

/** Docker's own proxy holds a published port: who uses it, is the container. */
function toldOf({ next, port, why }: Problem, publishers: Answers["publishers"]): Pick<Problem, "next" | "why"> {
  const publisher = port === undefined ? undefined : publishers.get(port);
  if (publisher === undefined) return { next, why };
  return {
    why: `its port ${port} is taken by the container ${publisher}`,
    next: "Stop that container, or give the service another port",
  };
}

const CHECK_NAMES: Record<NonNullable<Problem["about"]>, string> = {
  service: "service",
  image: "image_missing",
  port: "port_taken",
};

/** As far as the project's files alone show it. */
function missing({ config, seen }: Patient): Diagnosis[] {
  const foundation = config.settings.core.modules;
  return seen.missing.map(({ follows, module, nearest, service }) => ({
    check: "service",
    subject: service,
    level: foundation.includes(module) ? "problem" : "warn",
    seen: `module ${module} wants it, and the project has no such service: ${follows}`,
    next: nearest === null ? "Add it to the project, or change the module's `services`" : `Did you mean "${nearest}"?`,
  }));
}

function ok(check: string, subject: string, seen: string): Diagnosis {
  return { check, subject, level: "ok", seen, next: "" };
}

function note(check: string, subject: string, seen: string): Diagnosis {
  return { check, subject, level: "note", seen, next: "" };
}
