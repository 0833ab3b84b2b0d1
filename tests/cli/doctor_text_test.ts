import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { canRun, doctorJson, doctorText } from "../../lib/cli/doing/doctor_text.ts";
import type { Section } from "../../lib/doctor/examine.ts";
import type { Diagnosis } from "../../lib/model/diagnosis.ts";

const PLAIN = { color: false, unicode: true, quiet: false };

function said(level: Diagnosis["level"], subject: string, seen: string, next = "", check = "c"): Diagnosis {
  return { check, subject, level, seen, next };
}

const SECTIONS: Section[] = [
  { title: "Engine", diagnoses: [said("ok", "docker", "27.1.1"), said("note", "figures", "cgroup v2")] },
  {
    title: "Project",
    diagnoses: [
      said("warn", "web", "no memory limit", "Give it a `mem_limit`"),
      said("ok", "shop", "2 services"),
      said("warn", "db", "no memory limit", "Give it a `mem_limit`"),
    ],
  },
  { title: "Engine", diagnoses: [said("ok", "clock", "is this host's")] },
];

Deno.test("doctorText() groups by title, puts what is wrong last, and says the same of several subjects once", () => {
  assertEquals(
    doctorText(SECTIONS, PLAIN),
    `Engine
  ✓ docker   27.1.1
  ✓ clock    is this host's
  · figures  cgroup v2

Project
  ✓ shop     2 services
  ! web, db  no memory limit
             → Give it a \`mem_limit\`

A run could begin: 1 warning, 1 note.
Nothing was touched.
`,
  );
});

Deno.test("doctorText() --quiet has warnings and problems alone, and nothing if all is well", () => {
  const quiet = { ...PLAIN, quiet: true };
  assertEquals(
    doctorText(SECTIONS, quiet),
    "Project\n  ! web, db  no memory limit\n             → Give it a `mem_limit`\n\n",
  );
  assertEquals(doctorText(SECTIONS.slice(0, 1), quiet), "");
  const dead = [{ title: "Engine", diagnoses: [said("problem", "docker", "no answer"), said("note", "x", "y")] }];
  assertEquals(
    doctorText(dead, quiet),
    "Engine\n  ✗ docker  no answer\n\nNo run could begin: 1 problem.\nNothing was touched.\n",
  );
});

Deno.test("doctorText() keeps to 80 columns, with long names above their sentence, and shows no control characters", () => {
  const names = Array.from({ length: 12 }, (_, nr) => said("note", `service-${nr}`, "x ".repeat(80), "do ".repeat(60)));
  const odd = said("warn", "e\u001b[31mvil\nname", "a\u0007b\nc", "d\re");
  const text = doctorText([{ title: "Project", diagnoses: [...names, odd] }], PLAIN);
  for (const line of text.split("\n")) assert(line.length <= 80 && !/ $/.test(line), JSON.stringify(line));
  assertEquals([...text].filter((char) => char < " " && char !== "\n"), []);
  assertStringIncludes(text, "  · service-0, service-1,");
});

Deno.test("doctorText() in a locale without UTF-8 has ASCII alone, and colours only if they are wanted", () => {
  const sections = [{
    title: "T",
    diagnoses: (["ok", "note", "warn", "problem"] as const).map((each) => said(each, each, "s", "n", each)),
  }];
  const ascii = doctorText(sections, { ...PLAIN, unicode: false });
  assertEquals(/^[\x20-\x7e\n]*$/.test(ascii), true);
  assertEquals([...ascii.matchAll(/^ {2}(\S) /gm)].map(([, mark]) => mark), ["+", "-", "!", "x"]);
  assertEquals(ascii.match(/-> n/g)?.length, 4);
  assertEquals(doctorText(sections, PLAIN).includes("\u001b"), false);
});

Deno.test("doctorJson() has a fixed shape, each finding by itself, and whether a run could begin", () => {
  const value = doctorJson(SECTIONS);
  assertEquals(Object.keys(value), ["schema_version", "can_run", "findings"]);
  assertEquals([value.schema_version, value.can_run, value.findings.length], [1, true, 6]);
  for (const finding of value.findings) {
    assertEquals(Object.keys(finding), ["check", "subject", "level", "seen", "next"]);
  }
  const dead = [{ title: "Engine", diagnoses: [said("problem", "docker", "no answer")] }];
  assertEquals([doctorJson(dead).can_run, canRun(dead), canRun([])], [false, false, true]);
});
