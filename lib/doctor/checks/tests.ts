/** What runs the tests, which modules have none, and files that look like tests and would not be run. */

import type { Diagnosis } from "../../model/diagnosis.ts";
import { count } from "../../text/units.ts";
import type { Check } from "../check.ts";
import type { NearMiss, Patient } from "../patient.ts";

export const TESTS: Check = {
  title: "Tests",
  look: (patient) => [...runners(patient), ...without(patient), ...misses(patient)],
};

function runners({ tests }: Patient): Diagnosis[] {
  const found = tests.runners.flatMap(({ program, unavailable }): Diagnosis[] => {
    const words = program?.command.join(" ") ?? "";
    const said = { check: "test_program", subject: program?.version?.split(" ")[0] ?? (words || "tests") };
    if (unavailable !== null) {
      const next = "Install it for that Python, or name another with --pytest";
      return [{ ...said, level: "warn", seen: `no such test can be run: ${unavailable}`, next }];
    }
    if (program === undefined) return [];
    const version = program.version?.replace(/^\S+ (?:version )?/, "") ?? "it does not say its version";
    return [{ ...said, level: "ok", seen: `${version}, as \`${words}\``, next: "" }];
  });
  const notices = tests.notices.filter((notice) =>
    !tests.runners.some(({ unavailable }) => unavailable !== null && notice.includes(unavailable))
  );
  return [
    ...found,
    ...notices.map((notice): Diagnosis => ({
      check: "tests",
      subject: "tests",
      level: "note",
      seen: notice,
      next: "",
    })),
  ];
}

function without({ config, plan, seen, tests }: Patient): Diagnosis[] {
  const { rules } = config.settings;
  const tested = plan.steps.filter((step) => step.tested).map(({ module }) => module);
  const having = tested.filter((module) => (tests.of.get(module) ?? []).length > 0);
  const lacking = tested.filter((module) => !having.includes(module));
  const number = having.reduce((sum, module) => sum + (tests.of.get(module) ?? []).length, 0);
  const unread = seen.testsUnread === null ? "" : `; no test file was read: ${seen.testsUnread}`;
  return [
    ...(number === 0 ? [] : [{
      check: "tests_found",
      subject: "tests",
      level: "ok" as const,
      seen: `${count(number, "test")} (files and commands) of ${count(having.length, "module")}`,
      next: "",
    }]),
    ...lacking.map((module): Diagnosis => ({
      check: "tests_missing",
      subject: module,
      level: rules.no_tests === "off" ? "note" : "warn",
      seen: `the module has no test${unread}`,
      next: `Give it a file below ${config.testsDir} that its patterns match, or \`commands\` in the config file`,
    })),
  ];
}

function misses({ seen }: Patient): Diagnosis[] {
  const near = ({ file, module, pattern }: NearMiss, why: string, next: string): Diagnosis => ({
    check: "test_file_near",
    subject: file,
    level: "warn",
    seen: `it is not run: ${why.replace("PATTERN", pattern).replace("MODULE", module)}`,
    next,
  });
  return [
    ...seen.near.map((miss) =>
      near(miss, "no pattern matches it; PATTERN of MODULE comes close", "Rename it, or add a pattern")
    ),
    ...seen.elsewhere.map((miss) =>
      near(
        miss,
        "PATTERN of MODULE matches it, but it is not below the tests dir",
        "Move it, or name its folder with --tests-dir",
      )
    ),
    ...seen.unclaimed.map((file): Diagnosis => ({
      check: "test_file_unclaimed",
      subject: file,
      level: "note",
      seen: "it looks like a test file, and no module's pattern matches it",
      next: "",
    })),
  ];
}
